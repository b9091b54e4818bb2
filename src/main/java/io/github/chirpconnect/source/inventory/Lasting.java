package io.github.chirpconnect.source.inventory;

/** A lasting state for the log: reported when it begins, and then once an hour. */
final class Lasting {
  static final long REMINDED_MS = 3_600_000;

  private Object reported;
  private long reportedAt;

  /** Whether to report the state now. */
  boolean due(Object state, long now) {
    if (state.equals(reported) && now - reportedAt < REMINDED_MS) {
      return false;
    }
    reported = state;
    reportedAt = now;
    return true;
  }

  /** The state is over; returns whether it had been reported. */
  boolean over() {
    boolean was = reported != null;
    reported = null;
    return was;
  }
}
