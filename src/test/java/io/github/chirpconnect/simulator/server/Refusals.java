package io.github.chirpconnect.simulator.server;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** What calls are refused with, whatever the generation. */
public final class Refusals {
  private Refusals() {}

  public static StatusRuntimeException internal(String text) {
    return Status.INTERNAL.withDescription(text).asRuntimeException();
  }

  public static StatusRuntimeException invalid(String text) {
    return Status.INVALID_ARGUMENT.withDescription(text).asRuntimeException();
  }
}
