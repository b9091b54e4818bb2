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
  void next(PendingCommand delivery, Step step, long millis) {
    delivery.nextStep(step);
    again(delivery, millis);
  }

  /** The same step comes again, after so many milliseconds. */
  void again(PendingCommand delivery, long millis) {
    delivery.dueAt(clocks.steadyMillis() + millis);
    lanes.again(delivery);
  }

  /** The command keeps its turn, while the task is about to fail. */
  void stand(PendingCommand delivery) {
    lanes.again(delivery);
  }

  /** It is decided what became of it. */
  void finish(PendingCommand delivery, Outcome outcome) {
    lanes.finished(delivery);
    blame.over(delivery);
    reporter.settle(delivery, outcome);
  }
}
