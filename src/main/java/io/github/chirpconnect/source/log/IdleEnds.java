package io.github.chirpconnect.source.log;

/**
 * Notices that streams end after the same silence again and again: somebody on the way, a proxy as
 * a rule, ends what is idle. That is in order, and no news after the first time.
 *
 * <p>Not thread-safe. Times are milliseconds of one clock that never runs backwards.
 */
final class IdleEnds {
  /** Nobody who means idle streams ends them sooner. */
  private static final long SHORTEST_MS = 5_000;

  /** What differs by less is the same. */
  private static final long TOLERANCE_MS = 2_000;

  /** Streams that end together, with their server perhaps, count once. */
  private static final long APART_MS = TOLERANCE_MS;

  private static final int TIMES = 3;

  /** What an end is. */
  enum Kind {
    /** Nothing is known of it. */
    UNUSUAL,
    /** It is the end after which the rule is known: worth telling. */
    RULE_FOUND,
    USUAL
  }

  private long rule = Long.MAX_VALUE;
  private long candidate = Long.MAX_VALUE;
  private int times;
  private long countedAt = Long.MIN_VALUE / 2;

  /**
   * @param silence for how long the stream had said nothing when it ended
   */
  Kind ended(long silence, long now) {
    if (silence < SHORTEST_MS) {
      return Kind.UNUSUAL;
    }
    if (same(silence, rule)) {
      return Kind.USUAL;
    }
    if (!same(silence, candidate)) {
      candidate = silence;
      times = 1;
      countedAt = now;
    } else if (now - countedAt >= APART_MS) {
      times++;
      countedAt = now;
    }
    if (times < TIMES) {
      return Kind.UNUSUAL;
    }
    rule = candidate;
    return Kind.RULE_FOUND;
  }

  private static boolean same(long silence, long other) {
    return Math.abs(silence - other) < TOLERANCE_MS;
  }
}
