package io.github.chirpconnect.api;

/** The length of a series' bucket. Buckets begin and end by the clock of the server's time zone. */
public enum Aggregation {
  /** v4 only, and only the duty cycle of gateways. Kept for two hours. */
  MINUTE,
  /** Kept for two days. */
  HOUR,
  /** Kept for 62 days (v4), 90 days (v3). */
  DAY,
  /** Kept for two years. */
  MONTH
}
