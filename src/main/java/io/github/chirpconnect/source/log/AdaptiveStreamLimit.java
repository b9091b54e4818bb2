package io.github.chirpconnect.source.log;

/**
 * How many places for streams are used of those that the configuration permits: fewer when the
 * server had no room, then slowly more again.
 *
 * <p>When the Redis pool is exhausted, only the newest stream gets an error; the open ones starve
 * the server. So fewer streams are kept than were working. Opening more again is an experiment with
 * somebody's network: after each failure it is tried half as often.
 *
 * <p>Where streams hold nothing that the server needs, a refusal concerns that moment only, such as
 * a proxy's rate limit. Then half of the streams are kept, never less than an eighth, and the limit
 * grows back soon.
 *
 * <p>Not thread-safe. Times are milliseconds of one clock that never runs backwards.
 */
final class AdaptiveStreamLimit {
  /** Between two steps of growing back, at most: so many times the first. */
  private static final int SLOWEST_GROWTH = 12;

  /** Growing back takes so many steps. */
  private static final int STEPS = 8;

  private final StreamTiming timing;
  private final int limit;
  private int places;
  private long refusedAt = Long.MIN_VALUE;
  private long pausedUntil = Long.MIN_VALUE;
  private long pause;
  private long growsAt;
  private long growEvery;

  /**
   * @param limit places at most, at least 1
   */
  AdaptiveStreamLimit(StreamTiming timing, int limit) {
    this.timing = timing;
    this.pause = timing.refusals().pause();
    this.growEvery = timing.refusals().growAfter();
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
    pause = Math.min(2 * pause, timing.refusals().longestPause());
    if (places < limit) {
      growEvery = Math.min(2 * growEvery, SLOWEST_GROWTH * timing.refusals().growAfter());
    }
    growsAt = now + growEvery;
    places =
        timing.pool().forEachLog()
            ? Math.max(1, Math.min(places / 2, working - 1))
            : Math.max(Math.max(1, limit / STEPS), places / 2);
  }

  /** A stream that was asked for then has turned out to work. */
  void worked(long openedAt) {
    if (openedAt > refusedAt) {
      pause = timing.refusals().pause();
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
