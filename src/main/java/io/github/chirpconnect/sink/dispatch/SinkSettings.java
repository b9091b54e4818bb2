package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.config.SinkConfig;
import io.github.chirpconnect.config.SinkConfig.InDoubt;
import io.github.chirpconnect.config.SinkConfig.Tombstone;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of one sink task.
 *
 * @param mostInFlight the largest share that this task may get of the connector's limit of calls in
 *     flight
 * @param commandMaxAge empty: no limit
 * @param toleratesErrors whether the task skips a command that can't be carried out and has no
 *     reporter, rather than failing
 * @param requestTimeout how long a call may take, of the task before as well
 */
public record SinkSettings(
    int mostInFlight,
    Duration retryTimeout,
    InDoubt inDoubt,
    Optional<Duration> commandMaxAge,
    boolean toleratesErrors,
    Duration requestTimeout,
    Tombstone tombstone) {

  private static final long SMALLEST_WINDOW = 256;
  private static final long WINDOW_PER_CALL = 32;
  private static final int FEWEST_WAITING = 100;
  private static final int WAITING_PER_CALL = 8;
  private static final long MOST_PENDING_BYTES = 16 << 20;

  public static SinkSettings of(SinkConfig config) {
    boolean remembers = config.outcomes().topic().isPresent();
    return new SinkSettings(
        // By the brokers of the outcome topic, tasks know which of them can have partitions.
        remembers ? config.maxInFlight() : Math.max(1, config.maxInFlight() / config.taskCount()),
        config.retryTimeout(),
        config.inDoubt(),
        config.commandMaxAge(),
        config.toleratesErrors(),
        config.connection().requestTimeout(),
        config.tombstone());
  }

  /**
   * How many offsets of a partition may be sent beyond the last one offered for commit. Small, so
   * that few commands are in doubt after a crash. Large enough that calls do not wait for commits:
   * the task requests one at half of the window; 128 calls take at least 30 ms, Connect's next turn
   * a few.
   */
  public long window() {
    return Math.max(SMALLEST_WINDOW, WINDOW_PER_CALL * mostInFlight);
  }

  /**
   * How many commands may wait before the task pauses its partitions. Enough to keep calls in
   * flight; few, since a paused connector still sends the commands that it has taken.
   */
  public int mostWaiting() {
    return Math.max(FEWEST_WAITING, WAITING_PER_CALL * mostInFlight);
  }

  /**
   * How many records may be pending before the task pauses its partitions. Counts all records
   * behind an unfinished one, invalid commands included.
   */
  public int mostPending() {
    return Math.toIntExact(mostWaiting() + 2 * window());
  }

  /** About how much memory pending records may hold before the task pauses its partitions. */
  public long mostPendingBytes() {
    return MOST_PENDING_BYTES;
  }
}
