package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.sink.outcome.OutcomeReporter;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/**
 * Announces calls in the outcome topic before they are made. Then the next task knows after a crash
 * which commands may have been sent, and that all others were not.
 *
 * <p>A command whose call is announced keeps its lane, and counts among the calls in flight: after
 * a crash it is in doubt as they are, and v3 can't show that such a call was never made.
 */
final class Announcements {
  private final OutcomeReporter reporter;
  private final Lanes lanes;
  private final boolean needed;
  private final Set<PendingCommand> writing = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<PendingCommand> ready = new ArrayDeque<>();

  /**
   * @param needed whether there is an outcome topic
   */
  Announcements(OutcomeReporter reporter, Lanes lanes, boolean needed) {
    this.reporter = reporter;
    this.lanes = lanes;
    this.needed = needed;
  }

  /** Whether the command's call must be announced first. One that may be repeated need not be. */
  boolean isNeededFor(PendingCommand pending) {
    return needed && !pending.announced() && !pending.command().isRepeatable();
  }

  /**
   * @param groupCounter see {@link OutcomeReporter#announce}
   */
  void begin(PendingCommand pending, Optional<Long> groupCounter) {
    writing.add(pending);
    reporter.announce(
        pending,
        groupCounter,
        () -> {
          if (writing.remove(pending)) {
            pending.announced(true);
            ready.add(pending);
          }
        });
  }

  /** How many commands are announced, or about to be, whose call was not made yet. */
  int open() {
    return writing.size() + ready.size();
  }

  boolean hasReady() {
    return !ready.isEmpty();
  }

  /** The next command whose call can be made. */
  PendingCommand next() {
    return ready.remove();
  }

  /** No call can be made for now: takes back what was announced. */
  void takeBack() {
    while (hasReady()) {
      PendingCommand pending = ready.remove();
      reporter.takeBack(pending);
      lanes.again(pending);
    }
  }

  /** Drops commands of revoked partitions. */
  void dropAbandoned() {
    drop(writing.iterator());
    drop(ready.iterator());
  }

  private void drop(Iterator<PendingCommand> each) {
    while (each.hasNext()) {
      PendingCommand pending = each.next();
      if (pending.abandoned()) {
        each.remove();
        lanes.finished(pending);
      }
    }
  }
}
