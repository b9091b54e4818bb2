package io.github.chirpconnect.source.log;

import io.github.chirpconnect.feed.Generation;

/** How a generation serves its logs, as far as their readers must know. */
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
   * @param batch how many entries the server sends at once before it pauses; 0 if it sends all
   * @param quietAfterPart the replay is over after this silence behind less than a batch
   * @param quietAfterBatch the same behind a full batch
   * @param emptyAfter a log counts as empty if nothing comes for this long after its stream was
   *     opened
   * @param sentTogether entries that are sent at once arrive with pauses shorter than this
   */
  public record Replay(
      int batch, long quietAfterPart, long quietAfterBatch, long emptyAfter, long sentTogether) {
    /** Whether so many entries may be a batch after which the server pauses. */
    boolean fillsBatch(int entries) {
      return batch > 0 && entries % batch == 0;
    }

    /**
     * Whether an entry after such a pause may begin a batch that follows a full one: after a longer
     * pause the server has looked and found nothing.
     */
    boolean beginsBatch(long pause) {
      return batch > 0 && pause >= sentTogether && pause < quietAfterBatch;
    }
  }

  /**
   * Which device makes room for which if there are fewer streams than devices. An active device
   * gets the place of one that was read; the one that was silent longest goes first.
   *
   * @param yieldToVisit an active device that was silent for this long makes room for a visit
   * @param visitLimit a device that is never silent counts as read after this time, if it has
   *     delivered something new
   * @param visitEvery the pause between two visits to devices that show no activity
   */
  public record Turns(long yieldToVisit, long visitLimit, long visitEvery) {}

  /**
   * What follows a refusal for lack of room.
   *
   * @param pause no stream is opened for this time; longer after each refusal
   * @param longestPause the longest such time
   * @param growAfter the time without a refusal after which more streams are tried again
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
   * An open stream holds one of the server's Redis connections, of which there are ten for each
   * CPU. Without a free one, the application server writes no event into any log, and the network
   * server handles no uplink. So few streams are open, each as briefly as possible: the whole log
   * arrives within milliseconds. An empty log sends nothing at all; neither does a log that waits
   * for a connection until, after 4 s, the server says that it has none. So an empty log is
   * recognised by a longer silence. Devices that show no activity are visited slowly. A closed
   * stream holds its connection until the server has noticed.
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
