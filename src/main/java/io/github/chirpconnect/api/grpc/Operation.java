package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.api.Subject;

/**
 * A call, as far as it decides what a failure means.
 *
 * @param subject the call's subject, a word or two to begin a sentence with
 * @param devEui the device; null if the call is not about one
 * @param codec whether the call runs the device's codec
 */
public record Operation(Effect effect, Subject subject, String devEui, boolean codec) {

  public enum Effect {
    /** Changes nothing. */
    READ,
    /** Changes something; a second call has no further effect. */
    REPEATABLE_WRITE,
    /** Each call adds something, so it matters whether a lost one was carried out. */
    APPEND;

    public boolean writes() {
      return this != READ;
    }
  }

  public static Operation read(Subject subject) {
    return new Operation(Effect.READ, subject, null, false);
  }

  public static Operation readDevice(String devEui) {
    return new Operation(Effect.READ, Subject.device(devEui), devEui, false);
  }

  public static Operation readGateway(String id) {
    return read(Subject.gateway(id));
  }

  public static Operation flush(String devEui) {
    return new Operation(Effect.REPEATABLE_WRITE, Subject.device(devEui), devEui, false);
  }

  public static Operation enqueue(String devEui, boolean codec) {
    return new Operation(Effect.APPEND, Subject.device(devEui), devEui, codec);
  }
}
