package io.github.chirpconnect.common;

import java.time.Clock;
import java.time.Instant;

/**
 * The two clocks of a task.
 *
 * @param wall the time of day, which can be set: for timestamps
 * @param steady never set, and stands still while the machine sleeps: for intervals
 */
public record Clocks(Clock wall, Clock steady) {

  /** The machine's own. */
  public static Clocks system() {
    return new Clocks(Clock.systemUTC(), new SteadyClock());
  }

  /** The time of day. */
  public Instant now() {
    return wall.instant();
  }

  /** Milliseconds of the steady clock; their origin means nothing. */
  public long steadyMillis() {
    return steady.millis();
  }
}
