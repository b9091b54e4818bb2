package io.github.chirpconnect.sink;

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
record Rules(
    int maxInFlight,
    Duration retryTimeout,
    InDoubt inDoubt,
    Optional<Duration> commandMaxAge,
    boolean toleratesErrors) {

  private static final long SMALLEST_WINDOW = 256;
  private static final long WINDOW_PER_CALL = 32;

  static Rules of(SinkConfig config) {
    return new Rules(
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
  long window() {
    return Math.max(SMALLEST_WINDOW, WINDOW_PER_CALL * maxInFlight);
  }
}
