package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.config.SinkConfig;
import io.github.chirpconnect.config.SinkConfig.InDoubt;
import java.time.Duration;
import java.util.Optional;

/**
 * What one task is held to.
 *
 * @param maxInFlight this task's share of the calls that the connector may have out at once
 * @param commandMaxAge empty: no limit
 * @param toleratesErrors whether a command that can't be carried out is passed over where nobody
 *     takes a report of it, rather than failing the task
 */
public record SinkSettings(
    int maxInFlight,
    Duration retryTimeout,
    InDoubt inDoubt,
    Optional<Duration> commandMaxAge,
    boolean toleratesErrors) {

  private static final long SMALLEST_WINDOW = 256;
  private static final long WINDOW_PER_CALL = 32;
  private static final int FEWEST_WAITING = 100;
  private static final int WAITING_PER_CALL = 8;
  private static final long MOST_PENDING_BYTES = 16 << 20;

  public static SinkSettings of(SinkConfig config) {
    return new SinkSettings(
        Math.max(1, config.maxInFlight() / config.taskCount()),
        config.retryTimeout(),
        config.inDoubt(),
        config.commandMaxAge(),
        config.toleratesErrors());
  }

  /**
   * How many offsets of a partition may be sent beyond the last one offered for commit. Small, so
   * that little is in doubt after a crash; large enough that calls don't wait for commits: at half
   * of it one is asked for, and 128 calls take some 30 ms at the least, Connect's next turn a few.
   */
  public long window() {
    return Math.max(SMALLEST_WINDOW, WINDOW_PER_CALL * maxInFlight);
  }

  /**
   * How many commands may wait for being sent before the task takes no more. Enough for calls to
   * have others to follow them; few, since a connector that is paused sends what it has taken.
   */
  public int mostWaiting() {
    return Math.max(FEWEST_WAITING, WAITING_PER_CALL * maxInFlight);
  }

  /**
   * How many records may be pending before the task takes no more: not only those that wait, but
   * all that stand behind one that is not done, bad ones among them, which never wait.
   */
  public int mostPending() {
    return Math.toIntExact(mostWaiting() + 2 * window());
  }

  /** About how much memory pending records may hold before the task takes no more. */
  public long mostPendingBytes() {
    return MOST_PENDING_BYTES;
  }
}
