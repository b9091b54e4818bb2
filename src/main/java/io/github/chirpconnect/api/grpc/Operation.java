package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.Target;

/**
 * A call, as far as it decides what a failure means.
 *
 * @param subject the call's subject, a word or two to begin a sentence with
 * @param target the device or multicast group of a downlink; null if the call is about neither
 * @param codec whether the call runs the device's codec
 */
public record Operation(Effect effect, Subject subject, Target target, boolean codec) {

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
    return read(Target.device(devEui));
  }

  public static Operation readGateway(String id) {
    return read(Subject.gateway(id));
  }

  public static Operation read(Target target) {
    return new Operation(Effect.READ, Subject.of(target), target, false);
  }

  public static Operation flush(Target target) {
    return new Operation(Effect.REPEATABLE_WRITE, Subject.of(target), target, false);
  }

  public static Operation enqueue(Target target, boolean codec) {
    return new Operation(Effect.APPEND, Subject.of(target), target, codec);
  }

  /** A call that changes nothing, about the same object. */
  public Operation onlyRead() {
    return new Operation(Effect.READ, subject, target, false);
  }

  /** Whether the call is about a multicast group's downlinks. */
  public boolean isForGroup() {
    return target != null && target.isGroup();
  }
}
