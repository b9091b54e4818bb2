package io.github.chirpconnect.sink;

import io.github.chirpconnect.sink.Delivery.Step;
import java.util.function.LongSupplier;

/** Where a command goes whose call is over: on to another call, or to its end. */
final class Progress {
  private final Lanes lanes;
  private final Settlement settlement;
  private final Blame blame;
  private final LongSupplier steadyMillis;

  Progress(Lanes lanes, Settlement settlement, Blame blame, LongSupplier steadyMillis) {
    this.lanes = lanes;
    this.settlement = settlement;
    this.blame = blame;
    this.steadyMillis = steadyMillis;
  }

  /** Another step comes next, after so many milliseconds. */
  void next(Delivery delivery, Step step, long millis) {
    delivery.nextStep(step);
    again(delivery, millis);
  }

  /** The same step comes again, after so many milliseconds. */
  void again(Delivery delivery, long millis) {
    delivery.dueAt(steadyMillis.getAsLong() + millis);
    lanes.again(delivery);
  }

  /** The command keeps its turn, while the task is about to fail. */
  void stand(Delivery delivery) {
    lanes.again(delivery);
  }

  /** It is decided what became of it. */
  void finish(Delivery delivery, Outcome outcome) {
    lanes.finished(delivery);
    blame.over(delivery);
    settlement.settle(delivery, outcome);
  }
}
