package io.github.chirpconnect.source;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.common.SerialExecutor;
import io.github.chirpconnect.config.MeasurementsConfig;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.ApiTransport;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.EntryRecords;
import io.github.chirpconnect.record.derived.RowMaker;
import io.github.chirpconnect.record.downlink.DownlinkStates;
import io.github.chirpconnect.record.measurement.Measurements;
import io.github.chirpconnect.source.activity.GatewaySignals;
import io.github.chirpconnect.source.listener.InventoryListener;
import io.github.chirpconnect.source.log.DeviceSignals;
import io.github.chirpconnect.source.log.LogFeeds;
import io.github.chirpconnect.source.log.OpeningPace;
import io.github.chirpconnect.source.log.Pulse;
import io.github.chirpconnect.source.log.StreamGroup;
import io.github.chirpconnect.source.log.StreamQuota;
import io.github.chirpconnect.source.log.StreamReport;
import io.github.chirpconnect.source.log.StreamTiming;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.offset.Shards;
import io.github.chirpconnect.source.server.ServerHealth;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the engine of the log feeds together. */
final class LogWiring {
  private static final Logger LOG = LoggerFactory.getLogger(LogWiring.class);

  private final StartedSource.Task task;

  LogWiring(StartedSource.Task task) {
    this.task = task;
  }

  /**
   * Starts the engine. Returns its listeners, by the owner of the logs that they follow; empty
   * without log feeds.
   */
  Map<PositionShape, InventoryListener> start() {
    Map<PositionShape, InventoryListener> listeners = new EnumMap<>(PositionShape.class);
    List<LogKind> logs = StreamQuota.logs(task.config());
    if (logs.isEmpty()) {
      return listeners;
    }
    LogFeeds feeds = feeds();
    for (LogKind log : logs) {
      PositionShape owner = PositionShape.of(log);
      listeners.computeIfAbsent(owner, feeds::listener);
    }
    return listeners;
  }

  private LogFeeds feeds() {
    StartedSource.Dependencies dependencies = task.dependencies();
    Executor thread = task.reporting(new SerialExecutor(dependencies.streams()));
    ServerHealth server =
        new ServerHealth(
            task.chirpStack(),
            task.token(),
            task.queue(),
            task.metrics(),
            task.config().probeInterval(),
            dependencies.clock(),
            dependencies.wallClock(),
            dependencies.random(),
            thread);
    StreamReport report = new StreamReport(task.metrics(), ownIdleEnd(), dependencies.wallClock());
    StreamGroup.Dependencies shared =
        new StreamGroup.Dependencies(
            task.chirpStack(),
            task.positions(),
            records(),
            task.queue(),
            server,
            new Pulse(task.chirpStack(), dependencies.clock()::millis, thread),
            report,
            new OpeningPace(task.shards().taskCount()),
            signals(thread),
            task.metrics(),
            dependencies.clock()::millis,
            dependencies.random(),
            thread);
    LogFeeds feeds =
        new LogFeeds(
            () -> groups(shared),
            task.reporting(dependencies.offsets()),
            task.pauseDetector(),
            shared);
    task.queue().whenRoom(feeds::roomMade);
    dependencies
        .streams()
        .scheduleWithFixedDelay(
            task.guarded(feeds::tick), LogFeeds.TICK_MS, LogFeeds.TICK_MS, TimeUnit.MILLISECONDS);
    return feeds;
  }

  private boolean overGrpc() {
    return task.config().connection().endpoint().transport() == ApiTransport.GRPC;
  }

  private long ownIdleEnd() {
    return overGrpc() ? Long.MAX_VALUE : task.config().connection().restStreamIdle().toMillis();
  }

  private DeviceSignals signals(Executor thread) {
    SourceConfig config = task.config();
    int places = task.shards().shareOf(config.activity().gatewayStreams());
    boolean followsDevices =
        StreamQuota.logs(config).stream()
            .anyMatch(log -> PositionShape.of(log) == PositionShape.DEVICE);
    // Over REST each stream is a connection of its own.
    if (places == 0 || !followsDevices || !overGrpc()) {
      return DeviceSignals.NONE;
    }
    StartedSource.Dependencies dependencies = task.dependencies();
    return new GatewaySignals(
        new Scope(config.tenantIds(), config.applicationIds()),
        places,
        new GatewaySignals.Dependencies(
            task.chirpStack(),
            dependencies.clock()::millis,
            dependencies.random(),
            task.metrics(),
            task.reporting(dependencies.walks()),
            thread));
  }

  private EntryRecords records() {
    MeasurementsConfig wanted = task.config().measurements();
    Set<Feed> feeds = task.config().feeds();
    List<RowMaker> derived =
        Stream.of(
                new Measurements(wanted.values(), wanted.own(), wanted.max()),
                new DownlinkStates(task.vanished()))
            .filter(maker -> feeds.contains(maker.feed()))
            .toList();
    return new EntryRecords(task.records(), feeds.contains(Feed.DEVICE_EVENTS), derived);
  }

  private List<StreamGroup> groups(StreamGroup.Dependencies shared) {
    Generation generation = task.chirpStack().generation();
    StreamQuota quota = StreamQuota.of(task.config(), generation);
    List<String> curbed = StreamQuota.curbed(task.config(), generation);
    if (!curbed.isEmpty()) {
      LOG.warn(
          "The server is a ChirpStack v3, where each stream holds a Redis connection that it needs for its own work. So the"
              + " number of streams is limited: {}. For more streams set {} to the size of the server's pool (redis.pool_size, or 10 for"
              + " each CPU); half of it can be used",
          String.join(", ", curbed),
          SourceConfig.REDIS_POOL_SIZE);
    }
    StreamTiming timing = StreamTiming.of(generation);
    // Owners of logs are listed for tasks with a share alone.
    Shards share = quota.share(task.shards()).orElseThrow();
    return quota.pools().stream()
        .map(
            pool ->
                new StreamGroup(
                    pool.logs(), pool.placesOf(share), share.taskCount(), timing, shared))
        .toList();
  }
}
