package io.github.chirpconnect.harness.connect;

/** Connect answered a request with an error. */
public final class ConnectRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String reason;

  /**
   * @param reason Connect's own words
   */
  ConnectRefusal(String request, int status, String reason) {
    super(request + " was answered " + status + ": " + reason);
    this.status = status;
    this.reason = reason;
  }

  /** Connect's own words. */
  public String reason() {
    return reason;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }
}
