package io.github.chirpconnect.simulator.v3;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.simulator.redis.Interval;
import io.github.chirpconnect.simulator.redis.MetricStore;
import io.github.chirpconnect.simulator.redis.MetricStore.Bucket;
import io.github.chirpconnect.simulator.redis.Redis;
import io.github.chirpconnect.simulator.redis.RedisPool;
import io.github.chirpconnect.simulator.server.Answers;
import io.github.chirpconnect.simulator.server.Refusals;
import io.github.chirpconnect.simulator.time.Moments;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the metrics of v3, through the Redis connections of the application server, and answers
 * with a row for each bucket of a call's period.
 */
final class StatsV3 {
  private static final Status POOL_TIMEOUT =
      Status.UNKNOWN.withDescription("redis: connection pool timeout");
  private static final Status DOWN =
      Status.UNKNOWN.withDescription("dial tcp 127.0.0.1:6381: connect: connection refused");

  /** These are known, and refused later. */
  private static final Set<String> UNSUPPORTED = Set.of("SECOND", "WEEK", "QUARTER", "YEAR");

  private static final Set<String> SUPPORTED = Set.of("MINUTE", "HOUR", "DAY", "MONTH");

  /** What a call asks for. */
  record Query(Instant start, Instant end, String interval) {}

  private final Redis redis;
  private final RedisPool pool;

  StatsV3(Redis redis, RedisPool pool) {
    this.redis = redis;
    this.pool = pool;
  }

  static Query query(
      boolean hasStart, Timestamp start, boolean hasEnd, Timestamp end, String interval) {
    if (!hasStart || !hasEnd) {
      throw Refusals.invalid("timestamp: nil Timestamp");
    }
    String upper = interval.toUpperCase(Locale.ROOT);
    if (!SUPPORTED.contains(upper) && !UNSUPPORTED.contains(upper)) {
      throw Refusals.invalid("bad interval: " + interval);
    }
    return new Query(Moments.instant(start), Moments.instant(end), upper);
  }

  /** To be called from a call that was begun with {@link Answers#later}. */
  <T> void answer(
      StreamObserver<T> client, String name, Query query, Function<List<Bucket>, T> answer) {
    if (UNSUPPORTED.contains(query.interval())) {
      throw Status.UNKNOWN
          .withDescription("unexepcted aggregation interval: " + query.interval())
          .asRuntimeException();
    }
    pool.use(
        () -> Answers.answer(client, () -> answer.apply(read(name, query))),
        () -> client.onError(POOL_TIMEOUT.asRuntimeException()));
  }

  private List<Bucket> read(String name, Query query) {
    if (redis.logs().isDown()) {
      throw DOWN.asRuntimeException();
    }
    return redis
        .metrics()
        .read(
            name,
            MetricStore.Kind.ABSOLUTE,
            Interval.valueOf(query.interval()),
            query.start(),
            query.end());
  }

  static int whole(Bucket bucket, String field) {
    return bucket.values().getOrDefault(field, 0.0).intValue();
  }

  /** A mean of what was summed up with each packet. */
  static float mean(Bucket bucket, String sum) {
    double packets = bucket.values().getOrDefault("rx_count", 0.0);
    return packets == 0 ? 0 : (float) (bucket.values().getOrDefault(sum, 0.0) / packets);
  }

  /** The numbers whose names begin so, by the rest. */
  static Map<String, Integer> split(Bucket bucket, String prefix) {
    Map<String, Integer> split = new HashMap<>();
    bucket
        .values()
        .forEach(
            (field, value) -> {
              if (field.startsWith(prefix)) {
                split.put(field.substring(prefix.length()), value.intValue());
              }
            });
    return split;
  }

  /** The same where the rest is a number. */
  static Map<Integer, Integer> numbered(Bucket bucket, String prefix) {
    Map<Integer, Integer> numbered = new HashMap<>();
    split(bucket, prefix).forEach((key, value) -> numbered.put(Integer.parseInt(key), value));
    return numbered;
  }
}
