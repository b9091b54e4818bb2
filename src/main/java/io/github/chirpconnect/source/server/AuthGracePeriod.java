package io.github.chirpconnect.source.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a refused API key is borne with. A key is refused for a moment while it is replaced; for
 * longer, and nothing but a change of the configuration helps. A key in a file can be replaced
 * without one, so that is waited for without end.
 */
public final class AuthGracePeriod {
  private static final Logger LOG = LoggerFactory.getLogger(AuthGracePeriod.class);
  private static final Duration REMIND_EVERY = Duration.ofMinutes(1);

  private final Clock clock;
  private final Clock wallClock;
  private final Duration grace;
  private final boolean fromFile;
  private Instant refusedSince;
  private Instant writtenSince;
  private Instant remindedAt;
  private String reason;

  /**
   * @param clock for intervals
   * @param wallClock for times that are written
   */
  public AuthGracePeriod(Clock clock, Clock wallClock, Duration grace, boolean fromFile) {
    this.clock = clock;
    this.wallClock = wallClock;
    this.grace = grace;
    this.fromFile = fromFile;
  }

  /** The server refused the key. */
  public synchronized void refused(String message) {
    Instant now = clock.instant();
    reason = message;
    if (refusedSince == null) {
      refusedSince = now;
      writtenSince = wallClock.instant();
    }
    if (remindedAt == null || !now.isBefore(remindedAt.plus(REMIND_EVERY))) {
      remindedAt = now;
      if (fromFile) {
        LOG.warn(
            "ChirpStack refuses the API key since {}; waiting for a new one in the file: {}",
            writtenSince,
            message);
      } else {
        LOG.warn(
            "ChirpStack refuses the API key since {}; the task fails after {} s of it: {}",
            writtenSince,
            grace.toSeconds(),
            message);
      }
    }
  }

  /** A call with the key succeeded. */
  public synchronized void accepted() {
    if (refusedSince != null) {
      LOG.info(
          "ChirpStack accepts the API key again, after having refused it since {}", writtenSince);
    }
    refusedSince = null;
    remindedAt = null;
  }

  synchronized boolean inDoubt() {
    return refusedSince != null;
  }

  /** 0 while the key is accepted. A revoked key ends no stream, so that streams do not tell. */
  public synchronized long refusedForMs() {
    return refusedSince == null
        ? 0
        : Math.max(0, Duration.between(refusedSince, clock.instant()).toMillis());
  }

  /** Why the task has to fail, once the grace is over. */
  public synchronized Optional<String> expired() {
    if (refusedSince == null || fromFile || clock.instant().isBefore(refusedSince.plus(grace))) {
      return Optional.empty();
    }
    return Optional.of(
        "ChirpStack has refused the API key since "
            + writtenSince
            + "; configure a valid one in chirpstack.token and restart the task: "
            + reason);
  }
}
