package io.github.chirpconnect.sink.outcome;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * What has been delivered of one partition. Commands are done out of order; what may be committed
 * is the offset of the first that is not.
 *
 * <p>It also bounds what a successor has to doubt: nothing is sent beyond the offset last offered
 * for commit plus a window. The bound counts from what was offered, since a task is not told when a
 * commit has arrived.
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
  private boolean closed;

  PartitionCommits(long window, AssignedAt assignment) {
    this.window = window;
    this.assignment = assignment;
  }

  /** When the partition came to this task: by the wall, and by the clock that runs evenly. */
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
   * Whether the task that had the partition before may have sent this record. It may have lost one
   * commit on the way, hence twice the window. What was written after the assignment it has never
   * seen, but clocks differ; without a timestamp nobody knows.
   *
   * @param now when the record came, by the worker's clock
   */
  public boolean mayBeSentBefore(SinkRecord record, Instant now) {
    if (record.timestamp() != null) {
      aheadMillis = Math.max(aheadMillis, record.timestamp() - now.toEpochMilli());
    }
    boolean inReach = first == NONE || record.originalKafkaOffset() < doubtEnds();
    Instant certain = assignment.time().plus(CLOCKS_APART);
    return inReach && written(record).filter(certain::isBefore).isEmpty();
  }

  /**
   * When a record was written: nothing comes before that, so a timestamp that lies ahead shows that
   * a producer's clock does. Empty without a timestamp.
   */
  public Optional<Instant> written(SinkRecord record) {
    return Optional.ofNullable(record.timestamp())
        .map(millis -> Instant.ofEpochMilli(millis - aheadMillis));
  }

  /** Another task may have sent this command. */
  void doubted(PendingCommand command) {
    highestDoubted = Math.max(highestDoubted, command.offset());
  }

  /** Whether all that another task may have sent is done, and nothing more of it can come. */
  public boolean isBeyondDoubt() {
    return first != NONE && committable() >= doubtEnds() && committable() > highestDoubted;
  }

  private long doubtEnds() {
    return first + 2 * window;
  }

  /** The offset of the first record that came. What is before it was committed. */
  public long firstOffset() {
    return first;
  }

  /** Whether it may be found out about a command: that sends nothing, so the window is no bound. */
  public boolean permitsLook(PendingCommand command) {
    return command.offset() < barrier;
  }

  /** Whether a command may be sent now. */
  public boolean permits(PendingCommand command) {
    return command.offset() - offered < window && command.offset() < barrier;
  }

  /**
   * Whether a later command of the partition is done already: as long as this one is not, the later
   * one can't be committed, and whoever takes over would have to doubt it.
   */
  public boolean isOvertaken(PendingCommand command) {
    return command.offset() < highestDone;
  }

  /** Nothing from this offset on is sent any more. */
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

  /** Records that can't be committed yet: those behind one that is not done, too. */
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

  /** How many offsets could be committed that were not yet offered. */
  long uncommitted() {
    return first == NONE ? 0 : committable() - offered;
  }

  /** Says up to where everything is done, and permits the window beyond it. */
  long offer() {
    offered = committable();
    return offered;
  }

  /** Whether the partition was taken away. */
  public boolean isClosed() {
    return closed;
  }

  /** The partition is taken away: lets go of everything. */
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
