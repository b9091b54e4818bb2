package io.github.chirpconnect.sink;

import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.common.Backoff;
import java.time.Instant;
import java.util.function.DoubleSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * One record on its way: from {@code put()} to the moment when its offset may be committed. Touched
 * by the task thread alone.
 */
final class PendingCommand {
  /** The longest pause between two attempts: commands age while they wait. */
  static final long LONGEST_PAUSE_MS = 10_000;

  /** What has to be done next. */
  enum Step {
    /** Find out whether the task that had the partition before has sent it. */
    CHECK_PREDECESSOR,
    SEND,
    /** The call was cut off: the device's state, before its queue is looked at. */
    STATE_BEFORE,
    FIRST_LOOK,
    SECOND_LOOK,
    /** Not in the queue, twice: has the device been served meanwhile? */
    STATE_AFTER
  }

  private final SinkRecord record;
  private final PartitionCommits account;
  private final ParsedRecord reading;
  private final Backoff backoff;
  private final long bytes;

  private Step step = Step.SEND;
  private long due;
  private Long failingSince;
  private int timesGivenUp;
  private boolean done;
  private boolean abandoned;
  private Instant sentAt;
  private DeviceState stateBefore;

  PendingCommand(
      SinkRecord record, PartitionCommits account, ParsedRecord reading, DoubleSupplier random) {
    this.record = record;
    this.account = account;
    this.reading = reading;
    this.backoff = new Backoff(random, LONGEST_PAUSE_MS);
    this.bytes = RetainedSize.of(record);
  }

  SinkRecord record() {
    return record;
  }

  PartitionCommits account() {
    return account;
  }

  ParsedRecord reading() {
    return reading;
  }

  /** What to do; a delivery that is no command never gets into a lane. */
  Command command() {
    return (Command) reading;
  }

  String devEui() {
    return reading.devEui();
  }

  /** The offset that Kafka knows, whatever transforms made of the record. */
  long offset() {
    return record.originalKafkaOffset();
  }

  /** About how much memory its record holds. */
  long bytes() {
    return bytes;
  }

  /** Names the record in messages. */
  String position() {
    return record.originalTopic()
        + "-"
        + record.originalKafkaPartition()
        + "@"
        + record.originalKafkaOffset();
  }

  TopicPartition partition() {
    return new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
  }

  /**
   * Another task may have sent it: it is looked for in the device's queue first.
   *
   * @param lookAt when calls of the other task will have landed, in steady milliseconds
   */
  void doubt(long lookAt) {
    step = Step.CHECK_PREDECESSOR;
    due = lookAt;
    account.doubted(this);
  }

  Step step() {
    return step;
  }

  void nextStep(Step next) {
    step = next;
  }

  /** When its next call may be made, in steady milliseconds. */
  long due() {
    return due;
  }

  void dueAt(long steadyMillis) {
    due = steadyMillis;
  }

  /** Counts a failure that time heals. Returns how long to wait before the next attempt. */
  long failed(long now) {
    if (failingSince == null) {
      failingSince = now;
    }
    return backoff.next();
  }

  /** Counts a call that the server gave up. Returns how many did so far. */
  int givenUp() {
    return ++timesGivenUp;
  }

  /** How long to wait before the next attempt, of a failure that has a limit of its own. */
  long pause() {
    return backoff.next();
  }

  /** How long it has been failing, in milliseconds. */
  long failingFor(long now) {
    return failingSince == null ? 0 : now - failingSince;
  }

  /** What went wrong so far does not count against the retry timeout. */
  void forgive() {
    failingSince = null;
  }

  /** When the last call that could have queued it was made, by the worker's clock. */
  Instant sentAt() {
    return sentAt;
  }

  void sentAt(Instant moment) {
    sentAt = moment;
  }

  DeviceState stateBefore() {
    return stateBefore;
  }

  void stateBefore(DeviceState state) {
    stateBefore = state;
  }

  boolean done() {
    return done;
  }

  void markDone() {
    done = true;
  }

  /** Its partition was taken away: whatever still comes of it concerns nobody here. */
  boolean abandoned() {
    return abandoned;
  }

  void abandon() {
    abandoned = true;
  }
}
