package io.github.chirpconnect.api;

/**
 * What a failed call means to its caller. The adapter of each generation decides it, in one place,
 * from status and context.
 */
public enum FailureKind {
  /** The request is invalid and will always be refused: a bad port, a codec error. */
  BAD_REQUEST,
  /**
   * The token is valid, but not for this device, application or tenant; or the object does not
   * exist.
   */
  NOT_PERMITTED,
  /** A later call can succeed, and this one was certainly not carried out. */
  TRANSIENT,
  /**
   * A later call can succeed, but this one may have been carried out: deadline passed, connection
   * lost after sending.
   */
  IN_DOUBT,
  /**
   * The server stopped the device's codec because it took too long, and certainly did not carry out
   * the request. The script may always be too slow, or the server was busy.
   */
  CODEC_TIMEOUT,
  /** The server has no room for one more stream or call. The caller must use fewer at once. */
  BUSY,
  /** The server does not accept the token at all. */
  TOKEN_REFUSED,
  /** The token may read but not write: no command can ever succeed with it. */
  READ_ONLY,
  /**
   * As far as the answer shows, this is not a ChirpStack of the expected generation, or it does not
   * have this transport security. A proxy that is being reconfigured looks the same for a while.
   */
  WRONG_SERVER,
  /** Certainly a ChirpStack, but one that this connector cannot continue with. */
  UNUSABLE_SERVER;

  /** Whether the same request can succeed later without a change by an operator. */
  public boolean retriable() {
    return this == TRANSIENT || this == IN_DOUBT || this == BUSY || this == CODEC_TIMEOUT;
  }
}
