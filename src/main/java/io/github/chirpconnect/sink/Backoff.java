package io.github.chirpconnect.sink;

import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt: 100 ms, and twice as long each time up to 10 s, less up
 * to half of it at random, so that what failed together does not come back together.
 */
public final class Backoff {
  private static final long FIRST_MS = 100;
  private static final long LONGEST_MS = 10_000;

  private final DoubleSupplier random;
  private long next = FIRST_MS;

  /**
   * @param random uniform in [0, 1)
   */
  public Backoff(DoubleSupplier random) {
    this.random = random;
  }

  /** Milliseconds to wait now. */
  public long next() {
    long whole = next;
    next = Math.min(2 * whole, LONGEST_MS);
    return whole - (long) (random.getAsDouble() * whole / 2);
  }

  public void reset() {
    next = FIRST_MS;
  }
}
