package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.common.AuthGracePeriod;
import io.github.chirpconnect.common.Backoff;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens after two failures without an answer in between. While it is open, one call at a time is
 * made as a trial, with growing pauses, so that a thousand waiting devices do not overload a server
 * that is coming up. An answer closes it.
 *
 * <p>It also tells when the server has not answered for longer than the retry timeout, and when the
 * grace period of a refused API key is over.
 */
public final class ServerCircuitBreaker {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCircuitBreaker.class);
  private static final long REMIND_EVERY_MS = 60_000;
  private static final int FAILURES_OF_AN_OUTAGE = 2;
  private static final long NO_CALL = -1;

  private final long retryTimeoutMs;
  private final AuthGracePeriod grace;
  private final Backoff pauses;

  private long calls;
  private int failures;
  private boolean away;
  private long trial = NO_CALL;
  private long trialAt;
  private Long failingSince;
  private long awaySaidAt;

  public ServerCircuitBreaker(Duration retryTimeout, AuthGracePeriod grace, DoubleSupplier random) {
    this.retryTimeoutMs = retryTimeout.toMillis();
    this.grace = grace;
    this.pauses = new Backoff(random, PendingCommand.LONGEST_PAUSE_MS);
  }

  /** Whether a call may be made now. */
  boolean permitsCall(long now) {
    return !away || (trial == NO_CALL && now >= trialAt);
  }

  /** A call is made. Returns its number, which the methods for its result take. */
  long begin() {
    long call = ++calls;
    if (away) {
      trial = call;
    }
    return call;
  }

  /** The server answered; a refusal is an answer. */
  void answered(long call) {
    if (away && failingSince != null) {
      LOG.info("ChirpStack answers again");
    }
    grace.accepted();
    forget();
  }

  /** The server did not answer. */
  void failed(long call, long now, String reason) {
    grace.reset();
    if (failingSince == null) {
      failingSince = now;
    }
    boolean goesAway = pause(call, now, failingSince + retryTimeoutMs);
    if (goesAway || (away && now - awaySaidAt >= REMIND_EVERY_MS)) {
      awaySaidAt = now;
      LOG.warn("ChirpStack does not answer, trying again: {}", reason);
    }
  }

  /** The server refused the API key. */
  public void tokenRefused(long call, long now, String reason) {
    failingSince = null;
    grace.refused(reason);
    pause(call, now, grace.endsAt().orElse(Long.MAX_VALUE));
  }

  /** Since when calls have failed; empty while they succeed. */
  public OptionalLong since() {
    return failingSince == null ? grace.refusedSince() : OptionalLong.of(failingSince);
  }

  /** Whether the server has not answered for the whole retry timeout. */
  boolean isOverdue(long now) {
    return failingFor(now) >= retryTimeoutMs;
  }

  /** For how many milliseconds the server has not answered. */
  long failingFor(long now) {
    return failingSince == null ? 0 : now - failingSince;
  }

  /** Why the task has to fail: the API key has been refused for too long. */
  Optional<String> hopeless() {
    return grace.expired();
  }

  /** Forgets all failures: no command waits for them any more. */
  public void forget() {
    failures = 0;
    away = false;
    trial = NO_CALL;
    failingSince = null;
    grace.reset();
    pauses.reset();
  }

  /**
   * @return whether the breaker opens now
   */
  private boolean pause(long call, long now, long lastTrial) {
    failures++;
    boolean goesAway = !away && failures >= FAILURES_OF_AN_OUTAGE;
    if (goesAway) {
      away = true;
    }
    // Calls started before the outage are not retries and must not lengthen the back-off.
    if (goesAway || call == trial) {
      trial = NO_CALL;
      long next = now + pauses.next();
      trialAt = lastTrial > now ? Math.min(next, lastTrial) : next;
    }
    return goesAway;
  }
}
