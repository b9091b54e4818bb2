package io.github.chirpconnect.source.log;

/**
 * Limits how many streams are opened at once. For each, the server asks its database whether the
 * key may read it, and the network needs that database as well. So the limit follows the server's
 * answers: it grows as long as they are fast, and shrinks when they become slow.
 *
 * <p>Not thread-safe. Times are milliseconds.
 */
public final class OpeningPace {
  /** The initial limit for one tick of a tenth of a second, for the whole connector. */
  private static final int FIRST = 20;

  private static final int LEAST = 4;
  private static final int MOST = 200;

  /** An answer that takes this much longer than twice the fastest one has waited in the server. */
  private static final long SLACK_MS = 50;

  /**
   * An opening counts as answered after this time, and after several times the fastest answer: v3,
   * and v4 over REST, do not answer for an empty log.
   */
  private static final long GIVEN_UP_MS = 200;

  private static final int GIVEN_UP_TIMES = 4;
  private static final long NONE = Long.MAX_VALUE / 8;

  /** The fastest answer is forgotten after this many ticks, or twice as many: routes change. */
  private static final int REMEMBERED_TICKS = 600;

  private final int first;
  private final int least;
  private final int most;
  private int window;
  private boolean usedUp;
  private int answers;
  private long answerMillis;
  private long quickest = NONE;
  private long quickestLately = NONE;
  private int ticks;

  /**
   * @param tasks how many share the pace
   */
  public OpeningPace(int tasks) {
    this.first = Math.max(1, FIRST / tasks);
    this.least = Math.max(1, LEAST / tasks);
    this.most = Math.max(1, MOST / tasks);
    this.window = first;
  }

  /** The server failed, or its streams: what was learned is invalid. */
  void reset() {
    window = first;
    usedUp = false;
    answers = 0;
    answerMillis = 0;
  }

  /** The server has answered an opening. */
  void answered(long millis) {
    answers++;
    answerMillis += millis;
    quickest = Math.min(quickest, millis);
    quickestLately = Math.min(quickestLately, millis);
  }

  /** How long an unanswered opening counts. */
  long waitsForMillis() {
    return quickest == NONE ? GIVEN_UP_MS : Math.max(GIVEN_UP_MS, GIVEN_UP_TIMES * quickest);
  }

  /**
   * How many may be opened in this tick.
   *
   * @param unanswered openings that the server has not answered yet
   */
  int next(int unanswered) {
    if (answers > 0) {
      if (answerMillis / answers > 2 * quickest + SLACK_MS) {
        window = Math.max(least, window - Math.max(1, window / 4));
      } else if (usedUp) {
        window = Math.min(most, window + Math.max(1, window / 8));
      }
      answers = 0;
      answerMillis = 0;
      usedUp = false;
    }
    if (++ticks == REMEMBERED_TICKS) {
      ticks = 0;
      quickest = quickestLately;
      quickestLately = NONE;
    }
    return Math.max(0, window - unanswered);
  }

  /** The limit was used up; a higher one would be useful. */
  void usedUp() {
    usedUp = true;
  }
}
