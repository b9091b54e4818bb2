package io.github.chirpconnect.sink;

import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.metrics.TaskMetrics;
import io.github.chirpconnect.sink.outcome.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The figures of a sink task. The task thread writes them; metrics reporters read them on any
 * thread.
 */
final class SinkMetrics {
  private static final long NEVER = -1;

  private final Clocks clocks;
  private final Map<Outcome.Kind, LongAdder> outcomes = new EnumMap<>(Outcome.Kind.class);
  private final LongAdder retries = new LongAdder();
  private volatile int waiting;
  private volatile int out;
  private volatile long awaySince = NEVER;

  SinkMetrics(Clocks clocks) {
    this.clocks = clocks;
    for (Outcome.Kind kind : Outcome.Kind.values()) {
      outcomes.put(kind, new LongAdder());
    }
  }

  void show(TaskMetrics metrics) {
    outcomes.forEach(
        (kind, count) ->
            metrics.gauge(
                "commands-" + kind.text() + "-total",
                "Commands whose outcome is " + kind.text(),
                count::sum));
    metrics.gauge("commands-waiting", "Commands that wait to be sent", () -> waiting);
    metrics.gauge("calls-in-flight", "Calls that wait for an answer", () -> out);
    metrics.gauge("call-retries-total", "Failed calls that are made again", retries::sum);
    metrics.gauge(
        "server-away-ms",
        "Time since the server stopped answering or accepting the API key; 0 while it does both",
        () -> awaySince == NEVER ? 0 : clocks.steadyMillis() - awaySince);
  }

  void outcome(Outcome.Kind kind) {
    outcomes.get(kind).increment();
  }

  void retry() {
    retries.increment();
  }

  /**
   * Sets the current values.
   *
   * @param awaySince by the steady clock; empty while the server answers
   */
  void state(int waiting, int out, OptionalLong awaySince) {
    this.waiting = waiting;
    this.out = out;
    this.awaySince = awaySince.orElse(NEVER);
  }
}
