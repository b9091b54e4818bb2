package io.github.chirpconnect.sink.gate;

import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.metrics.TaskMetrics;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands that each gate holds back: the first one of each lane. A gate that holds one for a
 * minute is named in the log, at most once a minute, and once more when it does so no longer.
 */
final class HeldCommands {
  private static final Logger LOG = LoggerFactory.getLogger(HeldCommands.class);
  static final long LONG_MS = 60_000;

  private final Clocks clocks;
  private final Map<String, OfGate> gates = new TreeMap<>();

  /** Read by metrics reporters on other threads. */
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();

  private static final class OfGate {
    /** Since when and why, the longest first. */
    final Map<PendingCommand, Held> commands = new LinkedHashMap<>();

    boolean said;
    long saidAt;
  }

  private record Held(long since, String why) {}

  HeldCommands(Clocks clocks) {
    this.clocks = clocks;
  }

  /** Registers a metric for each key, with or without a gate. */
  void show(TaskMetrics metrics, Iterable<String> keys) {
    for (String key : keys) {
      metrics.gauge(
          "commands-held-by-" + key.replace('.', '-'),
          "Devices and groups whose next command waits for " + key,
          () -> counts.getOrDefault(key, 0));
    }
  }

  /** The gate is closed for the command. */
  void hold(String key, PendingCommand pending, String why) {
    gates.forEach(
        (each, held) -> {
          if (!each.equals(key)) {
            remove(each, held, pending);
          }
        });
    OfGate held = gates.computeIfAbsent(key, each -> new OfGate());
    Held before = held.commands.get(pending);
    held.commands.put(
        pending, new Held(before == null ? clocks.steadyMillis() : before.since(), why));
    counts.put(key, held.commands.size());
  }

  /** Which gate holds the command back, and why; empty if none does. */
  Optional<String> why(PendingCommand pending) {
    return gates.entrySet().stream()
        .filter(gate -> gate.getValue().commands.containsKey(pending))
        .findFirst()
        .map(
            gate ->
                gate.getKey() + " held it back: " + gate.getValue().commands.get(pending).why());
  }

  /** No gate holds the command any more. Returns for how many milliseconds the last one did. */
  long release(PendingCommand pending) {
    long heldFor = 0;
    for (Map.Entry<String, OfGate> gate : gates.entrySet()) {
      Held held = remove(gate.getKey(), gate.getValue(), pending);
      if (held != null) {
        heldFor = clocks.steadyMillis() - held.since();
      }
    }
    return heldFor;
  }

  private Held remove(String key, OfGate held, PendingCommand pending) {
    Held removed = held.commands.remove(pending);
    if (removed != null) {
      counts.put(key, held.commands.size());
    }
    return removed;
  }

  /** Forgets the commands of revoked partitions. */
  void dropAbandoned() {
    gates.forEach(
        (key, held) -> {
          held.commands.keySet().removeIf(PendingCommand::abandoned);
          counts.put(key, held.commands.size());
        });
  }

  /** Writes the log lines that are due. */
  void report() {
    long now = clocks.steadyMillis();
    gates.forEach((key, held) -> report(key, held, now));
  }

  private static void report(String key, OfGate held, long now) {
    Held longest = held.commands.isEmpty() ? null : held.commands.values().iterator().next();
    if (longest == null || now - longest.since() < LONG_MS) {
      if (held.said) {
        held.said = false;
        LOG.info("{} holds no command back for long any more", key);
      }
      return;
    }
    if (!held.said || now - held.saidAt >= LONG_MS) {
      held.said = true;
      held.saidAt = now;
      LOG.warn(
          "{} holds back the next commands of {} devices or groups, the first for {} s: {}",
          key,
          held.commands.size(),
          (now - longest.since()) / 1_000,
          longest.why());
    }
  }
}
