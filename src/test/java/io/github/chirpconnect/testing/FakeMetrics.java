package io.github.chirpconnect.testing;

import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.MetricPoint;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.simulator.redis.Interval;
import io.github.chirpconnect.simulator.redis.MetricStore;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * Metrics with the habits of ChirpStack v4: buckets in the server's time zone, kept for a while, a
 * row for each of them in an answer, and zero for what is not there.
 */
public final class FakeMetrics implements FakeChirpStack.Metrics {
  /** One call. */
  public record Call(
      Feed feed, String id, Instant start, Instant end, Aggregation aggregation, Instant at) {}

  private static final Set<Interval> COUNTED =
      EnumSet.of(Interval.HOUR, Interval.DAY, Interval.MONTH);

  public final List<Call> calls = new ArrayList<>();

  /** What calls meet, by id, or id and length; under "" for all. */
  public final Map<String, ApiException> failures = new HashMap<>();

  /** No call is answered. */
  public boolean frozen;

  private final ManualTime time;
  private final MetricStore store;

  /** What a feed has in each bucket. */
  private final Map<Feed, Set<String>> wholes = new HashMap<>();

  private final Map<String, Set<String>> parts = new HashMap<>();

  public FakeMetrics(ManualTime time, ZoneId zone) {
    this.time = time;
    this.store =
        new MetricStore(
            new Time() {
              @Override
              public Instant now() {
                return time.instant();
              }

              @Override
              public void after(Duration delay, Runnable task) {
                throw new IllegalStateException("not used");
              }

              @Override
              public void close() {
                // Holds nothing.
              }
            },
            zone,
            MetricStore.Clocks.LEFT_OUT,
            Map.of());
  }

  /** Counts something now; a metric's part stands behind a slash. */
  public void count(Feed feed, String id, String metric, double value) {
    count(feed, id, COUNTED, metric, value);
  }

  /** As {@link #count}, for the minute alone. */
  public void countInMinute(Feed feed, String id, String metric, double value) {
    count(feed, id, Set.of(Interval.MINUTE), metric, value);
  }

  private void count(Feed feed, String id, Set<Interval> intervals, String metric, double value) {
    String name = name(feed, id);
    if (metric.contains("/")) {
      parts.computeIfAbsent(name, unused -> new TreeSet<>()).add(metric);
    } else {
      wholes.computeIfAbsent(feed, unused -> new TreeSet<>()).add(metric);
    }
    store.write(name, MetricStore.Kind.ABSOLUTE, intervals, time.instant(), Map.of(metric, value));
  }

  /** Redis has lost everything. */
  public void lose() {
    store.clear();
  }

  /** How many buckets were read. */
  public long reads() {
    return store.reads();
  }

  @Override
  public CompletionStage<List<MetricPoint>> read(
      Feed feed, String id, Instant start, Instant end, Aggregation aggregation) {
    calls.add(new Call(feed, id, start, end, aggregation, time.instant()));
    if (frozen) {
      return new CompletableFuture<>();
    }
    ApiException failure =
        Stream.of(id + "/" + aggregation, id, "")
            .map(failures::get)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    if (failure != null) {
      return CompletableFuture.failedFuture(failure);
    }
    String name = name(feed, id);
    Set<String> metrics = new TreeSet<>(wholes.getOrDefault(feed, Set.of()));
    metrics.addAll(parts.getOrDefault(name, Set.of()));
    List<MetricPoint> points = new ArrayList<>();
    for (MetricStore.Bucket bucket :
        store.read(
            name, MetricStore.Kind.ABSOLUTE, Interval.valueOf(aggregation.name()), start, end)) {
      for (String metric : metrics) {
        String[] path = metric.split("/", 2);
        points.add(
            new MetricPoint(
                path[0],
                path.length == 2 ? path[1] : null,
                bucket.start(),
                bucket.values().getOrDefault(metric, 0.0),
                "ABSOLUTE"));
      }
    }
    return CompletableFuture.completedFuture(points);
  }

  private static String name(Feed feed, String id) {
    return feed + ":" + id;
  }
}
