package io.github.chirpconnect.simulator.database;

/**
 * A number or text in a codec's object that the device profile declares, for v4 to keep metrics of.
 *
 * @param name for people; empty: the key
 */
public record Measurement(Kind kind, String name) {
  /** What it is. */
  public enum Kind {
    /** Found in an object, and not kept until somebody says what it is. */
    UNKNOWN,
    COUNTER,
    ABSOLUTE,
    GAUGE,
    /** A text or a truth value, of which the last is kept. */
    STRING
  }

  public static Measurement of(Kind kind) {
    return new Measurement(kind, "");
  }
}
