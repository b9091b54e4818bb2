package io.github.chirpconnect.sink.share;

import io.github.chirpconnect.common.Clocks;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once that a task gets no partitions, where the limits of a connector are divided among all
 * its tasks since nobody can be asked which of them can have partitions. Then the share of one
 * without partitions is not used, and only the operator can change that.
 */
final class UnusedShare {
  private static final Logger LOG = LoggerFactory.getLogger(UnusedShare.class);
  static final long REBALANCED_MS = Duration.ofMinutes(1).toMillis();

  private final int tasks;
  private final Clocks clocks;
  private long hadPartitionsAt;
  private boolean said;

  UnusedShare(int tasks, Clocks clocks) {
    this.tasks = tasks;
    this.clocks = clocks;
    this.hadPartitionsAt = clocks.steadyMillis();
  }

  /** A turn ends. */
  void turnEnds(boolean hasPartitions) {
    long now = clocks.steadyMillis();
    if (hasPartitions) {
      hadPartitionsAt = now;
      said = false;
    } else if (tasks > 1 && !said && now - hadPartitionsAt >= REBALANCED_MS) {
      said = true;
      LOG.warn(
          "No partitions for {} s: the connector has more tasks than its topics have partitions. This task's share of"
              + " max.in.flight and rate.limit.per.second, one of {}, is not used; lower tasks.max, add partitions, or set"
              + " outcome.topic and outcome.bootstrap.servers, so that tasks can learn how many partitions there are",
          (now - hadPartitionsAt) / 1_000,
          tasks);
    }
  }
}
