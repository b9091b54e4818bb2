package io.github.chirpconnect.sink.outcome;

import io.github.chirpconnect.common.Clocks;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the task still owns its partitions. While a process was stopped, or a machine slept, the
 * consumer group may have given them to another task, which has sent their commands; the consumer
 * learns of that only some time after it continues. So if the task thread stood still for longer
 * than {@link #LIMIT_MS}, a commit made since then must succeed first: the group's coordinator
 * accepts no commit from a member that it has removed, and until it removes this one, no other task
 * has the partitions.
 *
 * <p>Elapsed time proves nothing, nor does a {@code put()}: it may come before the consumer has
 * reached a broker. Connect does not report the result of a commit, but it compares what {@code
 * preCommit()} returns with what it has committed last. So while nothing is proven, offsets are
 * offered with a {@link Mark}; when Connect compares it with an earlier mark, that one was
 * committed.
 *
 * <p>Both clocks are read, and the longer time counts: the steady clock stops while the machine
 * sleeps, and the wall clock can be set. Setting it forward costs one commit.
 */
public final class Ownership {
  private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

  /**
   * Less than any group waits for a member: brokers permit no session under six seconds, a third of
   * which can have passed before the last heartbeat.
   */
  public static final long LIMIT_MS = 3_000;

  private static final long REMIND_EVERY_MS = 60_000;

  /**
   * The first pause between these commits. It doubles, since more than two are needed only while
   * brokers are away.
   */
  private static final long FIRST_PAUSE_MS = 10;

  private static final int MOST_DOUBLINGS = 7;

  private final Clocks clocks;
  private final LongConsumer onStandstill;
  private long steadyAt;
  private long wallAt;

  /** The number of standstills so far, and the one after which a commit has succeeded. */
  private int standstills;

  private int proven;
  private long inQuestionSince;
  private long remindedAt;
  private int offers;

  /**
   * @param onStandstill gets the milliseconds for which the task thread stood still: time in which
   *     nothing was tried
   */
  public Ownership(Clocks clocks, LongConsumer onStandstill) {
    this.clocks = clocks;
    this.onStandstill = onStandstill;
    this.steadyAt = clocks.steadyMillis();
    this.wallAt = clocks.wall().millis();
  }

  /** Whether commands may be sent. To be asked before each one. */
  public boolean isProven() {
    turn();
    return proven == standstills;
  }

  /** Notes that the task thread runs, and finds a standstill. */
  public void turn() {
    long steady = clocks.steadyMillis();
    long wall = clocks.wall().millis();
    long away = Math.max(steady - steadyAt, wall - wallAt);
    steadyAt = steady;
    wallAt = wall;
    if (away > LIMIT_MS) {
      standstill(away);
    }
  }

  private void standstill(long away) {
    standstills++;
    inQuestionSince = steadyAt;
    remindedAt = steadyAt;
    offers = 0;
    onStandstill.accept(away);
  }

  /**
   * The offsets to offer for commit, marked so that the next offer shows whether they were
   * committed.
   */
  public Map<TopicPartition, OffsetAndMetadata> mark(
      Map<TopicPartition, OffsetAndMetadata> offered) {
    if (isProven()) {
      return offered;
    }
    if (steadyAt - remindedAt >= REMIND_EVERY_MS) {
      remindedAt = steadyAt;
      LOG.warn(
          "No commit has succeeded for {} s since the task stood still, and no command is sent; see whether the "
              + "worker reaches its Kafka brokers, else restart the task",
          (steadyAt - inQuestionSince) / 1000);
    }
    offers++;
    Map<TopicPartition, OffsetAndMetadata> marked = new HashMap<>();
    offered.forEach((partition, offset) -> marked.put(partition, new Mark(offset, this)));
    return marked;
  }

  /** Milliseconds from one offer to the next while nothing is proven. */
  public long pause() {
    return FIRST_PAUSE_MS << Math.min(offers, MOST_DOUBLINGS);
  }

  private void committed(Mark mark) {
    if (!isProven() && mark.standstill == standstills) {
      proven = standstills;
      LOG.debug("A commit has shown that the task still has its partitions");
    }
  }

  /**
   * An offset that reports when Connect compares it with an earlier mark that was committed. Kafka
   * gets an ordinary offset with metadata, which makes it differ from the last commit: Connect
   * skips a commit that changes nothing.
   */
  private static final class Mark extends OffsetAndMetadata {
    private static final long serialVersionUID = 1L;

    private final transient Ownership asking;
    private final int standstill;

    private Mark(OffsetAndMetadata offset, Ownership asking) {
      super(offset.offset(), offset.leaderEpoch(), "after-standstill-" + asking.standstills);
      this.asking = asking;
      this.standstill = asking.standstills;
    }

    @Override
    public boolean equals(Object last) {
      if (last != this && last instanceof Mark mark && asking != null) {
        asking.committed(mark);
      }
      return super.equals(last);
    }

    @Override
    public int hashCode() {
      return super.hashCode();
    }
  }
}
