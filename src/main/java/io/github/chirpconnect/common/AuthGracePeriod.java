package io.github.chirpconnect.common;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Grace period for a refused API key. A server refuses a key for a moment while somebody replaces
 * it. When it still refuses the key at the end of the grace, only a change of the configuration
 * helps, and the task has to fail. A key in a file can be replaced without one: the task then waits
 * without end.
 *
 * <p>Safe for use by many threads.
 */
public final class AuthGracePeriod {
  private static final Logger LOG = LoggerFactory.getLogger(AuthGracePeriod.class);
  private static final long REMIND_EVERY_MS = 60_000;

  private final Clocks clocks;
  private final Duration grace;
  private final boolean fromFile;
  private Long refusedSince;
  private Instant writtenSince;
  private Long remindedAt;
  private String expired;

  /**
   * @param fromFile whether the key is in a file
   */
  public AuthGracePeriod(Clocks clocks, Duration grace, boolean fromFile) {
    this.clocks = clocks;
    this.grace = grace;
    this.fromFile = fromFile;
  }

  /** The server refused the key. */
  public synchronized void refused(String message) {
    long now = clocks.steadyMillis();
    if (refusedSince == null) {
      refusedSince = now;
      writtenSince = clocks.now();
    }
    if (!fromFile && now - refusedSince >= grace.toMillis()) {
      expired =
          "ChirpStack has refused the API key since "
              + writtenSince
              + "; configure a valid one in chirpstack.token and restart the task: "
              + message;
    } else if (remindedAt == null || now - remindedAt >= REMIND_EVERY_MS) {
      remindedAt = now;
      remind(message);
    }
  }

  private void remind(String message) {
    if (fromFile) {
      LOG.warn(
          "ChirpStack has refused the API key since {}; the task waits for a new one in the file: {}",
          writtenSince,
          message);
    } else {
      LOG.warn(
          "ChirpStack has refused the API key since {}; the task fails if that lasts {} s: {}",
          writtenSince,
          grace.toSeconds(),
          message);
    }
  }

  /** The server accepted the key. */
  public synchronized void accepted() {
    if (refusedSince != null) {
      LOG.info("ChirpStack accepts the API key again; it had refused it since {}", writtenSince);
    }
    refusedSince = null;
    remindedAt = null;
  }

  /**
   * The next refusal begins a new grace period. For an outage: a server that is coming up refuses
   * good keys, too.
   */
  public synchronized void reset() {
    refusedSince = null;
  }

  /** Since when the server has refused the key, in steady milliseconds; empty if it accepts it. */
  public synchronized OptionalLong refusedSince() {
    return refusedSince == null ? OptionalLong.empty() : OptionalLong.of(refusedSince);
  }

  /** For how long the server has refused the key; 0 if it accepts it. */
  public synchronized long refusedForMs() {
    return refusedSince == null ? 0 : clocks.steadyMillis() - refusedSince;
  }

  /** When the next refusal fails the task, in steady milliseconds; empty for never. */
  public synchronized OptionalLong endsAt() {
    return refusedSince == null || fromFile
        ? OptionalLong.empty()
        : OptionalLong.of(refusedSince + grace.toMillis());
  }

  /** Why the task has to fail: the server refused the key at the end of the grace period. */
  public synchronized Optional<String> expired() {
    return Optional.ofNullable(expired);
  }
}
