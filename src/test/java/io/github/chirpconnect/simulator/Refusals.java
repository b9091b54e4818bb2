package io.github.chirpconnect.simulator;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** What calls are refused with, whatever the generation. */
final class Refusals {
  private Refusals() {}

  static StatusRuntimeException internal(String text) {
    return Status.INTERNAL.withDescription(text).asRuntimeException();
  }

  static StatusRuntimeException invalid(String text) {
    return Status.INVALID_ARGUMENT.withDescription(text).asRuntimeException();
  }
}
