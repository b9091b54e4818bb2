package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.sink.outcome.Outcome;
import io.github.chirpconnect.sink.outcome.OutcomeReporter;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import io.github.chirpconnect.sink.outcome.PendingCommand.Step;

/** Where a command goes whose call is over: on to another call, or to its end. */
final class Progress {
  private final Lanes lanes;
  private final OutcomeReporter reporter;
  private final Blame blame;
  private final Clocks clocks;

  Progress(Lanes lanes, OutcomeReporter reporter, Blame blame, Clocks clocks) {
    this.lanes = lanes;
    this.reporter = reporter;
    this.blame = blame;
    this.clocks = clocks;
  }

  /** Another step comes next, after so many milliseconds. */
  void next(PendingCommand pending, Step step, long millis) {
    pending.nextStep(step);
    again(pending, millis);
  }

  /** The same step comes again, after so many milliseconds. */
  void again(PendingCommand pending, long millis) {
    pending.dueAt(clocks.steadyMillis() + millis);
    lanes.again(pending);
  }

  /** The command keeps its turn, while the task is about to fail. */
  void stand(PendingCommand pending) {
    lanes.again(pending);
  }

  /** It is decided what became of it. */
  void finish(PendingCommand pending, Outcome outcome) {
    lanes.finished(pending);
    blame.over(pending);
    reporter.decided(pending, outcome);
  }
}
