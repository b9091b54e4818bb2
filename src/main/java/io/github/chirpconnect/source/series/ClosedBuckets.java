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
 * What an answer says of buckets that are over: of those up to a moment, all but the last. That
 * there is another one after it proves that a bucket is over, whatever the server's time zone.
 *
 * <p>The server cannot tell nothing from zero. So a bucket in which all is zero is none. In one
 * that has something, a part that is zero (a frequency, a status) is no row, since the parts that
 * an answer names depend on its other buckets; a whole that is zero is one.
 *
 * @param buckets in order of time
 * @param newest when the last bucket of the answer begins; empty where it had none
 */
record ClosedBuckets(List<Bucket> buckets, OptionalLong newest) {

  /**
   * A bucket in which something is.
   *
   * @param rows in an order that each answer keeps to
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
