package io.github.chirpconnect.source.log;

/**
 * Limits how many of the configured places for streams are used: fewer after the server had no
 * room, then gradually more again.
 *
 * <p>When the Redis pool is exhausted, only the newest stream gets an error; the open ones starve
 * the server. So fewer streams are kept than were working. Opening more again puts the network at
 * risk, so after each failure it is tried half as often.
 *
 * <p>Where streams hold nothing that the server needs, a refusal concerns only that moment: a
 * proxy's rate limit, for example. Then half of the streams are kept, never less than an eighth,
 * and the limit grows back soon.
 *
 * <p>Not thread-safe. Times are milliseconds of a clock that never runs backwards.
 */
final class AdaptiveStreamLimit {
  /** The longest pause between two steps of growing back, as a multiple of the first. */
  private static final int SLOWEST_GROWTH = 12;

  /** The number of steps of growing back. */
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

  /** Whether streams may be opened now, if there are places. */
  boolean mayOpen(long now) {
    return now >= pausedUntil;
  }

  /**
   * The server had no room for a stream. A stream that was requested before the last refusal gives
   * no new information.
   *
   * @param openedAt when the refused stream was requested
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

  /** A stream that was requested at this time works. */
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
