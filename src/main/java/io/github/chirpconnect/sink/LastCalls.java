package io.github.chirpconnect.sink;

import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.CompletionQueue;
import io.github.chirpconnect.sink.dispatch.Dispatcher;
import io.github.chirpconnect.sink.dispatch.Lanes;
import io.github.chirpconnect.sink.outcome.OutcomeReporter;

/**
 * Ends what is in flight before a commit that may be the last one: Connect takes partitions away
 * after it, or stops the task.
 */
final class LastCalls {
  /**
   * How long an unrequested preCommit waits for calls: all tasks of a worker share five seconds.
   */
  private static final long DRAIN_MS = 1_500;

  private final Lanes lanes;
  private final Dispatcher dispatcher;
  private final OutcomeReporter reporter;
  private final CompletionQueue completions;
  private final Clocks clocks;

  LastCalls(
      Lanes lanes,
      Dispatcher dispatcher,
      OutcomeReporter reporter,
      CompletionQueue completions,
      Clocks clocks) {
    this.lanes = lanes;
    this.dispatcher = dispatcher;
    this.reporter = reporter;
    this.completions = completions;
    this.clocks = clocks;
  }

  /**
   * Waits for the calls in flight, and sends only commands that later ones have overtaken. Then all
   * that was sent can be committed, and the next task has nothing to check.
   */
  void drain() {
    long end = clocks.steadyMillis() + DRAIN_MS;
    do {
      reporter.reportBeforeCommit(end - clocks.steadyMillis());
      do {
        lanes.release(); // an answer may have overtaken more commands
        dispatcher.dispatchOvertaken();
      } while (completions.drain());
      if (lanes.out() == 0 && !reporter.isWriting()) {
        return;
      }
      completions.await(Math.max(0, end - clocks.steadyMillis()));
    } while (clocks.steadyMillis() < end && !Thread.currentThread().isInterrupted());
  }
}
