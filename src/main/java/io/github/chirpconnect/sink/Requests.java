package io.github.chirpconnect.sink;

import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.sink.dispatch.Dispatcher;
import io.github.chirpconnect.sink.dispatch.Lanes;
import io.github.chirpconnect.sink.dispatch.SinkSettings;
import io.github.chirpconnect.sink.outcome.CommitTrackers;
import io.github.chirpconnect.sink.outcome.OutcomeReporter;
import io.github.chirpconnect.sink.outcome.Ownership;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * What the task asks of Connect: to commit, to pause its partitions while the task is full, and to
 * call {@code put()} again soon. Connect chooses the time otherwise, so each turn ends with a
 * timeout.
 */
final class Requests {
  /**
   * Shortest time between commits: while commands come, when all are done, when lanes wait for a
   * commit.
   */
  private static final long COMMIT_EVERY_MS = 500;

  private static final long COMMIT_IDLE_MS = 100;
  private static final long COMMIT_HELD_MS = 10;

  /** Timeouts for the next {@code put()}: with work to do now, with work in flight. */
  private static final long SOON_MS = 1;

  private static final long NOT_SO_SOON_MS = 50;

  /** Timeout without work: short enough to tell a standstill from an idle task. */
  private static final long IDLE_MS = 1_000;

  private final SinkTaskContext context;
  private final SinkSettings settings;
  private final CommitTrackers trackers;
  private final Dispatcher dispatcher;
  private final Lanes lanes;
  private final OutcomeReporter reporter;
  private final Ownership ownership;
  private final Clocks clocks;

  private boolean paused;
  private boolean commitWanted;
  private boolean commitRequested;
  private long offeredAt;

  Requests(
      SinkTaskContext context,
      SinkSettings settings,
      CommitTrackers trackers,
      Dispatcher dispatcher,
      OutcomeReporter reporter,
      Ownership ownership,
      Clocks clocks) {
    this.context = context;
    this.settings = settings;
    this.trackers = trackers;
    this.dispatcher = dispatcher;
    this.lanes = dispatcher.lanes();
    this.reporter = reporter;
    this.ownership = ownership;
    this.clocks = clocks;
    this.offeredAt = clocks.steadyMillis();
  }

  /**
   * Partitions were assigned. Connect pauses again all partitions that it remembers as paused, so
   * all are resumed here.
   */
  void partitionsCame() {
    paused = false;
    context.resume(context.assignment().toArray(TopicPartition[]::new));
  }

  /**
   * Asks for a commit if the previous turn ended with one due.
   *
   * @return whether it asked; the turn then does not wait for answers, so that the next commit is
   *     the requested one and not one of a stop
   */
  boolean commitIfWanted() {
    if (!commitWanted || commitRequested) {
      return false;
    }
    context.requestCommit();
    commitRequested = true;
    return true;
  }

  /** Connect commits. Returns whether this task requested it. */
  boolean commitCame() {
    boolean asked = commitRequested;
    commitRequested = false;
    return asked;
  }

  /** Offsets are offered for commit now. */
  void offered() {
    offeredAt = clocks.steadyMillis();
  }

  /** Whether offsets can be committed and a commit is due. */
  boolean wantsCommit() {
    if (commitRequested) {
      return false;
    }
    long since = clocks.steadyMillis() - offeredAt;
    if (!ownership.isProven() && !trackers.hasNone()) {
      return since >= ownership.pause();
    }
    long uncommitted = trackers.uncommitted();
    if (uncommitted <= 0) {
      return false;
    }
    long pause =
        lanes.holding() ? COMMIT_HELD_MS : trackers.isEmpty() ? COMMIT_IDLE_MS : COMMIT_EVERY_MS;
    return uncommitted >= settings.window() / 2 || since >= pause;
  }

  /** Ends the turn: pauses or resumes, and sets the timeout. */
  void turnEnds() {
    commitWanted = wantsCommit();
    pauseOrResume();
    comeBack();
  }

  private void pauseOrResume() {
    boolean blocked = reporter.isBlocked() || dispatcher.fatal().isPresent();
    if (!paused && (blocked || isFilled(1))) {
      paused = true;
      context.pause(context.assignment().toArray(TopicPartition[]::new));
    } else if (paused && !blocked && !isFilled(2)) {
      paused = false;
      context.resume(context.assignment().toArray(TopicPartition[]::new));
    }
  }

  /**
   * @param parts 1: whether the task is full; 2: whether it is at least half full
   */
  private boolean isFilled(int parts) {
    return lanes.waiting() >= settings.mostWaiting() / parts
        || trackers.pending() >= settings.mostPending() / parts
        || trackers.pendingBytes() >= settings.mostPendingBytes() / parts;
  }

  private void comeBack() {
    boolean soon =
        commitWanted
            || dispatcher.fatal().isPresent()
            || (reporter.hasReports() && settings.toleratesErrors())
            || (lanes.waiting() > 0 && lanes.out() > 0 && ownership.isProven())
            || (lanes.holding() && commitRequested);
    boolean busy =
        lanes.out() > 0 || reporter.isOpen() || trackers.uncommitted() > 0 || !ownership.isProven();
    context.timeout(soon ? SOON_MS : busy ? NOT_SO_SOON_MS : untilNextDue());
  }

  /** Commands may all wait for a gate, or for a pause after a failure. */
  private long untilNextDue() {
    long left = lanes.waiting() == 0 ? IDLE_MS : lanes.untilNextDue(clocks.steadyMillis());
    return left == 0 ? NOT_SO_SOON_MS : Math.min(left, IDLE_MS);
  }
}
