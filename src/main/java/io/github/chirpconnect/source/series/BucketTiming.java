package io.github.chirpconnect.source.series;

import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.feed.Generation;
import java.time.Duration;

/**
 * When buckets of one length are asked for. Where they begin is the server's to say: it cuts them
 * in its own time zone, where a day may have 23 or 25 hours.
 *
 * @param shortest a bucket is never shorter
 * @param every how long after a bucket's beginning it makes sense to ask for it
 * @param again how long after an answer in which no bucket was over
 * @param kept how long the server keeps a bucket, from its beginning; beyond, all reads zero
 */
record BucketTiming(Duration shortest, Duration every, Duration again, Duration kept) {

  static BucketTiming of(Aggregation aggregation, Generation generation) {
    return switch (aggregation) {
      // Many at once: they are short, and a call is dearer than a bucket.
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
              // A month of 28 days may have lost an hour.
              Duration.ofDays(28).minusHours(1),
              Duration.ofDays(28).minusHours(1),
              Duration.ofHours(6),
              Duration.ofDays(730));
    };
  }
}
