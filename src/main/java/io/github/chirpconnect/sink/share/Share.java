package io.github.chirpconnect.sink.share;

import io.github.chirpconnect.common.Backoff;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.CompletionQueue;
import io.github.chirpconnect.config.SinkConfig;
import java.time.Duration;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This task's share of the connector's limits. Together the tasks never use more than the limits.
 *
 * <p>A limit is divided by the number of tasks that can have partitions. A task that has {@code k}
 * of {@code P} partitions knows that at most {@code P - k} other tasks have any. So it divides by
 * {@code 1 + P - k}, or by the number of all tasks if that is less. No task divides by less than
 * the number of tasks that have partitions at that moment, whatever the assignor does and amid a
 * rebalance too; so the shares add up to no more than the limit. A task that has all partitions
 * uses all of it.
 *
 * <p>It takes a cluster that can be asked for {@code P}. Until that is known a limit is divided by
 * the number of all tasks. Topics grow: then the group is rebalanced, and each task is told of
 * that, and asks again. It asks only once the calls of the task before have ended.
 *
 * <p>Belongs to the task thread.
 */
public final class Share {
  private static final Logger LOG = LoggerFactory.getLogger(Share.class);

  /** How long after an assignment calls of the previous task may still be in flight. */
  static final long SETTLE_MS = 2_000;

  /** The consumers of a group look that often for new partitions, by default. */
  static final long ASK_EVERY_MS = Duration.ofMinutes(5).toMillis();

  /** A rebalance takes a while, and meanwhile nothing can be told. */
  static final long PATIENCE_MS = Duration.ofMinutes(1).toMillis();

  private static final int NOT_KNOWN = 0;

  private final int tasks;
  private final int connectorsInFlight;
  private final PartitionCount count;
  private final CompletionQueue completions;
  private final Clocks clocks;
  private final Backoff pauses;
  private final UnusedShare unused;

  private Set<TopicPartition> own = Set.of();
  private int partitions = NOT_KNOWN;
  private int changes;
  private boolean asking;
  private boolean said;
  private long changedAt;
  private long nextAt;

  public Share(
      SinkConfig config,
      PartitionCount count,
      CompletionQueue completions,
      Clocks clocks,
      DoubleSupplier random) {
    this.tasks = config.taskCount();
    this.connectorsInFlight = config.maxInFlight();
    this.count = count;
    this.completions = completions;
    this.clocks = clocks;
    this.pauses = new Backoff(random, PATIENCE_MS);
    this.unused = new UnusedShare(tasks, clocks);
  }

  /** Into how many parts a limit is divided, of which this task may use one. */
  public int parts() {
    return partitions == NOT_KNOWN || own.isEmpty()
        ? tasks
        : Math.max(1, Math.min(tasks, 1 + partitions - own.size()));
  }

  /** How many calls this task may have in flight. */
  public int maxInFlight() {
    return Math.max(1, connectorsInFlight / parts());
  }

  /** Partitions were assigned or revoked, or the group was rebalanced without that. */
  public void partitionsAre(Set<TopicPartition> now) {
    own = Set.copyOf(now);
    changes++;
    partitions = NOT_KNOWN;
    changedAt = clocks.steadyMillis();
    nextAt = changedAt + SETTLE_MS;
    pauses.reset();
  }

  /** A turn ends: asks what is not known any more. */
  public void turnEnds() {
    if (!count.exists()) {
      unused.turnEnds(!own.isEmpty());
    } else if (tasks > 1 && !own.isEmpty() && !asking && clocks.steadyMillis() >= nextAt) {
      asking = true;
      int asked = changes;
      count.ask(own, (number, failure) -> completions.add(() -> answered(asked, number, failure)));
    }
  }

  private void answered(int asked, Integer number, Exception failure) {
    asking = false;
    if (asked != changes) {
      return; // its partitions are others by now
    }
    if (failure != null) {
      failed(failure);
      return;
    }
    nextAt = clocks.steadyMillis() + ASK_EVERY_MS;
    pauses.reset();
    said = false;
    int before = parts();
    partitions = number;
    if (parts() != before) {
      LOG.info(
          "Up to {} calls in flight from now on: at most {} of {} tasks can have some of the {} partitions, of which this one"
              + " has {}",
          maxInFlight(),
          parts(),
          tasks,
          partitions,
          own.size());
    }
  }

  private void failed(Exception failure) {
    long now = clocks.steadyMillis();
    nextAt = now + pauses.next();
    if (partitions == NOT_KNOWN && !said && now - changedAt >= PATIENCE_MS) {
      said = true;
      LOG.warn(
          "max.in.flight and rate.limit.per.second are divided by all {} tasks, also if some have no partitions, since it"
              + " is not known how many partitions the connector's topics have: {}",
          tasks,
          failure.getMessage());
    }
  }
}
