package io.github.chirpconnect.source.series;

import io.github.chirpconnect.api.MetricPoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The closed buckets of an answer: all up to a moment, except the last one. A later bucket proves
 * that a bucket is closed, whatever the server's time zone.
 *
 * <p>The server does not distinguish nothing from zero. So a bucket in which everything is zero
 * gives no rows. In any other bucket, a part that is zero (a frequency, a status) gives no row,
 * because the parts that an answer names depend on its other buckets; a metric without parts gives
 * one.
 *
 * @param buckets in order of time
 * @param newest the beginning of the answer's last bucket; empty if it has none
 */
record ClosedBuckets(List<Bucket> buckets, OptionalLong newest) {

  /**
   * A bucket with at least one number that is not zero.
   *
   * @param rows in an order that is the same in each answer
   */
  record Bucket(long time, List<MetricPoint> rows) {}

  private static final Comparator<MetricPoint> ORDER =
      Comparator.comparing(MetricPoint::metric)
          .thenComparing(MetricPoint::label, Comparator.nullsFirst(Comparator.naturalOrder()));

  static ClosedBuckets of(List<MetricPoint> points) {
    TreeMap<Instant, TreeMap<MetricPoint, MetricPoint>> byTime = new TreeMap<>();
    for (MetricPoint point : points) {
      byTime.computeIfAbsent(point.time(), unused -> new TreeMap<>(ORDER)).put(point, point);
    }
    if (byTime.isEmpty()) {
      return new ClosedBuckets(List.of(), OptionalLong.empty());
    }
    List<Bucket> buckets = new ArrayList<>();
    byTime
        .headMap(byTime.lastKey())
        .forEach(
            (time, bucket) -> {
              if (bucket.values().stream().anyMatch(ClosedBuckets::saysSomething)) {
                buckets.add(new Bucket(time.toEpochMilli(), rows(bucket.values())));
              }
            });
    return new ClosedBuckets(buckets, OptionalLong.of(byTime.lastKey().toEpochMilli()));
  }

  private static List<MetricPoint> rows(Collection<MetricPoint> points) {
    return points.stream().filter(point -> point.label() == null || saysSomething(point)).toList();
  }

  private static boolean saysSomething(MetricPoint point) {
    return point.value() != 0;
  }
}
