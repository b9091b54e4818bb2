package io.github.chirpconnect.source.server;

import io.github.chirpconnect.common.Backoff;
import java.util.function.DoubleSupplier;

/**
 * Decides whether streams may be opened. One probe decides whether a stream or the server failed,
 * so that 1,000 streams do not reconnect at once.
 *
 * <p>While streams are open, a probe is made at intervals: an open stream does not notice that its
 * API key was revoked.
 *
 * <p>Not thread-safe. Times are milliseconds of a clock that never runs backwards.
 */
final class CircuitBreaker {
  private static final long BETWEEN_PROBES_MS = 1_000;

  /** Shorter than for an absent server: somebody is probably replacing the key. */
  private static final long REFUSED_LIMIT_MS = 5_000;

  private final long liveProbeEveryMs;
  private final Backoff absent;
  private final Backoff refused;
  private boolean open;
  private boolean probing;
  private long probeAt;
  private long closedAt;

  /**
   * Starts closed, with a probe due.
   *
   * @param liveProbeEveryMs the interval of probes while the server works
   */
  CircuitBreaker(long now, long liveProbeEveryMs, DoubleSupplier random) {
    this.liveProbeEveryMs = liveProbeEveryMs;
    this.absent = new Backoff(random);
    this.refused = new Backoff(random, REFUSED_LIMIT_MS);
    this.probeAt = now;
    this.closedAt = now;
  }

  boolean isOpen() {
    return open;
  }

  long closedAt() {
    return closedAt;
  }

  /** A stream ended. */
  void trouble(long now) {
    if (open) {
      open = false;
      closedAt = now;
      // Immediately, unless the last probe has just succeeded.
      probeAt = Math.max(now, probeAt - liveProbeEveryMs + BETWEEN_PROBES_MS);
    }
  }

  /** Returns whether to probe now; if so, the caller probes. */
  boolean takeProbe(long now) {
    if (probing || now < probeAt) {
      return false;
    }
    probing = true;
    return true;
  }

  void probeSucceeded(long now) {
    probing = false;
    open = true;
    absent.reset();
    refused.reset();
    probeAt = now + liveProbeEveryMs;
  }

  void probeFailed(long now, boolean tokenRefused) {
    probing = false;
    if (open) {
      open = false;
      closedAt = now;
    }
    probeAt = now + (tokenRefused ? refused : absent).next();
  }
}
