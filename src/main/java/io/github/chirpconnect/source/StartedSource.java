package io.github.chirpconnect.source;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.common.AuthGracePeriod;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.SerialExecutor;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.metrics.TaskMetrics;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.source.handover.Handed;
import io.github.chirpconnect.source.handover.RecordQueue;
import io.github.chirpconnect.source.inventory.InventoryChanges;
import io.github.chirpconnect.source.inventory.InventoryWalk;
import io.github.chirpconnect.source.log.DeviceStreams;
import io.github.chirpconnect.source.log.LogFeeds;
import io.github.chirpconnect.source.log.Pulse;
import io.github.chirpconnect.source.log.StreamGroup;
import io.github.chirpconnect.source.log.StreamQuota;
import io.github.chirpconnect.source.log.StreamReport;
import io.github.chirpconnect.source.log.StreamTiming;
import io.github.chirpconnect.source.offset.Ledger;
import io.github.chirpconnect.source.offset.Offsets;
import io.github.chirpconnect.source.offset.Positions;
import io.github.chirpconnect.source.offset.Shards;
import io.github.chirpconnect.source.server.PauseDetector;
import io.github.chirpconnect.source.server.ServerHealth;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A source task that has been started: complete, so that nothing half-made can be polled. */
final class StartedSource {
  private static final Logger LOG = LoggerFactory.getLogger(StartedSource.class);

  /**
   * What a task is made of besides its configuration; tests bring their own.
   *
   * @param clock runs evenly: for intervals
   * @param wallClock tells the time of day, and jumps when that is set: for what the server or
   *     Kafka dates, and for times that are written
   */
  record Dependencies(
      Clock clock,
      Clock wallClock,
      DoubleSupplier random,
      ScheduledExecutorService streams,
      ScheduledExecutorService walks,
      long pollWaitMs) {}

  private final SourceConfig config;
  private final Dependencies dependencies;
  private final ChirpStack chirpStack;
  private final SerialExecutor streamsThread;
  private final RecordQueue queue;
  private final PauseDetector pauseDetector;
  private final TaskMetrics shown;
  private final SourceMetrics metrics;
  private final RecordAssembler assembler;

  /**
   * Reads the ledger from Connect's offsets, and starts both threads. Makes no call to ChirpStack,
   * which may be down.
   *
   * @param metrics get this task's figures; closed by {@link #stop}
   * @throws ConnectException when the offsets cannot be read or are not this connector's
   */
  StartedSource(
      SourceConfig config,
      ChirpStack chirpStack,
      OffsetStorageReader offsets,
      TaskMetrics metrics,
      Dependencies dependencies) {
    this.config = config;
    this.dependencies = dependencies;
    this.chirpStack = chirpStack;
    this.streamsThread = new SerialExecutor(dependencies.streams());
    this.queue = new RecordQueue(config.queueMaxRecords(), config.queueMaxBytes());
    this.pauseDetector = new PauseDetector(dependencies.clock());
    this.shown = metrics;
    this.metrics = new SourceMetrics(dependencies.clock(), dependencies.wallClock());
    Shards shards = new Shards(config.taskIndex(), config.taskCount());
    boolean emitsDevices = config.feeds().contains(SourceConfig.FEED_DEVICES);
    Positions positions = new Positions();
    RecordFactory records =
        new RecordFactory(
            config.topicPrefix(),
            chirpStack::generation,
            dependencies.wallClock(),
            config.recordMaxBytes());
    Ledger ledger = new Ledger(records.devicesTopic());
    InventoryChanges.Known known =
        emitsDevices
            ? read(ledger, shards, offsets)
            : new InventoryChanges.Known(Map.of(), Map.of(), Set.of());
    if (ledger.formerTopic() != null) {
      LOG.info(
          "The devices were written to {} so far; all of them are written to {} now",
          ledger.formerTopic(),
          records.devicesTopic());
    }
    this.assembler = new RecordAssembler(records, ledger, positions, this.metrics);
    AuthGracePeriod token =
        new AuthGracePeriod(
            new Clocks(dependencies.wallClock(), dependencies.clock()),
            config.connection().tokenGrace(),
            config.connection().tokenFile().isPresent());
    InventoryChanges diff =
        new InventoryChanges(
            new InventoryChanges.Wanted(
                new Scope(config.tenantIds(), config.applicationIds()),
                generation -> StreamQuota.of(config, generation).share(shards),
                config.deleteMaxShare(),
                config.inventoryForgetAfter(),
                emitsDevices
                    ? device -> records.fingerprint(device, config.volatileFields())
                    : null),
            known,
            chirpStack::generation,
            positions,
            offsets,
            streams(shards, positions, token),
            queue,
            this.metrics,
            dependencies.clock(),
            dependencies.wallClock());
    new InventoryWalk(
            chirpStack,
            shards,
            config.inventoryInterval(),
            diff,
            queue,
            token,
            pauseDetector,
            this.metrics,
            dependencies.clock(),
            dependencies.wallClock(),
            dependencies.random(),
            dependencies.walks())
        .start();
    this.metrics.show(metrics, queue, token);
    LOG.info(
        "Started task {} of {}: {} from {}, {} devices known from before",
        shards.taskIndex(),
        shards.taskCount(),
        config.feeds(),
        config.connection().endpoint(),
        known.fingerprints().size());
  }

  /**
   * Reads the buckets of all tasks, and keeps those that can turn out to be this task's when the
   * server's generation is known.
   */
  private InventoryChanges.Known read(
      Ledger ledger, Shards configured, OffsetStorageReader offsets) {
    Set<String> everybody = new HashSet<>();
    List<Shards> shares = new ArrayList<>();
    for (Generation generation : StreamQuota.possible(config)) {
      StreamQuota.of(config, generation).share(configured).ifPresent(shares::add);
    }
    offsets
        .offsets(Ledger.partitions())
        .forEach(
            (partition, offset) -> {
              if (offset == null) {
                return;
              }
              Offsets.check(Map.of(partition, offset));
              int bucket = Integer.parseInt(partition.get(Ledger.BUCKET));
              if (shares.stream().anyMatch(share -> share.ownsBucket(bucket))) {
                ledger.load(bucket, offset);
              }
              everybody.addAll(Ledger.present(bucket, offset));
            });
    return new InventoryChanges.Known(ledger.devices(), ledger.departed(), everybody);
  }

  private DeviceStreams streams(Shards shards, Positions positions, AuthGracePeriod token) {
    boolean streams =
        config.feeds().stream().anyMatch(feed -> !feed.equals(SourceConfig.FEED_DEVICES));
    if (!streams) {
      return DeviceStreams.NONE;
    }
    Executor thread = this::onStreamsThread;
    ServerHealth server =
        new ServerHealth(
            chirpStack,
            token,
            queue,
            metrics,
            config.probeInterval(),
            dependencies.clock(),
            dependencies.wallClock(),
            dependencies.random(),
            thread);
    StreamReport report = new StreamReport(metrics, dependencies.wallClock());
    StreamGroup.Dependencies surroundings =
        new StreamGroup.Dependencies(
            chirpStack,
            positions,
            queue,
            server,
            new Pulse(chirpStack, dependencies.clock()::millis, thread),
            report,
            metrics,
            dependencies.clock()::millis,
            dependencies.random(),
            thread);
    LogFeeds pool =
        new LogFeeds(
            () -> lanes(shards, surroundings),
            shards.taskCount(),
            queue,
            server,
            pauseDetector,
            report,
            metrics,
            dependencies.clock(),
            thread);
    queue.whenRoom(pool::roomMade);
    dependencies
        .streams()
        .scheduleWithFixedDelay(
            guarded(pool::tick), LogFeeds.TICK_MS, LogFeeds.TICK_MS, TimeUnit.MILLISECONDS);
    return pool;
  }

  private List<StreamGroup> lanes(Shards configured, StreamGroup.Dependencies surroundings) {
    Generation generation = chirpStack.generation();
    StreamQuota limits = StreamQuota.of(config, generation);
    List<String> curbed = StreamQuota.curbed(config, generation);
    if (!curbed.isEmpty()) {
      LOG.warn(
          "The server is a ChirpStack v3, where each stream holds a Redis connection that it needs for its own work. No more streams"
              + " are opened than it is sure to bear: {}. For more set {} to what it has (redis.pool_size, or 10 for each CPU), at"
              + " least twice as much",
          String.join(", ", curbed),
          SourceConfig.REDIS_POOL_SIZE);
    }
    StreamTiming habits = StreamTiming.of(generation);
    // Devices are listed for tasks with a share alone.
    Shards share = limits.share(configured).orElseThrow();
    return limits.pools().stream()
        .map(
            pool ->
                new StreamGroup(
                    pool.logs(), pool.placesOf(share), share.taskCount(), habits, surroundings))
        .toList();
  }

  private void onStreamsThread(Runnable work) {
    try {
      streamsThread.execute(guarded(work));
    } catch (RejectedExecutionException e) {
      // A callback of a stream that was open when the task stopped: what it brings is replayed to
      // the next one.
      LOG.trace("Stopped already", e);
    }
  }

  private Runnable guarded(Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (ConnectException e) {
        queue.fail(e);
      } catch (RuntimeException | Error e) {
        // Errors too: a periodic job that throws is never run again, and nobody is told.
        queue.fail(new ConnectException("Following the logs failed unexpectedly: " + e, e));
      }
    };
  }

  /** Returns what is there, after a second at most; null when nothing is. */
  List<SourceRecord> poll() throws InterruptedException {
    pauseDetector.polled();
    List<Handed> items =
        queue.take(
            config.pollMaxRecords(), dependencies.pollWaitMs(), config.pollLinger().toMillis());
    return items.isEmpty() ? null : assembler.assemble(items);
  }

  /** Drops what was not handed over and lets the server go. Does not wait for anything. */
  void stop() {
    queue.close();
    dependencies.streams().shutdownNow();
    dependencies.walks().shutdownNow();
    chirpStack.close();
    shown.close();
  }
}
