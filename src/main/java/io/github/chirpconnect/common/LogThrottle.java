package io.github.chirpconnect.common;

/** Lets a few log lines of a kind through each minute, and counts the rest. Not thread-safe. */
public final class LogThrottle {
  /** Returned for a line that is better not written. */
  public static final int QUIET = -1;

  private static final long WINDOW_MS = 60_000;

  private final int perMinute;
  private long windowStart;
  private int written;
  private int skipped;

  public LogThrottle(int perMinute) {
    this.perMinute = perMinute;
  }

  /** Returns {@link #QUIET}, or how many lines were not written since the last one that was. */
  public int permit(long now) {
    if (now - windowStart >= WINDOW_MS) {
      windowStart = now;
      written = 0;
    }
    if (written >= perMinute) {
      skipped++;
      return QUIET;
    }
    written++;
    int unwritten = skipped;
    skipped = 0;
    return unwritten;
  }
}
