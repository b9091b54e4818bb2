package io.github.chirpconnect.source.log;

/**
 * Detects that streams end repeatedly after the same time of silence: something on the way, usually
 * a proxy, closes idle connections. That does no harm and is reported once.
 *
 * <p>Not thread-safe. Times are milliseconds of a clock that never runs backwards.
 */
final class IdleEnds {
  /** No idle timeout is shorter. */
  private static final long SHORTEST_MS = 5_000;

  /** Times that differ by less count as equal. */
  private static final long TOLERANCE_MS = 2_000;

  /** Streams that end together, perhaps with their server, count once. */
  private static final long APART_MS = TOLERANCE_MS;

  private static final int TIMES = 3;

  /** What an end is. */
  enum Kind {
    /** For no known reason. */
    UNUSUAL,
    /** The first end that shows the timeout: worth a report. */
    RULE_FOUND,
    /** The first one that this connector has ended itself. */
    OWN,
    USUAL
  }

  private final long own;
  private boolean ownSeen;
  private long rule = Long.MAX_VALUE;
  private long candidate = Long.MAX_VALUE;
  private int times;
  private long countedAt = Long.MIN_VALUE / 2;

  /**
   * @param own after how much silence this connector ends streams itself; Long.MAX_VALUE if never
   */
  IdleEnds(long own) {
    this.own = own;
  }

  /**
   * @param silence for how long the stream had said nothing when it ended
   */
  Kind ended(long silence, long now) {
    if (silence < SHORTEST_MS) {
      return Kind.UNUSUAL;
    }
    if (same(silence, own)) {
      boolean first = !ownSeen;
      ownSeen = true;
      return first ? Kind.OWN : Kind.USUAL;
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
