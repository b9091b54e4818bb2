package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.sink.doubt.LostCalls;
import io.github.chirpconnect.sink.gate.Gates;
import io.github.chirpconnect.sink.outcome.Outcome;
import io.github.chirpconnect.sink.outcome.OutcomeReporter;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import io.github.chirpconnect.sink.outcome.PendingCommand.Step;

/** Moves a command on after a call: to another call, or to its outcome. */
final class Progress {
  private final Lanes lanes;
  private final OutcomeReporter reporter;
  private final Blame blame;
  private final Gates gates;
  private final LostCalls lost;
  private final Clocks clocks;

  Progress(
      Lanes lanes,
      OutcomeReporter reporter,
      Blame blame,
      Gates gates,
      LostCalls lost,
      Clocks clocks) {
    this.lanes = lanes;
    this.reporter = reporter;
    this.blame = blame;
    this.gates = gates;
    this.lost = lost;
    this.clocks = clocks;
  }

  /** Continues with another step after this many milliseconds. */
  void next(PendingCommand pending, Step step, long millis) {
    pending.nextStep(step);
    again(pending, millis);
  }

  /** Repeats the step after this many milliseconds. */
  void again(PendingCommand pending, long millis) {
    pending.dueAt(clocks.steadyMillis() + millis);
    lanes.again(pending);
  }

  /** Keeps the command where it is, since the task will fail. */
  void stand(PendingCommand pending) {
    lanes.again(pending);
  }

  /** The command has an outcome from before, which the outcome topic holds. */
  void finishAgain(PendingCommand pending, Outcome outcome) {
    over(pending);
    reporter.decidedBefore(pending, outcome);
  }

  /** The command has an outcome. */
  void finish(PendingCommand pending, Outcome outcome) {
    over(pending);
    gates.decided(pending, outcome);
    reporter.decided(pending, outcome);
  }

  private void over(PendingCommand pending) {
    lanes.finished(pending);
    blame.over(pending);
    lost.over(pending);
    gates.over(pending);
  }
}
