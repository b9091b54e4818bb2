package io.github.chirpconnect.source;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.Generation;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.metrics.TaskMetrics;
import io.github.chirpconnect.record.SourceRecords;
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
  record Means(
      Clock clock,
      Clock wallClock,
      DoubleSupplier random,
      ScheduledExecutorService streams,
      ScheduledExecutorService walks,
      long pollWaitMs) {}

  private final SourceConfig config;
  private final Means means;
  private final ChirpStack chirpStack;
  private final WorkInTurn streamsWork;
  private final HandOver handOver;
  private final PollWatch pollWatch;
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
      Means means) {
    this.config = config;
    this.means = means;
    this.chirpStack = chirpStack;
    this.streamsWork = new WorkInTurn(means.streams());
    this.handOver = new HandOver(config.queueMaxRecords(), config.queueMaxBytes());
    this.pollWatch = new PollWatch(means.clock());
    this.shown = metrics;
    this.metrics = new SourceMetrics(means.clock(), means.wallClock());
    Shards shards = new Shards(config.taskIndex(), config.taskCount());
    boolean emitsDevices = config.feeds().contains(SourceConfig.FEED_DEVICES);
    Positions positions = new Positions();
    SourceRecords records =
        new SourceRecords(
            config.topicPrefix(),
            chirpStack::generation,
            means.wallClock(),
            config.recordMaxBytes());
    Ledger ledger = new Ledger(records.devicesTopic());
    InventoryDiff.Known known =
        emitsDevices
            ? read(ledger, shards, offsets)
            : new InventoryDiff.Known(Map.of(), Map.of(), Set.of());
    if (ledger.formerTopic() != null) {
      LOG.info(
          "The devices were written to {} so far; all of them are written to {} now",
          ledger.formerTopic(),
          records.devicesTopic());
    }
    this.assembler = new RecordAssembler(records, ledger, positions, this.metrics);
    TokenGrace token =
        new TokenGrace(
            means.clock(),
            means.wallClock(),
            config.connection().tokenGrace(),
            config.connection().tokenFile().isPresent());
    InventoryDiff diff =
        new InventoryDiff(
            new InventoryDiff.Wanted(
                new Scope(config.tenantIds(), config.applicationIds()),
                generation -> StreamLimits.of(config, generation).share(shards),
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
            handOver,
            this.metrics,
            means.clock(),
            means.wallClock());
    new InventorySweep(
            chirpStack,
            shards,
            config.inventoryInterval(),
            diff,
            handOver,
            token,
            pollWatch,
            this.metrics,
            means.clock(),
            means.wallClock(),
            means.random(),
            means.walks())
        .start();
    this.metrics.show(metrics, handOver, token);
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
  private InventoryDiff.Known read(Ledger ledger, Shards configured, OffsetStorageReader offsets) {
    Set<String> everybody = new HashSet<>();
    List<Shards> shares = new ArrayList<>();
    for (Generation generation : StreamLimits.possible(config)) {
      StreamLimits.of(config, generation).share(configured).ifPresent(shares::add);
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
    return new InventoryDiff.Known(ledger.devices(), ledger.departed(), everybody);
  }

  private DeviceStreams streams(Shards shards, Positions positions, TokenGrace token) {
    boolean streams =
        config.feeds().stream().anyMatch(feed -> !feed.equals(SourceConfig.FEED_DEVICES));
    if (!streams) {
      return DeviceStreams.NONE;
    }
    Executor thread = this::onStreamsThread;
    ServerWatch server =
        new ServerWatch(
            chirpStack,
            token,
            handOver,
            metrics,
            config.probeInterval(),
            means.clock(),
            means.wallClock(),
            means.random(),
            thread);
    StreamLog report = new StreamLog(metrics, means.wallClock());
    StreamLane.Surroundings surroundings =
        new StreamLane.Surroundings(
            chirpStack,
            positions,
            handOver,
            server,
            new Pulse(chirpStack, means.clock()::millis, thread),
            report,
            metrics,
            means.clock()::millis,
            means.random(),
            thread);
    StreamPool pool =
        new StreamPool(
            () -> lanes(shards, surroundings),
            shards.taskCount(),
            handOver,
            server,
            pollWatch,
            report,
            metrics,
            means.clock(),
            thread);
    handOver.whenRoom(pool::roomMade);
    means
        .streams()
        .scheduleWithFixedDelay(
            guarded(pool::tick), StreamPool.TICK_MS, StreamPool.TICK_MS, TimeUnit.MILLISECONDS);
    return pool;
  }

  private List<StreamLane> lanes(Shards configured, StreamLane.Surroundings surroundings) {
    Generation generation = chirpStack.generation();
    StreamLimits limits = StreamLimits.of(config, generation);
    List<String> curbed = StreamLimits.curbed(config, generation);
    if (!curbed.isEmpty()) {
      LOG.warn(
          "The server is a ChirpStack v3, where each stream holds a Redis connection that it needs for its own work. No more streams"
              + " are opened than it is sure to bear: {}. For more set {} to what it has (redis.pool_size, or 10 for each CPU), at"
              + " least twice as much",
          String.join(", ", curbed),
          SourceConfig.REDIS_POOL_SIZE);
    }
    StreamHabits habits = StreamHabits.of(generation);
    // Devices are listed for tasks with a share alone.
    Shards share = limits.share(configured).orElseThrow();
    return limits.pools().stream()
        .map(
            pool ->
                new StreamLane(
                    pool.logs(), pool.placesOf(share), share.taskCount(), habits, surroundings))
        .toList();
  }

  private void onStreamsThread(Runnable work) {
    try {
      streamsWork.execute(guarded(work));
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
        handOver.fail(e);
      } catch (RuntimeException | Error e) {
        // Errors too: a periodic job that throws is never run again, and nobody is told.
        handOver.fail(new ConnectException("Following the logs failed unexpectedly: " + e, e));
      }
    };
  }

  /** Returns what is there, after a second at most; null when nothing is. */
  List<SourceRecord> poll() throws InterruptedException {
    pollWatch.polled();
    List<Item> items =
        handOver.take(config.pollMaxRecords(), means.pollWaitMs(), config.pollLinger().toMillis());
    return items.isEmpty() ? null : assembler.assemble(items);
  }

  /** Drops what was not handed over and lets the server go. Does not wait for anything. */
  void stop() {
    handOver.close();
    means.streams().shutdownNow();
    means.walks().shutdownNow();
    chirpStack.close();
    shown.close();
  }
}
