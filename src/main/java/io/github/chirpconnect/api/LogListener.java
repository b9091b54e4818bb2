package io.github.chirpconnect.api;

/** Hears one {@link LogStream}; called by one thread at a time, which must not be held up. */
public interface LogListener {
  void onEntry(LogEntry entry);

  /**
   * The request for the stream was sent, at the earliest: until then it waits for a connection, or
   * for its turn on one, and silence says nothing about the log.
   */
  void onOpen();

  /**
   * The stream is over; nothing follows. A server that ends a stream without an error is a {@link
   * FailureKind#TRANSIENT}: no log has an end.
   */
  void onEnd(ApiException reason);
}
