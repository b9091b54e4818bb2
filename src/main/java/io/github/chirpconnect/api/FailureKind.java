package io.github.chirpconnect.api;

/**
 * What a failed call means to its caller: decided once, by the generation's adapter, from status
 * and context.
 */
public enum FailureKind {
  /** The request itself is wrong and always will be: a bad port, a codec error. */
  BAD_REQUEST,
  /**
   * The token is good, but not for this device, application or tenant, or the object does not
   * exist.
   */
  NOT_PERMITTED,
  /** Time heals it, and the request was certainly not carried out. */
  TRANSIENT,
  /**
   * Time heals it, but the request may have been carried out: deadline passed, connection lost
   * after sending.
   */
  IN_DOUBT,
  /**
   * The server gave the request up for want of time, and certainly did not carry it out: it may be
   * too much always, or was so at this moment.
   */
  CODEC_TIMEOUT,
  /** The server has no room for one more stream or call: ask for fewer at once. */
  BUSY,
  /** The server does not accept the token at all. */
  TOKEN_REFUSED,
  /** The token may read but not write: no command will ever succeed with it. */
  READ_ONLY,
  /**
   * What answers is not a ChirpStack of the expected generation, or not with this transport
   * security, as far as it shows. A proxy that is being changed shows the same for a while.
   */
  WRONG_SERVER,
  /** A ChirpStack for certain, and one that this connector cannot go on with. */
  UNUSABLE_SERVER;

  /** Whether the same request can succeed later without anybody changing anything. */
  public boolean retriable() {
    return this == TRANSIENT || this == IN_DOUBT || this == BUSY || this == CODEC_TIMEOUT;
  }
}
