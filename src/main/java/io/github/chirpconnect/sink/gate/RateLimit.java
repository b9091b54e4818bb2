package io.github.chirpconnect.sink.gate;

import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.config.GateConfig;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.function.IntSupplier;

/**
 * Limits the commands of a task: a token bucket with room for the tokens of one second, at least
 * one. Each call that sends a command takes a token, a repeated call too, since the limit protects
 * the server. The bucket is almost empty at first, so that a restart causes no burst; after a
 * standstill it is full at most.
 */
final class RateLimit implements Gate {
  private final double perSecond;
  private final IntSupplier parts;
  private final Clocks clocks;
  private double tokens = 1;
  private long filledAt;

  /**
   * @param perSecond the whole connector's limit
   * @param parts into how many parts it is divided, of which this task may use one
   */
  RateLimit(double perSecond, IntSupplier parts, Clocks clocks) {
    this.perSecond = perSecond;
    this.parts = parts;
    this.clocks = clocks;
    this.filledAt = clocks.steadyMillis();
  }

  @Override
  public String key() {
    return GateConfig.RATE;
  }

  @Override
  public Answer ask(PendingCommand pending) {
    int divisor = parts.getAsInt();
    double share = perSecond / divisor;
    double perMilli = share / 1_000;
    long now = clocks.steadyMillis();
    tokens = Math.min(Math.max(1, share), tokens + (now - filledAt) * perMilli);
    filledAt = now;
    return tokens >= 1
        ? Open.AT_ONCE
        : new Closed((long) Math.ceil((1 - tokens) / perMilli), why(divisor));
  }

  private String why(int divisor) {
    return "the connector may send "
        + perSecond
        + " commands per second"
        + (divisor == 1 ? "" : ", and this task one of " + divisor + " equal shares");
  }

  @Override
  public void called(PendingCommand pending) {
    tokens--;
  }
}
