package io.github.chirpconnect.api.grpc;

/**
 * The meaning of a failed call's status: either final, or the server must be asked first. A
 * generation may have questions of its own.
 */
public interface Classification {

  record Final(Verdict verdict) implements Classification {}

  /**
   * UNAUTHENTICATED has four causes that look the same: an invalid key, a key without the right,
   * another tenant's device, a deleted device.
   */
  record NeedsKeyProbe() implements Classification {}
}
