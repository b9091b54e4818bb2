package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.source.offset.Shards;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How many streams a connector may hold open, and how its tasks share them. The limits are the
 * whole connector's, for the harm of too many would be the server's.
 *
 * <p>A task that has no stream of a log to open could not read that log of its devices. So only as
 * many tasks have work as each log has streams; the others own no bucket. How many that are can
 * depend on the generation, which nobody knows before the server has answered.
 *
 * @param pools streams that are counted together; none for a connector without stream feeds
 */
public record StreamQuota(List<Pool> pools) {

  /**
   * Streams that are counted together.
   *
   * @param logs the logs that a device with a place has streams of, one of each
   * @param places devices that may have one at once, of the whole connector
   */
  public record Pool(List<LogKind> logs, int places) {
    /** The places of one of the tasks that have work. */
    public int placesOf(Shards shards) {
      int tasks = shards.taskCount();
      return places / tasks + (shards.taskIndex() < places % tasks ? 1 : 0);
    }
  }

  public StreamQuota {
    pools = List.copyOf(pools);
  }

  public static StreamQuota of(SourceConfig config, Generation generation) {
    List<LogKind> logs = logs(config);
    StreamTiming timing = StreamTiming.of(generation);
    int streams = config.deviceStreamsMax().orElse(timing.pool().streams());
    List<Pool> pools = new ArrayList<>();
    if (timing.pool().forEachLog()) {
      for (LogKind log : logs) {
        int ofLog =
            switch (log) {
              case EVENTS -> Math.min(streams, config.eventStreamsCeiling());
              case FRAMES -> Math.min(config.deviceFrameStreamsMax(), config.frameStreamsCeiling());
              case GATEWAY_FRAMES ->
                  throw new IllegalStateException("a budget of devices has no " + log);
            };
        pools.add(new Pool(List.of(log), ofLog));
      }
    } else if (!logs.isEmpty()) {
      pools.add(new Pool(logs, Math.max(1, streams / logs.size())));
    }
    return new StreamQuota(pools);
  }

  /** The keys that ask for more than such a server bears, with what is kept to instead. */
  public static List<String> curbed(SourceConfig config, Generation generation) {
    List<String> curbed = new ArrayList<>();
    if (StreamTiming.of(generation).pool().forEachLog()) {
      List<LogKind> logs = logs(config);
      int events = config.eventStreamsCeiling();
      if (logs.contains(LogKind.EVENTS) && config.deviceStreamsMax().orElse(0) > events) {
        curbed.add(SourceConfig.DEVICE_STREAMS_MAX + ": " + events);
      }
      int frames = config.frameStreamsCeiling();
      if (logs.contains(LogKind.FRAMES) && config.deviceFrameStreamsMax() > frames) {
        curbed.add(SourceConfig.DEVICE_FRAME_STREAMS_MAX + ": " + frames);
      }
    }
    return curbed;
  }

  /** The logs that the configured feeds follow. */
  public static List<LogKind> logs(SourceConfig config) {
    List<LogKind> logs = new ArrayList<>();
    if (config.feeds().contains(Feed.DEVICE_EVENTS)) {
      logs.add(LogKind.EVENTS);
    }
    if (config.feeds().contains(Feed.DEVICE_FRAMES)) {
      logs.add(LogKind.FRAMES);
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

  /**
   * The most tasks that can have work, whichever generation the server turns out to be of; at least
   * 1.
   */
  public static int mostTasks(SourceConfig config) {
    return possible(config).stream()
        .mapToInt(generation -> of(config, generation).mostTasks())
        .max()
        .orElseThrow();
  }

  private int mostTasks() {
    return pools.stream().mapToInt(Pool::places).min().orElse(Shards.BUCKETS);
  }

  /** A task's share of the devices; empty when there is no work for it. */
  public Optional<Shards> share(Shards configured) {
    int tasks = Math.min(configured.taskCount(), mostTasks());
    return configured.taskIndex() < tasks
        ? Optional.of(new Shards(configured.taskIndex(), tasks))
        : Optional.empty();
  }
}
