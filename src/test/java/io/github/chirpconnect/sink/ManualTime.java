package io.github.chirpconnect.sink;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Stands still until told. */
final class ManualTime extends Clock {
  private Instant now = Instant.parse("2026-07-23T08:00:00Z");
  private Duration asleep = Duration.ZERO;

  void advance(Duration by) {
    now = now.plus(by);
  }

  /** As of a machine that sleeps: the steady clock stands still. */
  void sleep(Duration by) {
    now = now.plus(by);
    asleep = asleep.plus(by);
  }

  long steadyMillis() {
    return now.minus(asleep).toEpochMilli();
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
