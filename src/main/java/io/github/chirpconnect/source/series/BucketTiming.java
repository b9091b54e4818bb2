package io.github.chirpconnect.source.series;

import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.feed.Generation;
import java.time.Duration;

/**
 * When to request buckets of one length. The server decides where they begin: it uses its own time
 * zone, where a day may have 23 or 25 hours.
 *
 * @param shortest no bucket is shorter
 * @param every how long after its beginning a bucket may be requested
 * @param again how long to wait after an answer in which no bucket was closed
 * @param kept how long the server keeps a bucket, from its beginning; older ones read zero
 */
record BucketTiming(Duration shortest, Duration every, Duration again, Duration kept) {

  static BucketTiming of(Aggregation aggregation, Generation generation) {
    return switch (aggregation) {
      // Many per call: they are short, and a call costs more than a bucket.
      case MINUTE ->
          new BucketTiming(
              Duration.ofMinutes(1),
              Duration.ofMinutes(30),
              Duration.ofMinutes(1),
              Duration.ofHours(2));
      case HOUR ->
          new BucketTiming(
              Duration.ofHours(1), Duration.ofHours(1), Duration.ofMinutes(5), Duration.ofDays(2));
      case DAY ->
          new BucketTiming(
              Duration.ofHours(23),
              Duration.ofHours(23),
              Duration.ofMinutes(30),
              Duration.ofDays(generation == Generation.V3 ? 90 : 62));
      case MONTH ->
          new BucketTiming(
              // A February with an hour less, by daylight saving time.
              Duration.ofDays(28).minusHours(1),
              Duration.ofDays(28).minusHours(1),
              Duration.ofHours(6),
              Duration.ofDays(730));
    };
  }
}
