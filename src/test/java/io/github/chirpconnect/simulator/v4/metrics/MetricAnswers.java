package io.github.chirpconnect.simulator.v4.metrics;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.proto.v4.common.Aggregation;
import io.github.chirpconnect.proto.v4.common.Metric;
import io.github.chirpconnect.proto.v4.common.MetricDataset;
import io.github.chirpconnect.proto.v4.common.MetricKind;
import io.github.chirpconnect.simulator.redis.Interval;
import io.github.chirpconnect.simulator.redis.MetricStore;
import io.github.chirpconnect.simulator.redis.MetricStore.Bucket;
import io.github.chirpconnect.simulator.redis.Redis;
import io.github.chirpconnect.simulator.server.Refusals;
import io.github.chirpconnect.simulator.time.Moments;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Reads metrics for a call's period, and writes them as v4 answers: dense, absent as zero. */
public final class MetricAnswers {
  /** The period of a call, whose two ends are mandatory. */
  record Period(Instant start, Instant end) {
    /** Reads what is there, or refuses what is not. */
    static Period of(boolean hasStart, Timestamp start, boolean hasEnd, Timestamp end) {
      if (!hasStart) {
        throw Refusals.internal("start is None");
      }
      if (!hasEnd) {
        throw Refusals.internal("end is None");
      }
      return new Period(Moments.instant(start), Moments.instant(end));
    }
  }

  private final Redis redis;

  public MetricAnswers(Redis redis) {
    this.redis = redis;
  }

  static Interval interval(Aggregation aggregation) {
    return aggregation == Aggregation.UNRECOGNIZED
        ? Interval.HOUR
        : Interval.valueOf(aggregation.name());
  }

  List<Bucket> read(String name, MetricStore.Kind kind, Interval interval, Period period) {
    requireRedis();
    return redis.metrics().read(name, kind, interval, period.start(), period.end());
  }

  String state(String name) {
    requireRedis();
    return redis.metrics().readState(name);
  }

  private void requireRedis() {
    if (redis.logs().isDown()) {
      throw RedisDown.STATUS.asRuntimeException();
    }
  }

  /** A metric with one dataset, of one of the numbers. */
  static Metric single(
      String name, MetricKind kind, List<Bucket> buckets, String label, String field) {
    return dense(name, kind, buckets)
        .addDatasets(dataset(buckets, label, bucket -> number(bucket, field)))
        .build();
  }

  /** The mean of what was summed up with each packet; zero where there was none. */
  static Metric mean(String name, List<Bucket> buckets, String label, String sum) {
    return dense(name, MetricKind.ABSOLUTE, buckets)
        .addDatasets(
            dataset(
                buckets,
                label,
                bucket -> {
                  double packets = number(bucket, "rx_count");
                  return packets > 0 ? number(bucket, sum) / packets : 0;
                }))
        .build();
  }

  /** A dataset for each number whose name begins so, labelled with the rest. */
  static Metric split(String name, List<Bucket> buckets, String prefix) {
    return split(name, buckets, prefix, Function.identity());
  }

  static Metric split(
      String name, List<Bucket> buckets, String prefix, Function<String, String> label) {
    Metric.Builder metric = dense(name, MetricKind.ABSOLUTE, buckets);
    TreeSet<String> fields = new TreeSet<>();
    buckets.stream()
        .map(Bucket::values)
        .map(Map::keySet)
        .flatMap(names -> names.stream())
        .filter(field -> field.startsWith(prefix))
        .forEach(fields::add);
    for (String field : fields) {
      metric.addDatasets(
          dataset(
              buckets,
              label.apply(field.substring(prefix.length())),
              bucket -> number(bucket, field)));
    }
    return metric.build();
  }

  private static Metric.Builder dense(String name, MetricKind kind, List<Bucket> buckets) {
    return Metric.newBuilder()
        .setName(name)
        .setKind(kind)
        .addAllTimestamps(
            buckets.stream().map(bucket -> Moments.timestamp(bucket.start())).toList());
  }

  private static MetricDataset dataset(
      List<Bucket> buckets, String label, ToDoubleFunction<Bucket> number) {
    MetricDataset.Builder dataset = MetricDataset.newBuilder().setLabel(label);
    buckets.forEach(bucket -> dataset.addData((float) number.applyAsDouble(bucket)));
    return dataset.build();
  }

  private static double number(Bucket bucket, String field) {
    return bucket.values().getOrDefault(field, 0.0);
  }
}
