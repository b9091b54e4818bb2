package io.github.chirpconnect.api;

import java.time.Instant;
import java.util.Objects;

/**
 * One number of one bucket.
 *
 * @param metric v4's name of the metric, such as {@code rx_packets}; for a device's measurements,
 *     their key
 * @param label the part of the metric: a frequency in hertz, a data rate, a status, a kind of
 *     error, a band; null for a metric without parts
 * @param time the start of the bucket
 * @param value 0 also if nothing is known: the server does not distinguish the two
 * @param kind as the server says: {@code COUNTER} (the last value), {@code ABSOLUTE} (a sum),
 *     {@code GAUGE} (a mean)
 */
public record MetricPoint(String metric, String label, Instant time, double value, String kind) {
  public MetricPoint {
    Objects.requireNonNull(metric);
    Objects.requireNonNull(time);
    Objects.requireNonNull(kind);
  }
}
