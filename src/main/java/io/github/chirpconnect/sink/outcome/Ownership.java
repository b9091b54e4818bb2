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
 * Whether the task still owns its partitions. A process that was stopped, or a machine that slept,
 * goes on with what it had in hand, while its group has long given the partitions to another task,
 * which has sent it all; the consumer hears of that only some time after it woke. So a task thread
 * that was away for longer than {@link #LIMIT_MS} has to see first that a commit made since then
 * has succeeded: the group's coordinator takes no commit from a member that it has dropped, and as
 * long as it has not dropped this one, nobody else had the partitions.
 *
 * <p>No amount of time proves that, nor does a {@code put()}: it may come before the consumer has
 * talked to anybody. And Connect does not say how a commit ended; it does compare what {@code
 * preCommit()} returns with what it has committed last. So while nothing is proven, offsets are
 * offered with a {@link Mark}; when the next one is compared with one of its kind, that one was
 * committed.
 *
 * <p>Two clocks are asked, and the one that shows more counts: the steady one stands still while
 * the machine sleeps, and the wall clock can be set. Set forward, it costs one commit.
 */
public final class Ownership {
  private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

  /**
   * Less than any group waits for a member: brokers permit no session under six seconds, a third of
   * which can have passed before the last heartbeat.
   */
  public static final long LIMIT_MS = 3_000;

  private static final long REMIND_EVERY_MS = 60_000;

  /** Between commits that are to prove it: two are quick, more find brokers away. */
  private static final long FIRST_PAUSE_MS = 10;

  private static final int MOST_DOUBLINGS = 7;

  private final Clocks clocks;
  private final LongConsumer onStandstill;
  private long steadyAt;
  private long wallAt;

  /** How often the task thread was away so far, and after which of these times a commit came. */
  private int standstills;

  private int proven;
  private long inQuestionSince;
  private long remindedAt;
  private int offers;

  /**
   * @param onStandstill hears for how many milliseconds the task thread was away: time in which
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

  /** The task thread is here. */
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
   * What is offered for commit, in a form that shows at the next offer whether it was committed.
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

  /** How long after an offer the next one is to come, in milliseconds, while nothing is proven. */
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
   * An offset that tells when it meets one of its kind that Connect remembers as committed. What
   * goes to Kafka is an ordinary offset with a word for metadata, which makes it differ from what
   * was committed before: Connect would not commit the same again.
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
