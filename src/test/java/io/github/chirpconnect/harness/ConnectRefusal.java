package io.github.chirpconnect.harness;

/** Connect answered a request with an error; the message has its words. */
public final class ConnectRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  ConnectRefusal(String request, int status, String body) {
    super(request + " was answered " + status + ": " + body);
    this.status = status;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }
}
