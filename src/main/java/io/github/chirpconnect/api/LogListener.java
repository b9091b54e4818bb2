package io.github.chirpconnect.api;

/**
 * Receives the entries of a {@link LogStream}. Called by one thread at a time, which must not be
 * blocked.
 */
public interface LogListener {
  void onEntry(LogEntry entry);

  /**
   * Called when the request for the stream was sent, at the earliest. Before that the stream waits
   * for a connection, or for its turn on one, and silence means nothing.
   */
  void onOpen();

  /**
   * Called when the server has taken the request, before the first entry. v3, and v4 over REST,
   * answer only with the first entry.
   */
  default void onAnswer() {
    // Only who measures the server needs this.
  }

  /**
   * The stream has ended; no further call follows. If the server ends a stream without an error,
   * the reason is {@link FailureKind#TRANSIENT}, since a log has no end.
   */
  void onEnd(ApiException reason);
}
