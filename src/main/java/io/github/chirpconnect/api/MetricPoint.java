package io.github.chirpconnect.api;

import java.time.Instant;
import java.util.Objects;

/**
 * One number of one bucket.
 *
 * @param metric v4's name of what was counted, such as {@code rx_packets}; of a device's
 *     measurements, their key
 * @param label which part of it: a frequency in hertz, a data rate, a status, a kind of error, a
 *     band; null where a metric has no parts
 * @param time when the bucket begins
 * @param value 0 also where nothing is known: the server cannot tell the two apart
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
