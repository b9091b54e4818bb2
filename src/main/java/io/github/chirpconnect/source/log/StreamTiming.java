package io.github.chirpconnect.source.log;

import io.github.chirpconnect.feed.Generation;

/** How a generation serves its logs, as far as whoever reads them must know. */
public record StreamTiming(Pool pool, Replay replay, Turns turns, Refusals refusals) {
  /**
   * The streams of one connector. All times are milliseconds.
   *
   * @param streams how many are opened by default; of events alone where each log has a pool
   * @param gatewayStreams how many of gateways' frames are opened by default
   * @param forEachLog whether streams hold connections that the server needs for other work too,
   *     those of events in one pool, those of frames in another
   * @param release how long a place is not used again after its stream was closed
   */
  public record Pool(int streams, int gatewayStreams, boolean forEachLog, long release) {}

  /**
   * When the replay of a log is over.
   *
   * @param batch how many entries come at once before the server pauses; 0 when all do
   * @param quietAfterPart over when nothing came for so long after less than a batch
   * @param quietAfterBatch the same after a full one
   * @param emptyAfter a log is empty when nothing came for so long after its stream was opened
   * @param sentTogether what is sent at once arrives with pauses shorter than this
   */
  public record Replay(
      int batch, long quietAfterPart, long quietAfterBatch, long emptyAfter, long sentTogether) {
    /** Whether so many entries may be a batch after which the server pauses. */
    boolean fillsBatch(int entries) {
      return batch > 0 && entries % batch == 0;
    }
  }

  /**
   * Who makes room for whom where there are fewer streams than devices. For an active device
   * another one makes room as soon as it was read, the one that has been quiet for longest first.
   *
   * @param yieldToVisit an active device that was quiet for so long makes room for a visit
   * @param visitLimit a device that is never quiet counts as read after so long, when it has
   *     brought something new
   * @param visitEvery pause between two visits to devices that show no activity
   */
  public record Turns(long yieldToVisit, long visitLimit, long visitEvery) {}

  /**
   * What follows when the server has no room for a stream.
   *
   * @param pause nothing is opened for so long; longer each time
   * @param longestPause up to this
   * @param growAfter after so long without a refusal more streams are tried again
   */
  public record Refusals(long pause, long longestPause, long growAfter) {}

  /**
   * All streams of a server share one Redis connection, so that an open one is cheap. It looks into
   * its log once a second and sends ten entries at most. An active device keeps its stream until
   * others need it, so what follows an uplink, such as its downlink's transmission, mostly comes at
   * once; where many wait it comes with the next uplink, or with a visit.
   */
  public static final StreamTiming V4 =
      new StreamTiming(
          new Pool(1_000, 200, false, 0),
          new Replay(10, 1_200, 2_000, 5_000, 250),
          new Turns(60_000, 60_000, 0),
          new Refusals(1_000, 2_000, 10_000));

  /**
   * An open stream holds one of the server's Redis connections, ten for each CPU. Without one the
   * application server writes no event into any log, and the network server handles no uplink. So
   * few are open, and each for as short as can be: the whole log comes within milliseconds. Nothing
   * at all comes of an empty log, nor of one that waits for a connection until, after 4 s, the
   * server says that it has none: so an empty log is recognised by a longer silence. Devices that
   * show no activity are visited slowly. A stream that was given up holds its connection until the
   * server has noticed.
   */
  public static final StreamTiming V3 =
      new StreamTiming(
          new Pool(4, 2, true, 200),
          new Replay(0, 400, 400, 5_500, 400),
          new Turns(0, 10_000, 1_000),
          new Refusals(5_000, 60_000, 300_000));

  public static StreamTiming of(Generation generation) {
    return switch (generation) {
      case V3 -> V3;
      case V4 -> V4;
    };
  }
}
