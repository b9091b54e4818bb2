package io.github.chirpconnect.sink.command;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Tells which commands are too old to be sent: past their {@code expires_at}, or in a record older
 * than {@code command.max.age.ms}. A record without a timestamp has no age.
 */
public final class Expiry {
  private final Clock clock;
  private final Optional<Duration> maxAge;

  public Expiry(Clock clock, Optional<Duration> maxAge) {
    this.clock = clock;
    this.maxAge = maxAge;
  }

  /** Milliseconds until a command is too old; a large number if it never will be. */
  public long left(SinkRecord record, Command command) {
    Instant now = clock.instant();
    long left = Long.MAX_VALUE;
    if (maxAge.isPresent() && record.timestamp() != null) {
      left = record.timestamp() + maxAge.get().toMillis() + 1 - now.toEpochMilli();
    }
    Instant expiry = command.expiresAt().orElse(Instant.MAX);
    return expiry.equals(Instant.MAX)
        ? left
        : Math.min(left, Duration.between(now, expiry).toMillis() + 1);
  }

  /** Why a command is too old; empty when it is not. */
  public Optional<String> of(SinkRecord record, Command command) {
    Instant now = clock.instant();
    if (maxAge.isPresent() && record.timestamp() != null) {
      Duration age = Duration.between(Instant.ofEpochMilli(record.timestamp()), now);
      if (age.compareTo(maxAge.get()) > 0) {
        return Optional.of(
            "the record is "
                + age.toSeconds()
                + " s old, and command.max.age.ms permits "
                + maxAge.get().toSeconds()
                + " s");
      }
    }
    return command
        .expiresAt()
        .filter(expiry -> !expiry.isAfter(now))
        .map(expiry -> "expires_at has passed: " + expiry);
  }
}
