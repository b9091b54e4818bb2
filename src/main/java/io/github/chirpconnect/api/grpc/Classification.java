package io.github.chirpconnect.api.grpc;

/**
 * What the status of a failed call means: either it is clear, or the server has to be asked
 * something else first. A generation may have questions of its own.
 */
public interface Classification {

  record Final(Verdict verdict) implements Classification {}

  /**
   * UNAUTHENTICATED: a dead key, a key that may not do this, somebody else's device and a device
   * that is gone look the same.
   */
  record NeedsKeyProbe() implements Classification {}
}
