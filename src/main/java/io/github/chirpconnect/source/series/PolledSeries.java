package io.github.chirpconnect.source.series;

import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.source.offset.PositionShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The buckets of one length of one feed. All devices or gateways of a server have the same buckets.
 * So the answer for one is valid for all: if no bucket was closed for the first, the others are not
 * requested.
 */
final class PolledSeries {
  /**
   * Buckets that the server is about to delete are not requested. Longer than buckets take to
   * settle.
   */
  private static final long MARGIN_MS = Duration.ofMinutes(10).toMillis();

  private final Feed feed;
  private final Aggregation aggregation;
  private final BucketTiming timing;

  /** The beginning of the newest bucket that the server has named; it may still grow. */
  private long open;

  /** The end of the request in which the server named it. */
  private long openAsOf;

  PolledSeries(Feed feed, Aggregation aggregation, BucketTiming timing) {
    this.feed = feed;
    this.aggregation = aggregation;
    this.timing = timing;
  }

  /** The series of devices and of gateways. */
  static Map<PositionShape, List<PolledSeries>> all(
      SeriesEngine.Settings settings, Generation generation) {
    Map<PositionShape, List<PolledSeries>> all = new EnumMap<>(PositionShape.class);
    for (Feed feed : settings.feeds()) {
      List<PolledSeries> some =
          all.computeIfAbsent(PositionShape.ofSeries(feed), unused -> new ArrayList<>());
      for (Aggregation aggregation : Aggregation.values()) {
        if (isRead(feed, aggregation, settings, generation)) {
          some.add(new PolledSeries(feed, aggregation, BucketTiming.of(aggregation, generation)));
        }
      }
    }
    return all;
  }

  /** The duty cycle of gateways is kept only by the minute, and nothing else is. */
  private static boolean isRead(
      Feed feed, Aggregation aggregation, SeriesEngine.Settings settings, Generation generation) {
    if (aggregation == Aggregation.MINUTE) {
      return feed == Feed.GATEWAY_METRICS && generation == Generation.V4;
    }
    return settings.aggregations().contains(aggregation);
  }

  Feed feed() {
    return feed;
  }

  Aggregation aggregation() {
    return aggregation;
  }

  /** Earlier buckets are not requested: the server may have deleted them. */
  long keptSince(long settled) {
    return settled + MARGIN_MS - timing.kept().toMillis();
  }

  /** A moment that is not after the next bucket's beginning. */
  long after(long bucket) {
    return bucket + timing.shortest().toMillis();
  }

  /**
   * Whether a bucket that begins then, or soon after, may be closed.
   *
   * @param settled everything before this moment is counted
   */
  boolean mayBeOver(long bucket, long settled) {
    return settled >= bucket + timing.every().toMillis()
        && (bucket < open || settled >= openAsOf + timing.again().toMillis());
  }

  /**
   * The server has answered.
   *
   * @param newest the beginning of the last bucket of the answer
   * @param asOf the end of the request
   */
  void told(long newest, long asOf) {
    if (newest >= open) {
      open = newest;
      openAsOf = asOf;
    }
  }
}
