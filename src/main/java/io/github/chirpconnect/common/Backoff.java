package io.github.chirpconnect.common;

import java.util.function.DoubleSupplier;

/**
 * Exponential back-off with jitter: 100 ms, then twice as long each time up to a limit, less a
 * random part of up to a half, so that clients that failed together do not retry together. Not
 * thread-safe.
 */
public final class Backoff {
  private static final long FIRST_MS = 100;
  private static final long LIMIT_MS = 30_000;

  private final DoubleSupplier random;
  private final long limitMs;
  private long next = FIRST_MS;

  /**
   * @param random uniform in [0, 1)
   */
  public Backoff(DoubleSupplier random) {
    this(random, LIMIT_MS);
  }

  public Backoff(DoubleSupplier random, long limitMs) {
    this.random = random;
    this.limitMs = limitMs;
  }

  /** Milliseconds to wait now. */
  public long next() {
    long whole = Math.min(next, limitMs);
    next = Math.min(2 * whole, limitMs);
    return whole - (long) (random.getAsDouble() * whole / 2);
  }

  public void reset() {
    next = FIRST_MS;
  }
}
