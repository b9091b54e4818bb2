package io.github.chirpconnect.sink.gate;

import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.common.BoundedMap;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.config.GateConfig;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.Map;

/**
 * Limits the downlinks in a target's queue. A device that sleeps or is gone receives none, and
 * ChirpStack has no limit of its own.
 *
 * <p>The queue holds at most the items of the last reading and the commands sent since, unless
 * other clients queue too. So it is read if it is not known, if it may be full, and if the last
 * reading is a minute old. A full queue is read again with growing pauses.
 */
final class QueueLimit implements Gate {
  static final long BELIEVED_MS = 60_000;
  static final long SHORTEST_PAUSE_MS = 1_000;
  static final long LONGEST_PAUSE_MS = 60_000;
  private static final int TARGETS = 100_000;

  /** ChirpStack shows a group's downlink as long as it waits for any gateway. */
  private static final String SLOWEST_GATEWAY =
      "; each of them stays until all gateways of the group have sent it, so one that is offline may keep the queue full";

  private final int max;
  private final boolean rejects;
  private final Clocks clocks;

  private final Map<Target, Seen> queues = BoundedMap.leastUsedFirst(TARGETS);

  /**
   * What is known about a queue.
   *
   * @param depth what the last look showed, and the commands since
   * @param pause after a look that showed a full queue: how long not to look again
   */
  private record Seen(int depth, long lookedAt, long pause) {}

  /**
   * @param rejects whether a full queue refuses commands; else they wait
   */
  QueueLimit(int max, boolean rejects, Clocks clocks) {
    this.max = max;
    this.rejects = rejects;
    this.clocks = clocks;
  }

  @Override
  public String key() {
    return GateConfig.DEVICE_QUEUE_MAX;
  }

  @Override
  public Answer ask(PendingCommand pending) {
    if (pending.command().emptiesQueue()) {
      return Open.AT_ONCE;
    }
    Target target = pending.target();
    Seen seen = queues.get(target);
    long age = seen == null ? Long.MAX_VALUE : clocks.steadyMillis() - seen.lookedAt();
    if (seen != null && seen.depth() < max && age < BELIEVED_MS) {
      return Open.AT_ONCE;
    }
    if (seen != null && seen.depth() >= max && age < seen.pause()) {
      String full =
          "the queue of " + target + " holds " + seen.depth() + " downlinks, and may hold " + max;
      return rejects
          ? new Refused(
              full
                  + " ("
                  + key()
                  + "); send the command again when it has room"
                  + (target.isGroup() ? SLOWEST_GATEWAY : ""))
          : new Closed(seen.pause() - age, full);
    }
    return new Inquiry<>(
        chirpStack -> chirpStack.queue(target), queue -> looked(target, queue.size(), seen));
  }

  private void looked(Target target, int depth, Seen before) {
    long pause = 0;
    if (depth >= max) {
      pause =
          before == null || before.pause() == 0 || rejects
              ? SHORTEST_PAUSE_MS
              : Math.min(LONGEST_PAUSE_MS, 2 * before.pause());
    }
    queues.put(target, new Seen(depth, clocks.steadyMillis(), pause));
  }

  @Override
  public void carriedOut(PendingCommand pending) {
    Target target = pending.target();
    if (pending.command().emptiesQueue()) {
      queues.remove(target); // some releases keep an item that waits for an acknowledgement
      return;
    }
    queues.computeIfPresent(target, (same, seen) -> new Seen(seen.depth() + 1, seen.lookedAt(), 0));
  }
}
