package io.github.chirpconnect.api;

/** How long a bucket of a series is; cut in the server's time zone. */
public enum Aggregation {
  /** v4: of the duty cycle of gateways alone. Kept for two hours. */
  MINUTE,
  /** Kept for two days. */
  HOUR,
  /** Kept for 62 days (v4), 90 days (v3). */
  DAY,
  /** Kept for two years. */
  MONTH
}
