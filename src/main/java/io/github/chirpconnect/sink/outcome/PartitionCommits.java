package io.github.chirpconnect.sink.outcome;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Tracks which records of one partition are done. Commands finish out of order; the offset of the
 * first unfinished one may be committed.
 *
 * <p>It also limits how many commands the next owner must check again: nothing is sent beyond the
 * offset last offered for commit plus a window. The window begins at the offered offset, since
 * Connect does not tell a task when a commit has succeeded.
 */
public final class PartitionCommits {
  /** Largest difference expected between the clocks of the worker, the server and a producer. */
  public static final Duration CLOCKS_APART = Duration.ofSeconds(5);

  private static final long NONE = Long.MAX_VALUE;

  private final long window;
  private final AssignedAt assignment;
  private final Deque<PendingCommand> pending = new ArrayDeque<>();
  private long first = NONE;
  private long offered = NONE;
  private long next;
  private long barrier = NONE;
  private long highestDone = -1;
  private long pendingBytes;
  private long highestDoubted = -1;
  private long aheadMillis;
  private long inherited = NONE;
  private long highestWritten = -1;
  private boolean closed;

  PartitionCommits(long window, AssignedAt assignment) {
    this.window = window;
    this.assignment = assignment;
  }

  /** When the partition was assigned to this task, by the wall clock and by the steady one. */
  public record AssignedAt(Instant time, long steadyMillis) {}

  public AssignedAt assignment() {
    return assignment;
  }

  public void accept(PendingCommand command) {
    if (first == NONE) {
      first = command.offset();
      offered = command.offset();
    }
    next = command.offset() + 1;
    pending.add(command);
    pendingBytes += command.bytes();
  }

  /**
   * Whether the previous task may have sent this record. One of its commits may have been lost,
   * hence twice the window. It has not seen records written after the assignment, apart from the
   * difference between clocks. A record without a timestamp may be older.
   *
   * @param now when the record came, by the worker's clock
   */
  public boolean mayBeSentBefore(SinkRecord record, Instant now) {
    return isOlder(record, now) && isInReach(record);
  }

  /**
   * The same where the outcome topic can tell: then all commands count of which anything may have
   * been written there. So it matters neither how large the window of the previous task was, nor
   * that a consumer group was set back. And clocks that are seen to differ by more than expected
   * prove nothing.
   */
  public boolean mayBeRecorded(SinkRecord record, Instant now) {
    boolean older = isOlder(record, now) || aheadMillis > CLOCKS_APART.toMillis();
    return older && (inherited == NONE || record.originalKafkaOffset() <= inherited);
  }

  private boolean isOlder(SinkRecord record, Instant now) {
    if (record.timestamp() != null) {
      aheadMillis = Math.max(aheadMillis, record.timestamp() - now.toEpochMilli());
    }
    Instant certain = assignment.time().plus(CLOCKS_APART);
    return written(record).filter(certain::isBefore).isEmpty();
  }

  /** Whether a previous task with the same window may have sent the record. */
  public boolean isInReach(SinkRecord record) {
    return first == NONE || record.originalKafkaOffset() < doubtEnds();
  }

  /**
   * What other tasks wrote to the outcome topic is known.
   *
   * @param highest the highest offset of this partition of which they wrote anything; -1 for none
   */
  public void inherits(long highest) {
    inherited = highest;
    highestWritten = Math.max(highestWritten, highest);
  }

  /** Something of the command is written to the outcome topic. */
  void writes(PendingCommand command) {
    highestWritten = Math.max(highestWritten, command.offset());
  }

  /**
   * The highest offset of this partition of which anything was written to the outcome topic, by
   * this task or any before. Empty until it is known what they wrote.
   */
  OptionalLong highestWritten() {
    return inherited == NONE ? OptionalLong.empty() : OptionalLong.of(highestWritten);
  }

  /**
   * When a record was written. A timestamp after the record's arrival shows that the producer's
   * clock is ahead, and is corrected by that. Empty without a timestamp.
   */
  public Optional<Instant> written(SinkRecord record) {
    return Optional.ofNullable(record.timestamp())
        .map(millis -> Instant.ofEpochMilli(millis - aheadMillis));
  }

  /** Another task may have sent this command. */
  void doubted(PendingCommand command) {
    highestDoubted = Math.max(highestDoubted, command.offset());
  }

  /** Whether all records that another task may have sent are done, and no more can come. */
  public boolean isBeyondDoubt() {
    return first != NONE && committable() >= doubtEnds() && committable() > highestDoubted;
  }

  private long doubtEnds() {
    return first + 2 * window;
  }

  /** The offset of the first record received; all before it were committed. */
  public long firstOffset() {
    return first;
  }

  /** Whether a command may be checked now. A check sends nothing, so the window does not apply. */
  public boolean permitsLook(PendingCommand command) {
    return command.offset() < barrier;
  }

  /** Whether a command may be sent now. */
  public boolean permits(PendingCommand command) {
    return command.offset() - offered < window && command.offset() < barrier;
  }

  /**
   * Whether a later command of the partition is done already. Until this one is done too, the later
   * one can't be committed, and the next owner would have to check it.
   */
  public boolean isOvertaken(PendingCommand command) {
    return command.offset() < highestDone;
  }

  /** Sends nothing more from this offset on. */
  void stopAt(long offset) {
    barrier = Math.min(barrier, offset);
  }

  public void done(PendingCommand command) {
    command.markDone();
    highestDone = Math.max(highestDone, command.offset());
    while (!pending.isEmpty() && pending.peek().done()) {
      pendingBytes -= pending.remove().bytes();
    }
  }

  /** Records that can't be committed yet, done ones behind an unfinished one included. */
  int pending() {
    return pending.size();
  }

  /** About how much memory those records hold. */
  long pendingBytes() {
    return pendingBytes;
  }

  boolean isFirstPending(PendingCommand command) {
    return pending.peek() == command;
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** How many offsets are committable and were not offered yet. */
  long uncommitted() {
    return first == NONE ? 0 : committable() - offered;
  }

  /** Returns the committable offset, and moves the window there. */
  long offer() {
    offered = committable();
    return offered;
  }

  /** Whether the partition was revoked. */
  public boolean isClosed() {
    return closed;
  }

  /** The partition was revoked: abandons all its commands. */
  void close() {
    closed = true;
    pendingBytes = 0;
    for (Iterator<PendingCommand> each = pending.iterator(); each.hasNext(); each.remove()) {
      each.next().abandon();
    }
  }

  private long committable() {
    return pending.isEmpty() ? next : pending.peek().offset();
  }
}
