package io.github.chirpconnect.source.log;

import io.github.chirpconnect.feed.Generation;

/**
 * How a generation serves its logs, as far as whoever reads them must know. All times are
 * milliseconds.
 *
 * @param streams how many a connector opens by default; of events alone where each log has a pool
 * @param poolForEachLog whether streams hold connections that the server needs for other work too,
 *     those of events in one pool, those of frames in another
 * @param batch how many entries of a replay come at once before the server pauses; 0 when all do
 * @param quietAfterPart a replay is over when nothing came for so long after less than a batch
 * @param quietAfterBatch the same after a full one
 * @param emptyAfter a log is empty when nothing came for so long after its stream was opened
 * @param yieldToActive an active device that was quiet for so long makes room for another one
 * @param yieldToVisit an active device that was quiet for so long makes room for a visit
 * @param visitLimit a device that is never quiet has had its turn after so long
 * @param visitEvery pause between two visits to devices that show no activity
 * @param release how long a place is not used again after its stream was closed
 * @param pauseWhenRefused nothing is opened for so long after the server had no room for a stream;
 *     longer each time
 * @param longestPauseWhenRefused up to this
 * @param growAfter after so long without a refusal more streams are tried again
 */
public record StreamTiming(
    int streams,
    boolean poolForEachLog,
    int batch,
    long quietAfterPart,
    long quietAfterBatch,
    long emptyAfter,
    long yieldToActive,
    long yieldToVisit,
    long visitLimit,
    long visitEvery,
    long release,
    long pauseWhenRefused,
    long longestPauseWhenRefused,
    long growAfter) {

  /**
   * All streams of a server share one Redis connection, so that an open one is cheap. It looks into
   * its log once a second and sends ten entries at most. An active device keeps its stream until
   * its receive windows are over.
   */
  public static final StreamTiming V4 =
      new Builder()
          .streams(1_000)
          .batch(10)
          .quietAfterPart(1_200)
          .quietAfterBatch(2_000)
          .emptyAfter(5_000)
          .yieldToActive(5_000)
          .yieldToVisit(60_000)
          .visitLimit(Long.MAX_VALUE)
          .pauseWhenRefused(1_000)
          .longestPauseWhenRefused(2_000)
          .growAfter(10_000)
          .build();

  /**
   * An open stream holds one of the server's Redis connections, ten for each CPU. Without one the
   * application server writes no event into any log, and the network server handles no uplink. So
   * few are open, and each for as short as can be: the whole log comes within milliseconds. Nothing
   * at all comes of an empty log, nor of one that waits for a connection until, after 4 s, the
   * server says that it has none: so an empty one is told by waiting longer. Devices that show no
   * activity are visited slowly. A stream that was given up holds its connection until the server
   * has noticed.
   */
  public static final StreamTiming V3 =
      new Builder()
          .streams(4)
          .poolForEachLog(true)
          .quietAfterPart(400)
          .quietAfterBatch(400)
          .emptyAfter(5_500)
          .visitLimit(10_000)
          .visitEvery(1_000)
          .release(200)
          .pauseWhenRefused(5_000)
          .longestPauseWhenRefused(60_000)
          .growAfter(300_000)
          .build();

  public static StreamTiming of(Generation generation) {
    return switch (generation) {
      case V3 -> V3;
      case V4 -> V4;
    };
  }

  /** Whether so many entries may be a batch after which the server pauses. */
  boolean fillsBatch(int entries) {
    return batch > 0 && entries % batch == 0;
  }

  /** Sets values by name; what is not set is 0 or false. */
  private static final class Builder {
    private int streams;
    private boolean poolForEachLog;
    private int batch;
    private long quietAfterPart;
    private long quietAfterBatch;
    private long emptyAfter;
    private long yieldToActive;
    private long yieldToVisit;
    private long visitLimit;
    private long visitEvery;
    private long release;
    private long pauseWhenRefused;
    private long longestPauseWhenRefused;
    private long growAfter;

    Builder streams(int count) {
      this.streams = count;
      return this;
    }

    Builder poolForEachLog(boolean poolForEachLog) {
      this.poolForEachLog = poolForEachLog;
      return this;
    }

    Builder batch(int count) {
      this.batch = count;
      return this;
    }

    Builder quietAfterPart(long millis) {
      this.quietAfterPart = millis;
      return this;
    }

    Builder quietAfterBatch(long millis) {
      this.quietAfterBatch = millis;
      return this;
    }

    Builder emptyAfter(long millis) {
      this.emptyAfter = millis;
      return this;
    }

    Builder yieldToActive(long millis) {
      this.yieldToActive = millis;
      return this;
    }

    Builder yieldToVisit(long millis) {
      this.yieldToVisit = millis;
      return this;
    }

    Builder visitLimit(long millis) {
      this.visitLimit = millis;
      return this;
    }

    Builder visitEvery(long millis) {
      this.visitEvery = millis;
      return this;
    }

    Builder release(long millis) {
      this.release = millis;
      return this;
    }

    Builder pauseWhenRefused(long millis) {
      this.pauseWhenRefused = millis;
      return this;
    }

    Builder longestPauseWhenRefused(long millis) {
      this.longestPauseWhenRefused = millis;
      return this;
    }

    Builder growAfter(long millis) {
      this.growAfter = millis;
      return this;
    }

    StreamTiming build() {
      return new StreamTiming(
          streams,
          poolForEachLog,
          batch,
          quietAfterPart,
          quietAfterBatch,
          emptyAfter,
          yieldToActive,
          yieldToVisit,
          visitLimit,
          visitEvery,
          release,
          pauseWhenRefused,
          longestPauseWhenRefused,
          growAfter);
    }
  }
}
