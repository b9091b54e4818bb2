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
 * Whether the server is there, as far as this task's calls tell. Two failures without an answer in
 * between mean that it is away: from then on one call at a time goes out to try, with growing
 * pauses, so that a thousand waiting devices do not hammer a server that is coming up.
 *
 * <p>Says when it has been away for longer than the retry timeout, and when there is no hope left:
 * an API key from the configuration was refused for longer than its grace. A key from a file can be
 * replaced, so that is waited for without end.
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

  /** Whether a call may go out now. */
  boolean permitsCall(long now) {
    return !away || (trial == NO_CALL && now >= trialAt);
  }

  /** A call goes out. Returns its number, to be told with what comes of it. */
  long begin() {
    long call = ++calls;
    if (away) {
      trial = call;
    }
    return call;
  }

  /** The server answered, be it a refusal. */
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
      LOG.warn("ChirpStack is away, trying again: {}", reason);
    }
  }

  /** The server refused the API key. */
  public void tokenRefused(long call, long now, String reason) {
    failingSince = null;
    grace.refused(reason);
    pause(call, now, grace.endsAt().orElse(Long.MAX_VALUE));
  }

  /** Since when no call succeeds; empty while they do. */
  public OptionalLong since() {
    return failingSince == null ? grace.refusedSince() : OptionalLong.of(failingSince);
  }

  /** Whether it has not answered for as long as the retry timeout permits. */
  boolean isOverdue(long now) {
    return failingFor(now) >= retryTimeoutMs;
  }

  /** For how long it has not answered, in milliseconds. */
  long failingFor(long now) {
    return failingSince == null ? 0 : now - failingSince;
  }

  /** Why the task has to fail: the API key has been refused for too long. */
  Optional<String> hopeless() {
    return grace.expired();
  }

  /** Starts anew: nothing is waiting any more for what failed so far. */
  public void forget() {
    failures = 0;
    away = false;
    trial = NO_CALL;
    failingSince = null;
    grace.reset();
    pauses.reset();
  }

  /**
   * @return whether calls go out one at a time from now on
   */
  private boolean pause(long call, long now, long lastTrial) {
    failures++;
    boolean goesAway = !away && failures >= FAILURES_OF_AN_OUTAGE;
    if (goesAway) {
      away = true;
    }
    // What went out before is no new attempt, and must not make the pauses longer.
    if (goesAway || call == trial) {
      trial = NO_CALL;
      long next = now + pauses.next();
      trialAt = lastTrial > now ? Math.min(next, lastTrial) : next;
    }
    return goesAway;
  }
}
