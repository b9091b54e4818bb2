package io.github.chirpconnect.common;

/** Limits log lines of one kind to a few per minute, and counts the rest. Not thread-safe. */
public final class LogThrottle {
  /** The result for a line that must not be written. */
  public static final int QUIET = -1;

  private static final long WINDOW_MS = 60_000;

  private final int perMinute;
  private long windowStart;
  private int written;
  private int skipped;

  public LogThrottle(int perMinute) {
    this.perMinute = perMinute;
  }

  /** Returns {@link #QUIET}, or how many lines were skipped since the last one written. */
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
