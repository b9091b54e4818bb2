package io.github.chirpconnect.harness.process;

/** A broker or a worker did not come up, or ended early; the message has the end of its log. */
public final class ChildFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ChildFailedException(String message) {
    super(message);
  }

  /** Whether another process took the port between its choice and its use. */
  boolean portWasTaken() {
    return getMessage().contains("Address already in use");
  }
}
