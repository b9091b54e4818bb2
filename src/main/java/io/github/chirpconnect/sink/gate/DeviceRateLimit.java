package io.github.chirpconnect.sink.gate;

import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.config.GateConfig;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Limits the commands that a target is given within any minute. It remembers the commands of the
 * last minute and nothing else, so what it holds is bounded by what the server takes in a minute.
 */
final class DeviceRateLimit implements Gate {
  private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();

  private final int perMinute;
  private final Clocks clocks;
  private final Deque<Given> given = new ArrayDeque<>();
  private final Map<Target, Deque<Given>> byTarget = new HashMap<>();

  /** A command that a target was given, and when. */
  private record Given(Target target, long at) {}

  DeviceRateLimit(int perMinute, Clocks clocks) {
    this.perMinute = perMinute;
    this.clocks = clocks;
  }

  @Override
  public String key() {
    return GateConfig.DEVICE_RATE;
  }

  @Override
  public Answer ask(PendingCommand pending) {
    long now = clocks.steadyMillis();
    forget(now);
    Deque<Given> mine = byTarget.get(pending.target());
    if (mine == null || mine.size() < perMinute) {
      return Open.AT_ONCE;
    }
    return new Closed(
        mine.element().at() + MINUTE_MS - now,
        pending.target() + " was given " + perMinute + " commands within a minute");
  }

  private void forget(long now) {
    while (!given.isEmpty() && given.element().at() + MINUTE_MS <= now) {
      Target target = given.remove().target();
      Deque<Given> its = byTarget.get(target);
      its.remove();
      if (its.isEmpty()) {
        byTarget.remove(target);
      }
    }
  }

  @Override
  public void carriedOut(PendingCommand pending) {
    Given now = new Given(pending.target(), clocks.steadyMillis());
    given.add(now);
    byTarget.computeIfAbsent(pending.target(), target -> new ArrayDeque<>()).add(now);
  }

  /** Targets that it remembers. */
  int size() {
    return byTarget.size();
  }
}
