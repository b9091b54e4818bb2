package io.github.chirpconnect.api;

/**
 * An open log of one device. The server replays what it keeps of the log from its start, then goes
 * on live. Nothing is delivered beyond what was requested, so a full queue slows the server down.
 */
public interface LogStream {
  /** Permits {@code entries} more calls of {@link LogListener#onEntry}. Safe from any thread. */
  void request(int entries);

  /**
   * Lets the server go. An {@code onEnd} that is already on its way may still arrive. Safe from any
   * thread, and repeatedly.
   */
  void cancel();
}
