package io.github.chirpconnect.source.server;

import java.time.Clock;

/**
 * Detects that Connect no longer polls: Connect does not tell a task that its connector is paused.
 * Also true while Kafka takes long for a batch. Thread-safe.
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
