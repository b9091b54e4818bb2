package io.github.chirpconnect.source;

/**
 * How many places for streams are used of those that the configuration permits: fewer when the
 * server had no room, then slowly more again.
 *
 * <p>A server without room says so to whoever asks for one more, and to nobody else: while all
 * connections are held, it is its own work that goes without. So what worked when a stream was
 * refused was already too much, and less than that is kept. Growing back is an experiment with
 * somebody's network; after each failure it is tried half as often.
 *
 * <p>Not thread-safe. Times are milliseconds of one clock that never runs backwards.
 */
final class StreamBudget {
  static final long FIRST_PAUSE_MS = 5_000;
  static final long LONGEST_PAUSE_MS = 60_000;
  static final long FIRST_GROWTH_MS = 300_000;
  static final long SLOWEST_GROWTH_MS = 3_600_000;

  /** Growing back takes so many steps. */
  private static final int STEPS = 8;

  private final int limit;
  private int places;
  private long refusedAt = Long.MIN_VALUE;
  private long pausedUntil = Long.MIN_VALUE;
  private long pause = FIRST_PAUSE_MS;
  private long growsAt;
  private long growEvery = FIRST_GROWTH_MS;

  /**
   * @param limit places at most, at least 1
   */
  StreamBudget(int limit) {
    this.limit = limit;
    this.places = limit;
  }

  int places() {
    return places;
  }

  int limit() {
    return limit;
  }

  /** Whether streams may be opened now, places permitting. */
  boolean mayOpen(long now) {
    return now >= pausedUntil;
  }

  /**
   * The server had no room for a stream. Streams that were asked for before the last refusal tell
   * nothing new.
   *
   * @param openedAt when the refused stream was asked for
   * @param working places whose streams work
   */
  void refused(long openedAt, int working, long now) {
    if (openedAt <= refusedAt) {
      return;
    }
    refusedAt = now;
    pausedUntil = now + pause;
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    if (places < limit) {
      growEvery = Math.min(2 * growEvery, SLOWEST_GROWTH_MS);
    }
    growsAt = now + growEvery;
    places = Math.max(1, Math.min(places / 2, working - 1));
  }

  /** A stream that was asked for then has turned out to work. */
  void worked(long openedAt) {
    if (openedAt > refusedAt) {
      pause = FIRST_PAUSE_MS;
    }
  }

  /** Takes a step back to the limit when one is due. */
  void tick(long now) {
    if (places < limit && now >= growsAt) {
      places = Math.min(limit, places + Math.max(1, limit / STEPS));
      growsAt = now + growEvery;
    }
  }
}
