package io.github.chirpconnect.sink.memory;

import io.github.chirpconnect.common.Backoff;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.CompletionQueue;
import io.github.chirpconnect.sink.outcome.Outcome;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.sink.outcome.PartitionCommits;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import io.github.chirpconnect.sink.outcome.TopicOutage;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What other tasks, or this one before, did with the commands of the task's partitions. Used by the
 * task thread alone; the outcome topic is read in the background.
 *
 * <p>The outcomes of a partition are read once: when its first record has come, and the last calls
 * and records of the previous task have arrived. A failed reading is repeated until the retry
 * timeout; then the task fails.
 */
public final class Memory {
  private static final Logger LOG = LoggerFactory.getLogger(Memory.class);

  /** How long after an assignment calls and records of the previous task may still arrive. */
  public static final long SETTLE_MS = 2_000;

  /** How far beyond its last commit any task may have written: two of the largest windows. */
  private static final long FURTHEST = 64_000;

  private static final TopicOutage.Words UNREADABLE =
      new TopicOutage.Words(
          "The outcome topic can't be read back; commands that may have been sent before wait",
          "The outcome topic can't be read back for %d s",
          "The outcome topic can be read again",
          "the outcome topic could not be read back for %d s (retry.timeout.ms); no command was"
              + " skipped; check outcome.bootstrap.servers and the outcome.consumer settings");

  private final OutcomeArchive archive;
  private final CompletionQueue completions;
  private final Clocks clocks;
  private final Backoff pauses;
  private final TopicOutage outage;
  private final Runnable onRecalled;
  private final SentItems sent = new SentItems();
  private final Map<PartitionCommits, Part> parts = new HashMap<>();

  private boolean reading;
  private long nextAt;
  private String hopeless;

  /**
   * @param onRecalled run on the task thread when more is known
   */
  public Memory(
      OutcomeArchive archive,
      Duration retryTimeout,
      CompletionQueue completions,
      Clocks clocks,
      DoubleSupplier random,
      Runnable onRecalled) {
    this.archive = archive;
    this.completions = completions;
    this.clocks = clocks;
    this.pauses = new Backoff(random, PendingCommand.LONGEST_PAUSE_MS);
    this.outage = new TopicOutage(UNREADABLE, retryTimeout, clocks);
    this.onRecalled = onRecalled;
  }

  /** Whether there is an outcome topic. */
  public boolean exists() {
    return archive.exists();
  }

  /** The queue items whose command is known. */
  public SentItems sent() {
    return sent;
  }

  /** Starts the readings that are requested and due. */
  public void turn() {
    if (reading || parts.isEmpty() || clocks.steadyMillis() < nextAt) {
      return;
    }
    Map<TopicPartition, Part> due = new HashMap<>();
    Map<TopicPartition, Long> firsts = new HashMap<>();
    parts.forEach(
        (commits, part) -> {
          if (part.recalled == null
              && clocks.steadyMillis() >= commits.assignment().steadyMillis() + SETTLE_MS) {
            due.put(part.partition, part);
            firsts.put(part.partition, commits.firstOffset());
          }
        });
    if (!due.isEmpty()) {
      reading = true;
      archive.read(
          firsts, (recalled, failure) -> completions.add(() -> ended(due, recalled, failure)));
    }
  }

  private void ended(
      Map<TopicPartition, Part> due, Map<TopicPartition, Recalled> recalled, Exception failure) {
    reading = false;
    if (failure != null) {
      failed(failure);
      return;
    }
    outage.over();
    forgetFailures();
    due.forEach(
        (partition, part) -> {
          Recalled its = recalled.get(partition);
          part.recalled = its;
          its.records().forEach(part::recall);
          part.commits.inherits(part.highest());
          sent.recall(its.records());
          LOG.info(
              "Read back {} records of outcomes of {}{}",
              its.records().size(),
              partition,
              its.reaches() ? "" : "; of older commands they do not show whether they were sent");
        });
    onRecalled.run();
  }

  private void failed(Exception failure) {
    nextAt = clocks.steadyMillis() + pauses.next();
    outage.failed(failure);
    if (outage.isHopeless()) {
      hopeless = outage.givenUp(failure);
    }
  }

  private void forgetFailures() {
    outage.forget();
    nextAt = 0;
    pauses.reset();
  }

  /** Why the task has to fail. */
  public Optional<String> hopeless() {
    return Optional.ofNullable(hopeless);
  }

  /** The outcomes of the command's partition are read, unless they were. */
  public void request(PendingCommand pending) {
    if (exists()) {
      parts.computeIfAbsent(pending.commits(), commits -> new Part(pending));
    }
  }

  /**
   * Whether the outcomes of the command's partition have been read, or there are none. If not,
   * {@code onRecalled} runs afterwards.
   */
  public boolean isReady(PendingCommand pending) {
    return !exists() || part(pending).recalled != null;
  }

  /**
   * Whether each sent command has a record, so that a command without one was not sent. That needs
   * a previous task that wrote to the same topic, as a record from before the assignment shows.
   */
  public boolean vouchesFor(PendingCommand pending) {
    return exists() && part(pending).hasPredecessor && part(pending).covers(written(pending));
  }

  private static Optional<Instant> written(PendingCommand pending) {
    return pending.commits().written(pending.record());
  }

  /** Whether the queue items of all commands that the partition ever had are known. */
  public boolean isWhole(PendingCommand pending) {
    return exists() && part(pending).recalled.whole();
  }

  /** What became of the command; empty if that is not known. */
  public Optional<Outcome> outcome(PendingCommand pending) {
    return last(pending).flatMap(OutcomeRecord::outcome);
  }

  /** The announcement of the command's call; empty if there is none, or it was taken back. */
  public Optional<OutcomeRecord> announcement(PendingCommand pending) {
    return last(pending).filter(OutcomeRecord::isSending);
  }

  private Optional<OutcomeRecord> last(PendingCommand pending) {
    return exists()
        ? Optional.ofNullable(part(pending).commands.get(pending.offset()))
            .filter(outcome -> outcome.isOf(pending))
        : Optional.empty();
  }

  private Part part(PendingCommand pending) {
    return parts.get(pending.commits());
  }

  /** Partitions were assigned or revoked. */
  public void partitionsChanged() {
    parts.keySet().removeIf(PartitionCommits::isClosed);
    if (parts.values().stream().allMatch(part -> part.recalled != null)) {
      forgetFailures();
    }
  }

  /** The standstill does not count as time in which reading failed. */
  public void stoodStill() {
    outage.stoodStill();
  }

  private static final class Part {
    private final TopicPartition partition;
    private final PartitionCommits commits;
    private final Map<Long, OutcomeRecord> commands = new HashMap<>();

    /** Null until it was read. */
    private Recalled recalled;

    /** Whether another task wrote some of it. This one may have written before it could read. */
    private boolean hasPredecessor;

    private final Optional<Instant> begins;

    Part(PendingCommand first) {
      partition = first.partition();
      commits = first.commits();
      begins = written(first);
    }

    /** Whether all is known that was written of a command of this age. */
    boolean covers(Optional<Instant> written) {
      return recalled.reaches()
          || written
              .filter(time -> time.minus(PartitionCommits.CLOCKS_APART).isAfter(recalled.since()))
              .isPresent();
    }

    /** The highest offset of which another task may have written anything. */
    long highest() {
      return covers(begins)
          ? recalled.highest()
          : Math.max(recalled.highest(), commits.firstOffset() + FURTHEST);
    }

    /** Keeps the first outcome of a command; see docs/commands.md. */
    void recall(OutcomeRecord outcome) {
      hasPredecessor |=
          outcome.offset() < commits.firstOffset()
              || outcome.time().isBefore(commits.assignment().time());
      if (outcome.offset() >= commits.firstOffset()) {
        commands.merge(outcome.offset(), outcome, Part::first);
      }
    }

    private static OutcomeRecord first(OutcomeRecord before, OutcomeRecord now) {
      boolean sameCommand = Objects.equals(before.timestamp(), now.timestamp());
      return sameCommand && before.outcome().isPresent() ? before : now;
    }
  }
}
