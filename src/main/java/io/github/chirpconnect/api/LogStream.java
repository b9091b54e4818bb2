package io.github.chirpconnect.api;

/**
 * An open log of one device or gateway. The server first replays all entries that it keeps, then
 * sends new ones. It delivers no more entries than were requested, so a full queue slows the server
 * down.
 */
public interface LogStream {
  /** Permits {@code entries} more calls of {@link LogListener#onEntry}. Safe from any thread. */
  void request(int entries);

  /**
   * Ends the stream. An {@code onEnd} that is already under way may still arrive. Safe from any
   * thread, and repeatedly.
   */
  void cancel();
}
