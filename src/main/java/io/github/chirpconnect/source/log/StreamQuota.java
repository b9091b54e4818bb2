package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.offset.Shards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How many streams a connector may hold open, and how its tasks share them. The limits apply to the
 * whole connector, because the server would suffer from too many.
 *
 * <p>A task without a stream of a log could not read that log of its devices. So only as many tasks
 * have work as each log has streams; the others own no bucket. Their number can depend on the
 * generation, which is not known before the server has answered.
 *
 * @param pools streams that share a limit; none for a connector without stream feeds
 */
public record StreamQuota(List<Pool> pools) {

  /**
   * Streams that share a limit.
   *
   * @param logs the logs of which a device with a place has one stream each
   * @param places devices that may have a place at once, in the whole connector
   */
  public record Pool(List<LogKind> logs, int places) {
    /** The places of one of the tasks that have work. */
    public int placesOf(Shards shards) {
      return shards.shareOf(places);
    }
  }

  public StreamQuota {
    pools = List.copyOf(pools);
  }

  public static StreamQuota of(SourceConfig config, Generation generation) {
    StreamTiming.Pool pool = StreamTiming.of(generation).pool();
    List<Pool> pools = new ArrayList<>();
    if (pool.forEachLog()) {
      for (LogKind log : logs(config)) {
        pools.add(
            new Pool(List.of(log), Math.min(wanted(config, log, pool), ceiling(config, log))));
      }
      return new StreamQuota(pools);
    }
    List<LogKind> ofDevices =
        logs(config).stream().filter(log -> PositionShape.of(log) == PositionShape.DEVICE).toList();
    if (!ofDevices.isEmpty()) {
      int streams = wanted(config, LogKind.EVENTS, pool);
      pools.add(new Pool(ofDevices, Math.max(1, streams / ofDevices.size())));
    }
    if (logs(config).contains(LogKind.GATEWAY_FRAMES)) {
      pools.add(
          new Pool(List.of(LogKind.GATEWAY_FRAMES), wanted(config, LogKind.GATEWAY_FRAMES, pool)));
    }
    return new StreamQuota(pools);
  }

  /** Streams of a log that the configuration asks for. */
  private static int wanted(SourceConfig config, LogKind log, StreamTiming.Pool pool) {
    return switch (log) {
      case EVENTS -> config.deviceStreamsMax().orElse(pool.streams());
      case FRAMES -> config.deviceFrameStreamsMax();
      case GATEWAY_FRAMES -> config.gatewayStreamsMax().orElse(pool.gatewayStreams());
    };
  }

  /** Streams of a log that certainly leave a v3 server what it needs for its own work. */
  private static int ceiling(SourceConfig config, LogKind log) {
    return switch (log) {
      case EVENTS -> config.eventStreamsCeiling();
      case FRAMES -> config.frameStreamsCeiling();
      case GATEWAY_FRAMES -> config.gatewayStreamsCeiling();
    };
  }

  private static String key(LogKind log) {
    return switch (log) {
      case EVENTS -> SourceConfig.DEVICE_STREAMS_MAX;
      case FRAMES -> SourceConfig.DEVICE_FRAME_STREAMS_MAX;
      case GATEWAY_FRAMES -> SourceConfig.GATEWAY_STREAMS_MAX;
    };
  }

  /**
   * The keys that ask for more than such a server bears, each with the limit that is used instead.
   */
  public static List<String> curbed(SourceConfig config, Generation generation) {
    StreamTiming.Pool pool = StreamTiming.of(generation).pool();
    if (!pool.forEachLog()) {
      return List.of();
    }
    List<String> curbed = new ArrayList<>();
    for (LogKind log : logs(config)) {
      if (wanted(config, log, pool) > ceiling(config, log)) {
        curbed.add(key(log) + ": " + ceiling(config, log));
      }
    }
    return curbed;
  }

  /** The logs that the configured feeds follow, or what they are derived from. */
  public static List<LogKind> logs(SourceConfig config) {
    List<LogKind> logs = new ArrayList<>();
    Set<Feed> feeds = config.origins();
    if (feeds.contains(Feed.DEVICE_EVENTS)) {
      logs.add(LogKind.EVENTS);
    }
    if (feeds.contains(Feed.DEVICE_FRAMES)) {
      logs.add(LogKind.FRAMES);
    }
    if (feeds.contains(Feed.GATEWAY_FRAMES)) {
      logs.add(LogKind.GATEWAY_FRAMES);
    }
    return logs;
  }

  /** The generations that the server may be of, by configuration. */
  public static List<Generation> possible(SourceConfig config) {
    String version = config.connection().apiVersion();
    List<Generation> named =
        Arrays.stream(Generation.values())
            .filter(generation -> generation.toString().equals(version))
            .toList();
    return named.isEmpty() ? List.of(Generation.values()) : named;
  }

  /** The largest number of tasks that can have work, for any possible generation; at least 1. */
  public static int mostTasks(SourceConfig config) {
    return possible(config).stream()
        .mapToInt(generation -> of(config, generation).mostTasks())
        .max()
        .orElseThrow();
  }

  private int mostTasks() {
    return pools.stream().mapToInt(Pool::places).min().orElse(Shards.BUCKETS);
  }

  /** A task's share of the network; empty if it has no work. */
  public Optional<Shards> share(Shards configured) {
    int tasks = Math.min(configured.taskCount(), mostTasks());
    return configured.taskIndex() < tasks
        ? Optional.of(new Shards(configured.taskIndex(), tasks))
        : Optional.empty();
  }
}
