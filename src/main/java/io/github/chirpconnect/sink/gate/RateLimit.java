package io.github.chirpconnect.sink.gate;

import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.config.GateConfig;
import io.github.chirpconnect.sink.outcome.PendingCommand;

/**
 * Limits the commands of a task: a token bucket that holds what comes in within a second, and at
 * least one token. Each call that sends a command takes one, also a call that is made again, since
 * the limit is for the server. The bucket is almost empty at first, so that restarts make no
 * bursts; a task that stood still finds no more in it than it holds.
 */
final class RateLimit implements Gate {
  private final double perMilli;
  private final double size;
  private final Closed closed;
  private final Clocks clocks;
  private double tokens = 1;
  private long filledAt;

  /**
   * @param perSecond the whole connector's limit
   * @param tasks that share it
   */
  RateLimit(double perSecond, int tasks, Clocks clocks) {
    double share = perSecond / tasks;
    this.perMilli = share / 1_000;
    this.size = Math.max(1, share);
    this.closed =
        new Closed(
            0,
            "the connector may send "
                + perSecond
                + " commands per second"
                + (tasks == 1 ? "" : ", and each of its " + tasks + " tasks an equal share"));
    this.clocks = clocks;
    this.filledAt = clocks.steadyMillis();
  }

  @Override
  public String key() {
    return GateConfig.RATE;
  }

  @Override
  public Answer ask(PendingCommand pending) {
    long now = clocks.steadyMillis();
    tokens = Math.min(size, tokens + (now - filledAt) * perMilli);
    filledAt = now;
    return tokens >= 1
        ? Open.AT_ONCE
        : new Closed((long) Math.ceil((1 - tokens) / perMilli), closed.why());
  }

  @Override
  public void called(PendingCommand pending) {
    tokens--;
  }
}
