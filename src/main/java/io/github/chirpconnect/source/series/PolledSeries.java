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
 * The buckets of one length of one feed. All devices or gateways of a server have theirs at the
 * same times, so what the answer for one says of them is true for all: where no bucket was over for
 * the first, the others are not asked.
 */
final class PolledSeries {
  /** Nothing is asked for that the server is about to lose; longer than buckets settle. */
  private static final long MARGIN_MS = Duration.ofMinutes(10).toMillis();

  private final Feed feed;
  private final Aggregation aggregation;
  private final BucketTiming timing;

  /** When the newest bucket begins that the server has told of, which may still grow. */
  private long open;

  /** Up to when was asked, when that was told. */
  private long openAsOf;

  PolledSeries(Feed feed, Aggregation aggregation, BucketTiming timing) {
    this.feed = feed;
    this.aggregation = aggregation;
    this.timing = timing;
  }

  /** Those of devices and of gateways. */
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

  /** The duty cycle of gateways is kept by the minute alone, and nothing else is. */
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

  /** Buckets that begin earlier are not asked for: the server may have lost them. */
  long keptSince(long settled) {
    return settled + MARGIN_MS - timing.kept().toMillis();
  }

  /** Not after the next bucket's beginning. */
  long after(long bucket) {
    return bucket + timing.shortest().toMillis();
  }

  /**
   * Whether a bucket that begins then, or soon after, may be over.
   *
   * @param settled all that happened before is counted
   */
  boolean mayBeOver(long bucket, long settled) {
    return settled >= bucket + timing.every().toMillis()
        && (bucket < open || settled >= openAsOf + timing.again().toMillis());
  }

  /**
   * The server has answered.
   *
   * @param newest when the last bucket begins of those until then
   */
  void told(long newest, long asOf) {
    if (newest >= open) {
      open = newest;
      openAsOf = asOf;
    }
  }
}
