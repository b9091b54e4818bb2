package io.github.chirpconnect.source;

import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Shape;
import io.github.chirpconnect.source.inventory.DeviceActivity;
import io.github.chirpconnect.source.inventory.FeedReader;
import io.github.chirpconnect.source.inventory.InventoryEngine;
import io.github.chirpconnect.source.inventory.InventoryReader;
import io.github.chirpconnect.source.inventory.InventorySource;
import io.github.chirpconnect.source.inventory.RecentLooks;
import io.github.chirpconnect.source.listener.InventoryListener;
import io.github.chirpconnect.source.log.StreamQuota;
import io.github.chirpconnect.source.offset.PositionShape;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

/** Puts the engine of the inventory feeds together. */
final class InventoryWiring {
  private final StartedSource.Task task;
  private final Map<PositionShape, InventoryListener> listeners;
  private final Optional<QueueWiring.Started> queues;

  /**
   * @param listeners who follow the logs and series of devices or gateways
   */
  InventoryWiring(StartedSource.Task task, Map<PositionShape, InventoryListener> listeners) {
    this.task = task;
    this.listeners = listeners;
    this.queues = new QueueWiring(task).start();
  }

  /** Reads the ledgers, and starts the walks. */
  void start() {
    SourceConfig config = task.config();
    Clock clock = task.dependencies().clock();
    FeedReader.Dependencies shared =
        new FeedReader.Dependencies(
            task.positions(),
            task.queue(),
            task.metrics(),
            config.deleteMaxShare(),
            config.inventoryForgetAfter(),
            clock,
            task.dependencies().wallClock());
    List<FeedReader> readers = new ArrayList<>();
    Feed.of(Shape.INVENTORY)
        .filter(feed -> feed.owner().isEmpty())
        .filter(feed -> config.feeds().contains(feed) || listener(feed).isPresent())
        .forEach(feed -> readers.add(reader(feed, shared)));
    InventoryReader reader =
        new InventoryReader(
            new Scope(config.tenantIds(), config.applicationIds()),
            () -> StreamQuota.of(config, task.chirpStack().generation()).share(task.shards()),
            readers,
            clock);
    if (listeners.containsKey(PositionShape.DEVICE)) {
      readers.stream()
          .filter(one -> one.feed() == Feed.DEVICES)
          .map(one -> new RecentLooks(one, dependencies(task, task.dependencies().walks())))
          .forEach(RecentLooks::start);
    }
    new InventoryEngine(
            source(),
            reader,
            config.inventoryInterval(),
            dependencies(task, task.dependencies().walks()))
        .start();
  }

  /**
   * @param thread that the engine runs on
   */
  static InventoryEngine.Dependencies dependencies(
      StartedSource.Task task, ScheduledExecutorService thread) {
    return new InventoryEngine.Dependencies(
        task.chirpStack(),
        task.shards(),
        task.queue(),
        task.token(),
        task.pauseDetector(),
        task.metrics(),
        task.dependencies().clock(),
        task.dependencies().wallClock(),
        task.dependencies().random(),
        thread);
  }

  private InventorySource source() {
    SourceConfig config = task.config();
    StartedSource.Dependencies dependencies = task.dependencies();
    return config.inventoryActivity() && config.feeds().contains(Feed.DEVICES)
        ? new DeviceActivity(task.chirpStack(), dependencies.clock(), dependencies.wallClock())
        : task.chirpStack()::inventory;
  }

  private Optional<InventoryListener> listener(Feed feed) {
    Optional<InventoryListener> ofQueues =
        queues.filter(unused -> feed == Feed.DEVICES).map(QueueWiring.Started::listener);
    Optional<InventoryListener> followers =
        Stream.concat(PositionShape.of(feed).map(listeners::get).stream(), ofQueues.stream())
            .reduce(InventoryListener::and);
    // The places first: whoever hears of a device may open its streams at once.
    return task.topics().followPlaces()
        ? followers.map(task.places().listener(feed)::and)
        : followers;
  }

  private FeedReader reader(Feed feed, FeedReader.Dependencies shared) {
    InventoryListener listener = listener(feed).orElse(InventoryListener.NONE);
    Optional<EmittedFeed> emitted =
        task.config().feeds().contains(feed)
            ? Optional.of(EmittedFeed.of(task, feed))
            : Optional.empty();
    FeedReader.Known known = emitted.map(EmittedFeed::known).orElse(FeedReader.Known.NOTHING);
    if (feed == Feed.DEVICES && queues.isPresent()) {
      known = known.and(queues.get().known());
    }
    return new FeedReader(feed, emitted.map(EmittedFeed::emitter), known, listener, shared);
  }
}
