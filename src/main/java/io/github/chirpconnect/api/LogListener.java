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
   * The server has taken the request. This comes before the first entry, or with it: v3, and v4
   * over REST, say nothing before.
   */
  default void onAnswer() {
    // Of use to those who measure the server.
  }

  /**
   * The stream has ended; no further call follows. If the server ends a stream without an error,
   * the reason is {@link FailureKind#TRANSIENT}, since a log has no end.
   */
  void onEnd(ApiException reason);
}
