package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.api.Subject;

/**
 * What was asked, as far as it decides what a failure means.
 *
 * @param subject what the call was about, and a word or two to begin a sentence with
 * @param devEui the device it was about; null when it was about none
 * @param codec whether the device's codec had to run for it
 */
public record Operation(Effect effect, Subject subject, String devEui, boolean codec) {

  public enum Effect {
    /** Changes nothing. */
    READ,
    /** Changes something, and twice is the same as once. */
    REPEATABLE_WRITE,
    /** Each call adds something: whether a lost one was carried out matters. */
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
