package io.github.chirpconnect.simulator.time;

import java.time.Duration;
import java.time.Instant;

/** The simulated server's clock and timer in one, so that a test can move both together. */
public interface Time extends AutoCloseable {

  Instant now();

  /** Runs a task once, later, on a thread of the timer's choice. A closed timer drops it. */
  void after(Duration delay, Runnable task);

  /** Drops what has not run yet. */
  @Override
  void close();

  /** The wall clock. */
  static Time real() {
    return new RealTime();
  }
}
