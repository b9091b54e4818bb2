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
 * <p>The outcomes of a partition are read once: when the first of its commands is in doubt, and the
 * last calls and records of the previous task have arrived. A failed reading is repeated until the
 * retry timeout; then the task fails.
 */
public final class Memory {
  private static final Logger LOG = LoggerFactory.getLogger(Memory.class);

  /** How long after an assignment calls and records of the previous task may still arrive. */
  public static final long SETTLE_MS = 2_000;

  /** How many windows before the first offset the reading may end; see {@link TailReader}. */
  private static final long WINDOWS_BACK = 3;

  private static final TopicOutage.Words UNREADABLE =
      new TopicOutage.Words(
          "The outcome topic can't be read back; commands that may have been sent before wait",
          "The outcome topic can't be read back for %d s",
          "The outcome topic can be read again",
          "the outcome topic could not be read back for %d s (retry.timeout.ms); no command was skipped; check"
              + " outcome.bootstrap.servers and the outcome.consumer settings");

  private final OutcomeArchive archive;
  private final long window;
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
   * @param window how many offsets may be sent beyond the last one offered for commit
   * @param onRecalled run on the task thread when more is known
   */
  public Memory(
      OutcomeArchive archive,
      long window,
      Duration retryTimeout,
      CompletionQueue completions,
      Clocks clocks,
      DoubleSupplier random,
      Runnable onRecalled) {
    this.archive = archive;
    this.window = window;
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
    Map<TopicPartition, Long> ends = new HashMap<>();
    parts.forEach(
        (commits, part) -> {
          if (part.recalled == null
              && clocks.steadyMillis() >= commits.assignment().steadyMillis() + SETTLE_MS) {
            due.put(part.partition, part);
            ends.put(part.partition, commits.firstOffset() - WINDOWS_BACK * window);
          }
        });
    if (!due.isEmpty()) {
      reading = true;
      archive.read(
          ends, (recalled, failure) -> completions.add(() -> ended(due, recalled, failure)));
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
          sent.recall(its.records());
          LOG.info(
              "Read back {} records of outcomes of {}{}",
              its.records().size(),
              partition,
              its.reaches() ? "" : "; they do not reach back far enough to show what was sent");
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

  /**
   * Whether the outcomes of the command's partition have been read. If not, this requests it;
   * {@code onRecalled} runs afterwards.
   */
  public boolean isReady(PendingCommand pending) {
    return !exists()
        || parts.computeIfAbsent(
                    pending.commits(), commits -> new Part(pending.partition(), commits))
                .recalled
            != null;
  }

  /**
   * Whether each sent command has a record, so that a command without one was not sent. That needs
   * a previous task that wrote to the same topic, as a record from before the assignment shows.
   */
  public boolean vouchesFor(PendingCommand pending) {
    return exists() && part(pending).recalled.reaches() && part(pending).hasPredecessor;
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

    Part(TopicPartition partition, PartitionCommits commits) {
      this.partition = partition;
      this.commits = commits;
    }

    /** Keeps the first outcome of a command; see docs/commands.md. */
    void recall(OutcomeRecord outcome) {
      hasPredecessor |= outcome.time().isBefore(commits.assignment().time());
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
