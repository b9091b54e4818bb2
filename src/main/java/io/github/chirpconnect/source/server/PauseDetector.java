package io.github.chirpconnect.source.server;

import java.time.Clock;

/**
 * Notices that Connect does not ask for records any more: a paused connector is told nothing, it is
 * merely not polled. Also true while Kafka has not taken a batch for long. Thread-safe.
 */
public final class PauseDetector {
  public static final long PAUSED_AFTER_MS = 10_000;

  private final Clock clock;
  private volatile long lastPoll;

  public PauseDetector(Clock clock) {
    this.clock = clock;
    this.lastPoll = clock.millis();
  }

  public void polled() {
    lastPoll = clock.millis();
  }

  public boolean paused() {
    return clock.millis() - lastPoll > PAUSED_AFTER_MS;
  }
}
