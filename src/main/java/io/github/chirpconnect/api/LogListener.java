package io.github.chirpconnect.api;

/** Hears one {@link LogStream}; called by one thread at a time, which must not be held up. */
public interface LogListener {

  /**
   * The server has taken the stream on, before any entry. v4 says so at once; v3 says nothing, not
   * even that, before the first entry: there a stream of an empty log and one that still waits for
   * the server look the same.
   */
  default void onOpen() {}

  void onEntry(LogEntry entry);

  /**
   * The stream is over; nothing follows. A server that ends a stream without an error is a {@link
   * FailureKind#TRANSIENT}: no log has an end.
   */
  void onEnd(ApiException reason);
}
