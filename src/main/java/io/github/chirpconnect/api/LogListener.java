package io.github.chirpconnect.api;

/** Hears one {@link LogStream}; called by one thread at a time, which must not be held up. */
public interface LogListener {
  void onEntry(LogEntry entry);

  /**
   * The stream is over; nothing follows. A server that ends a stream without an error is a {@link
   * FailureKind#TRANSIENT}: no log has an end.
   */
  void onEnd(ApiException reason);
}
