package io.github.chirpconnect.source;

import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.feed.Shape;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.source.inventory.DeviceActivity;
import io.github.chirpconnect.source.inventory.EntityEmitter;
import io.github.chirpconnect.source.inventory.FeedReader;
import io.github.chirpconnect.source.inventory.InventoryEngine;
import io.github.chirpconnect.source.inventory.InventoryListener;
import io.github.chirpconnect.source.inventory.InventoryReader;
import io.github.chirpconnect.source.inventory.InventorySource;
import io.github.chirpconnect.source.log.StreamQuota;
import io.github.chirpconnect.source.offset.Ledger;
import io.github.chirpconnect.source.offset.LedgerShape;
import io.github.chirpconnect.source.offset.Offsets;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.offset.Shards;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the engine of the inventory feeds together. */
final class InventoryWiring {
  private static final Logger LOG = LoggerFactory.getLogger(InventoryWiring.class);

  private final StartedSource.Task task;
  private final Map<PositionShape, InventoryListener> listeners;

  /**
   * @param listeners who follow the logs and series of devices or gateways
   */
  InventoryWiring(StartedSource.Task task, Map<PositionShape, InventoryListener> listeners) {
    this.task = task;
    this.listeners = listeners;
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
        .filter(feed -> config.feeds().contains(feed) || listener(feed).isPresent())
        .forEach(feed -> readers.add(reader(feed, shared)));
    InventoryReader reader =
        new InventoryReader(
            new Scope(config.tenantIds(), config.applicationIds()),
            () -> StreamQuota.of(config, task.chirpStack().generation()).share(task.shards()),
            readers,
            clock);
    new InventoryEngine(
            source(),
            reader,
            config.inventoryInterval(),
            new InventoryEngine.Dependencies(
                task.chirpStack(),
                task.shards(),
                task.queue(),
                task.token(),
                task.pauseDetector(),
                task.metrics(),
                clock,
                task.dependencies().wallClock(),
                task.dependencies().random(),
                task.dependencies().walks()))
        .start();
  }

  private InventorySource source() {
    SourceConfig config = task.config();
    StartedSource.Dependencies dependencies = task.dependencies();
    return config.inventoryActivity() && config.feeds().contains(Feed.DEVICES)
        ? new DeviceActivity(task.chirpStack(), dependencies.clock(), dependencies.wallClock())
        : task.chirpStack()::inventory;
  }

  private Optional<InventoryListener> listener(Feed feed) {
    return PositionShape.of(feed).map(listeners::get);
  }

  private FeedReader reader(Feed feed, FeedReader.Dependencies shared) {
    InventoryListener listener = listener(feed).orElse(InventoryListener.NONE);
    if (!task.config().feeds().contains(feed)) {
      return new FeedReader(feed, Optional.empty(), FeedReader.Known.NOTHING, listener, shared);
    }
    Ledger ledger =
        new Ledger(feed, task.config().topicPrefix() + "." + InventorySchemas.of(feed).topic());
    FeedReader.Known known = read(feed, ledger);
    if (ledger.formerTopic() != null) {
      LOG.info(
          "The {} were written to {} so far; all of them are written to {} now",
          feed,
          ledger.formerTopic(),
          ledger.topic());
    }
    LOG.info("{} {} are known from before", known.fingerprints().size(), feed);
    EntityEmitter emitter =
        new EntityEmitter(
            feed,
            task.records(),
            ledger,
            task.positions(),
            task.config()
                .volatileFields(feed)
                .orElse(InventorySchemas.of(feed).volatileByDefault()),
            task.metrics());
    return new FeedReader(feed, Optional.of(emitter), known, listener, shared);
  }

  /**
   * Reads the buckets of all tasks, and keeps those that can turn out to be this task's when the
   * server's generation is known.
   */
  private FeedReader.Known read(Feed feed, Ledger ledger) {
    Set<String> everybody = new HashSet<>();
    List<Shards> shares = new ArrayList<>();
    for (Generation generation : StreamQuota.possible(task.config())) {
      StreamQuota.of(task.config(), generation).share(task.shards()).ifPresent(shares::add);
    }
    task.offsets()
        .offsets(LedgerShape.partitions(feed))
        .forEach(
            (partition, offset) -> {
              if (offset == null) {
                return;
              }
              Offsets.check(Map.of(partition, offset));
              int bucket = LedgerShape.bucket(partition);
              if (shares.stream().anyMatch(share -> share.ownsBucket(bucket))) {
                ledger.load(bucket, offset);
              }
              everybody.addAll(LedgerShape.present(bucket, offset));
            });
    return new FeedReader.Known(ledger.present(), ledger.departed(), everybody);
  }
}
