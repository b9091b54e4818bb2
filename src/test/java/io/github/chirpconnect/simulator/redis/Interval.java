package io.github.chirpconnect.simulator.redis;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalUnit;

/** How long a bucket of a metric is. */
public enum Interval {
  MINUTE(ChronoUnit.MINUTES, Duration.ofHours(2)),
  HOUR(ChronoUnit.HOURS, Duration.ofDays(2)),
  DAY(ChronoUnit.DAYS, Duration.ofDays(62)),
  MONTH(ChronoUnit.MONTHS, Duration.ofDays(730));

  private final TemporalUnit unit;
  private final Duration kept;

  Interval(TemporalUnit unit, Duration kept) {
    this.unit = unit;
    this.kept = kept;
  }

  /** How long a bucket is kept after the last write, in v4; v3 keeps days longer. */
  Duration kept() {
    return kept;
  }

  /** The start of the bucket that a moment lies in. */
  LocalDateTime floor(LocalDateTime time) {
    return this == MONTH
        ? time.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1)
        : time.truncatedTo(unit);
  }

  LocalDateTime next(LocalDateTime bucket) {
    return bucket.plus(1, unit);
  }
}
