package io.github.chirpconnect.sink;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Stands still until told. */
final class ManualTime extends Clock {
  private Instant now = Instant.parse("2026-07-23T08:00:00Z");

  void advance(Duration by) {
    now = now.plus(by);
  }

  long steadyMillis() {
    return now.toEpochMilli();
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
