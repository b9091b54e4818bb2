package io.github.chirpconnect.sink.outcome;

import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.common.Backoff;
import io.github.chirpconnect.sink.command.Command;
import io.github.chirpconnect.sink.command.ParsedRecord;
import java.time.Instant;
import java.util.function.DoubleSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * One record from {@code put()} until its offset may be committed. Used by the task thread alone.
 */
public final class PendingCommand {
  /** The longest pause between two attempts: commands age while they wait. */
  public static final long LONGEST_PAUSE_MS = 10_000;

  /** The next call for a command. */
  public enum Step {
    /** Check whether the previous owner of the partition has sent it. */
    CHECK_TAKEOVER,
    SEND,
    /** Find out what became of a call that was lost. */
    INQUIRE
  }

  private final SinkRecord record;
  private final TopicPartition partition;
  private final PartitionCommits commits;
  private final ParsedRecord parsed;
  private final Backoff backoff;
  private final long bytes;

  private Step step = Step.SEND;
  private long due;
  private Long failingSince;
  private int codecTimeouts;
  private boolean announced;
  private boolean done;
  private boolean abandoned;
  private Instant sentAt;

  public PendingCommand(
      SinkRecord record, PartitionCommits commits, ParsedRecord parsed, DoubleSupplier random) {
    this.record = record;
    this.partition = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
    this.commits = commits;
    this.parsed = parsed;
    this.backoff = new Backoff(random, LONGEST_PAUSE_MS);
    this.bytes = RetainedSize.of(record);
  }

  public SinkRecord record() {
    return record;
  }

  public PartitionCommits commits() {
    return commits;
  }

  public ParsedRecord parsed() {
    return parsed;
  }

  /** The command; only for records that hold a valid one. */
  public Command command() {
    return (Command) parsed;
  }

  /** Whom the command is for; null if its record does not tell. */
  public Target target() {
    return parsed.target();
  }

  /** The offset in Kafka, before any transform. */
  public long offset() {
    return record.originalKafkaOffset();
  }

  /** About how much memory its record holds. */
  long bytes() {
    return bytes;
  }

  /** Topic, partition and offset, for messages. */
  public String position() {
    return record.originalTopic()
        + "-"
        + record.originalKafkaPartition()
        + "@"
        + record.originalKafkaOffset();
  }

  public TopicPartition partition() {
    return partition;
  }

  /**
   * Another task may have sent it: check the target's queue first.
   *
   * @param lookAt when calls of the other task have certainly ended, in steady milliseconds
   */
  public void doubt(long lookAt) {
    step = Step.CHECK_TAKEOVER;
    due = lookAt;
    commits.doubted(this);
  }

  public Step step() {
    return step;
  }

  public void nextStep(Step next) {
    step = next;
  }

  /** When its next call may be made, in steady milliseconds. */
  public long due() {
    return due;
  }

  public void dueAt(long steadyMillis) {
    due = steadyMillis;
  }

  /** Counts a temporary failure. Returns how long to wait before the next attempt. */
  public long failed(long now) {
    if (failingSince == null) {
      failingSince = now;
    }
    return backoff.next();
  }

  /** Counts a call whose codec timed out on the server. Returns how many there were. */
  public int codecTimedOut() {
    return ++codecTimeouts;
  }

  /** How long to wait before the next attempt, without counting a failure. */
  public long pause() {
    return backoff.next();
  }

  /** How long it has been failing, in milliseconds. */
  public long failingFor(long now) {
    return failingSince == null ? 0 : now - failingSince;
  }

  /** Restarts the retry timeout. */
  public void forgive() {
    failingSince = null;
  }

  /** When the last Enqueue was made, by the worker's clock. */
  public Instant sentAt() {
    return sentAt;
  }

  public void sentAt(Instant moment) {
    sentAt = moment;
  }

  /** Whether the outcome topic holds that its call is made next. */
  public boolean announced() {
    return announced;
  }

  public void announced(boolean is) {
    announced = is;
  }

  boolean done() {
    return done;
  }

  void markDone() {
    done = true;
  }

  /** Whether its partition was revoked: later answers are ignored. */
  public boolean abandoned() {
    return abandoned;
  }

  void abandon() {
    abandoned = true;
  }
}
