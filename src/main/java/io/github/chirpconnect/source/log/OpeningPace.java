package io.github.chirpconnect.source.log;

/**
 * How many streams are opened at once. For each the server asks its database whether the key may
 * read it, and the database is the network's too. So the pace follows the server's answers: as long
 * as these come as quickly as they can, more are asked for at once; when they take longer, fewer.
 *
 * <p>Not thread-safe. Times are milliseconds.
 */
public final class OpeningPace {
  /** At once at first, in one tick of a tenth of a second, by the whole connector. */
  private static final int FIRST = 20;

  private static final int LEAST = 4;
  private static final int MOST = 200;

  /** An answer that takes so much longer than twice the quickest one has waited in the server. */
  private static final long SLACK_MS = 50;

  /**
   * A stream that is not answered for so long, and for some times the quickest answer, is not
   * waited for: v3, and v4 over REST, answer no stream of an empty log.
   */
  private static final long GIVEN_UP_MS = 200;

  private static final int GIVEN_UP_TIMES = 4;
  private static final long NONE = Long.MAX_VALUE / 8;

  /** The quickest answer counts for so many ticks, twice at most: routes change. */
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

  /** The server went away, or its streams: nothing is known of it any more. */
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

  /** For how long an opening that is not answered counts. */
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

  /** As many were opened as could be: more would be of use. */
  void usedUp() {
    usedUp = true;
  }
}
