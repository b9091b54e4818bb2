package io.github.chirpconnect.source;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.common.AuthGracePeriod;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.config.ValueConfig;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.metrics.TaskMetrics;
import io.github.chirpconnect.record.Deletes;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.record.RecordForm;
import io.github.chirpconnect.record.downlink.VanishedDownlinks;
import io.github.chirpconnect.record.format.ValueFormat;
import io.github.chirpconnect.record.key.KeyFormat;
import io.github.chirpconnect.record.topic.Topics;
import io.github.chirpconnect.record.topic.Whereabouts;
import io.github.chirpconnect.source.handover.Handed;
import io.github.chirpconnect.source.handover.RecordQueue;
import io.github.chirpconnect.source.listener.InventoryListener;
import io.github.chirpconnect.source.listener.KnownPlaces;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.offset.Positions;
import io.github.chirpconnect.source.offset.Shards;
import io.github.chirpconnect.source.server.PauseDetector;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.DoubleSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A started source task. Its constructor completes the start, so {@link #poll} needs no checks. */
final class StartedSource {
  private static final Logger LOG = LoggerFactory.getLogger(StartedSource.class);

  /**
   * Injected collaborators of a task.
   *
   * @param clock runs evenly: for intervals
   * @param wallClock tells the time of day, and jumps when that is set: for what the server or
   *     Kafka dates, and for times that are written
   */
  record Dependencies(
      Clock clock, Clock wallClock, DoubleSupplier random, Threads threads, long pollWaitMs) {
    ScheduledExecutorService streams() {
      return threads.streams();
    }

    ScheduledExecutorService walks() {
      return threads.walks();
    }

    ScheduledExecutorService deviceQueues() {
      return threads.deviceQueues();
    }

    ScheduledExecutorService offsets() {
      return threads.offsets();
    }

    void shutdown() {
      threads.shutdownNow();
    }
  }

  /**
   * @param streams never blocks
   * @param walks reads the inventory, and blocks
   * @param deviceQueues waits for Kafka to take records
   * @param offsets reads what Connect has stored, and blocks
   */
  record Threads(
      ScheduledExecutorService streams,
      ScheduledExecutorService walks,
      ScheduledExecutorService deviceQueues,
      ScheduledExecutorService offsets) {

    List<ScheduledExecutorService> all() {
      return List.of(streams, walks, deviceQueues, offsets);
    }

    void shutdownNow() {
      all().forEach(ScheduledExecutorService::shutdownNow);
    }
  }

  /**
   * What the engines of a task share.
   *
   * @param shards this task's place among the connector's tasks, as configured
   * @param vanished what connects the reading of queues with that of logs; empty where not both are
   *     wanted
   */
  record Task(
      SourceConfig config,
      Dependencies dependencies,
      ChirpStack chirpStack,
      Shards shards,
      OffsetStorageReader offsets,
      Positions positions,
      Topics topics,
      KnownPlaces places,
      RecordFactory records,
      Optional<VanishedDownlinks> vanished,
      RecordQueue queue,
      AuthGracePeriod token,
      PauseDetector pauseDetector,
      SourceMetrics metrics) {

    /** Runs work on another thread, and fails the task when it throws. */
    Executor reporting(Executor thread) {
      return work -> {
        try {
          thread.execute(guarded(work));
        } catch (RejectedExecutionException e) {
          // A callback of a stream that was open when the task stopped: what it brings is replayed
          // to the next one.
          LOG.trace("Stopped already", e);
        }
      };
    }

    Runnable guarded(Runnable work) {
      return () -> {
        try {
          work.run();
        } catch (ConnectException e) {
          queue.fail(e);
        } catch (RuntimeException | Error e) {
          // Errors too: a periodic job that throws is never run again, and nobody hears of it.
          queue.fail(new ConnectException("The task failed unexpectedly: " + e, e));
        }
      };
    }
  }

  private final Task task;
  private final TaskMetrics shown;

  /**
   * Taken from the queue, and not in a batch yet: one item may fill it. Used by Connect's thread
   * only.
   */
  private final Deque<Handed> taken = new ArrayDeque<>();

  /**
   * Reads the ledgers from Connect's offsets, and starts the engines. Makes no call to ChirpStack,
   * which may be down.
   *
   * @param shown gets this task's metrics; closed by {@link #stop}
   * @throws ConnectException when the offsets cannot be read or are not this connector's
   */
  StartedSource(
      SourceConfig config,
      ChirpStack chirpStack,
      OffsetStorageReader offsets,
      TaskMetrics shown,
      Dependencies dependencies) {
    this.shown = shown;
    Clock clock = dependencies.clock();
    Clock wallClock = dependencies.wallClock();
    KnownPlaces places = new KnownPlaces();
    Topics topics = Topics.of(config.topics().template(), config.topics().prefix());
    this.task =
        new Task(
            config,
            dependencies,
            chirpStack,
            new Shards(config.taskIndex(), config.taskCount()),
            offsets,
            new Positions(offsets),
            topics,
            places,
            new RecordFactory(
                form(config, topics, places),
                chirpStack::generation,
                wallClock,
                config.recordMaxBytes(),
                config.includeSecrets()),
            vanished(config, wallClock),
            new RecordQueue(config.queueMaxRecords(), config.queueMaxBytes()),
            new AuthGracePeriod(
                new Clocks(wallClock, clock),
                config.connection().tokenGrace(),
                config.connection().tokenFile().isPresent()),
            new PauseDetector(clock),
            new SourceMetrics(clock, wallClock));
    Map<PositionShape, InventoryListener> listeners = new LogWiring(task).start();
    new SeriesWiring(task)
        .start()
        .forEach((shape, listener) -> listeners.merge(shape, listener, InventoryListener::and));
    new InventoryWiring(task, listeners).start();
    task.metrics().show(shown, task.queue()::size, task.queue()::bytes, task.token()::refusedForMs);
    LOG.info(
        "Started task {} of {}: {} from {}",
        task.shards().taskIndex(),
        task.shards().taskCount(),
        config.feeds(),
        config.connection().endpoint());
  }

  private static Optional<VanishedDownlinks> vanished(SourceConfig config, Clock wallClock) {
    return config.feeds().containsAll(Set.of(Feed.DOWNLINKS, Feed.DEVICE_QUEUES))
        ? Optional.of(new VanishedDownlinks(wallClock))
        : Optional.empty();
  }

  private static RecordForm form(SourceConfig config, Topics topics, KnownPlaces places) {
    return new RecordForm(
        topics,
        topics.followPlaces() ? places : Whereabouts.UNKNOWN,
        KeyFormat.named(config.topics().keyFormat()),
        values(config.valueForm()),
        Deletes.named(config.topics().deletes()));
  }

  private static ValueFormat values(ValueConfig config) {
    return ValueFormat.named(config.format(), config.jsonSchemaName(), config.objectColumns());
  }

  /**
   * Returns the waiting records, after a second at most; null if there are none. The records of one
   * log entry are never divided: with exactly-once delivery a batch is a transaction.
   */
  List<SourceRecord> poll() throws InterruptedException {
    SourceConfig config = task.config();
    task.pauseDetector().polled();
    int max = config.pollMaxRecords();
    if (taken.size() < max) {
      boolean waits = taken.isEmpty();
      taken.addAll(
          task.queue()
              .take(
                  max - taken.size(),
                  waits ? task.dependencies().pollWaitMs() : 0,
                  waits ? config.pollLinger().toMillis() : 0));
    }
    List<SourceRecord> batch = new ArrayList<>(taken.size());
    while (!taken.isEmpty() && batch.size() < max) {
      taken.removeFirst().addTo(batch);
    }
    return batch.isEmpty() ? null : batch;
  }

  /**
   * Drops what was not handed over, and closes the calls and streams to the server. Waits for
   * nothing.
   */
  void stop() {
    task.queue().close();
    task.dependencies().shutdown();
    task.chirpStack().close();
    shown.close();
  }
}
