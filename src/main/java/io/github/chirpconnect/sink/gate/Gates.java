package io.github.chirpconnect.sink.gate;

import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.config.GateConfig;
import io.github.chirpconnect.config.SinkConfig;
import io.github.chirpconnect.metrics.TaskMetrics;
import io.github.chirpconnect.sink.outcome.Outcome;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All gates of a task. A command may be sent when each of them is open. The first closed one
 * decides, so that no queue is read for a command that has to wait for another reason.
 */
public final class Gates {
  private static final Logger LOG = LoggerFactory.getLogger(Gates.class);

  /** Clocks can be set, and machines sleep: a gate is asked again after a minute at the latest. */
  static final long LONGEST_PAUSE_MS = 60_000;

  private static final List<String> HOLDING =
      List.of(
          GateConfig.WINDOW, GateConfig.DEVICE_RATE, GateConfig.RATE, GateConfig.DEVICE_QUEUE_MAX);

  private final List<Gate> gates;
  private final HeldCommands held;

  Gates(List<Gate> gates, Clocks clocks) {
    this.gates = List.copyOf(gates);
    this.held = new HeldCommands(clocks);
  }

  /**
   * The gates that are configured.
   *
   * @param parts into how many parts the connector's limits are divided, of which this task may use
   *     one
   * @param metrics where is shown how many commands each one holds
   */
  public static Gates of(SinkConfig sink, IntSupplier parts, TaskMetrics metrics, Clocks clocks) {
    GateConfig config = sink.gates();
    config.warning(sink.commandMaxAge()).ifPresent(LOG::warn);
    List<Gate> gates = new ArrayList<>();
    config.window().ifPresent(window -> gates.add(new CommandWindow(window, clocks)));
    if (config.deviceRatePerMinute() > 0) {
      gates.add(new DeviceRateLimit(config.deviceRatePerMinute(), clocks));
    }
    if (config.ratePerSecond() > 0) {
      gates.add(new RateLimit(config.ratePerSecond(), parts, clocks));
    }
    if (config.deviceQueueMax() > 0) {
      gates.add(new QueueLimit(config.deviceQueueMax(), config.rejectsIfFull(), clocks));
    }
    Gates all = new Gates(gates, clocks);
    all.held.show(metrics, HOLDING);
    return all;
  }

  /** May the command be sent now? */
  public Gate.Answer ask(PendingCommand pending) {
    for (Gate gate : gates) {
      Gate.Answer answer = gate.ask(pending);
      if (answer instanceof Gate.Closed closed) {
        held.hold(gate.key(), pending, closed.why());
        return new Gate.Closed(
            Math.min(LONGEST_PAUSE_MS, Math.max(1, closed.millis())), closed.why());
      }
      if (!(answer instanceof Gate.Open)) {
        return answer;
      }
    }
    return new Gate.Open(held.release(pending));
  }

  /** All gates were open, and the call that sends the command is made now. */
  public void called(PendingCommand pending) {
    gates.forEach(gate -> gate.called(pending));
  }

  /** The reason why a command was not sent, with the gate that holds it back, if one does. */
  public String explained(PendingCommand pending, String reason) {
    return held.why(pending).map(why -> reason + "; " + why).orElse(reason);
  }

  /** Whether no gate was closed by the time that passed since all of them were open. */
  public boolean areStillOpen(PendingCommand pending) {
    return gates.stream()
        .allMatch(gate -> !gate.closesByItself() || gate.ask(pending) instanceof Gate.Open);
  }

  /** The command is done. */
  public void over(PendingCommand pending) {
    held.release(pending);
  }

  /** This task decided what became of the command. */
  public void decided(PendingCommand pending, Outcome outcome) {
    if (outcome.kind() == Outcome.Kind.ACCEPTED || outcome.kind() == Outcome.Kind.UNKNOWN) {
      gates.forEach(gate -> gate.carriedOut(pending));
    }
  }

  /** Forgets the commands of revoked partitions. */
  public void dropAbandoned() {
    held.dropAbandoned();
  }

  /** The end of a turn: logs which gates hold commands back for long. */
  public void turnEnds() {
    held.report();
  }
}
