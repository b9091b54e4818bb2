package io.github.chirpconnect.source;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.downlink.QueueWatch;
import io.github.chirpconnect.source.inventory.FeedReader;
import io.github.chirpconnect.source.inventory.QueueEngine;
import io.github.chirpconnect.source.listener.InventoryListener;
import io.github.chirpconnect.source.log.StreamQuota;
import io.github.chirpconnect.source.offset.Shards;
import java.util.Optional;
import java.util.function.Function;

/** Puts the engine of the device queues together. */
final class QueueWiring {
  private final StartedSource.Task task;

  /**
   * An engine that waits for devices.
   *
   * @param listener to be told of all devices
   * @param known the devices that had downlinks waiting: where one of them is gone, its queue is
   */
  record Started(InventoryListener listener, FeedReader.Known known) {}

  QueueWiring(StartedSource.Task task) {
    this.task = task;
  }

  /** Reads the ledgers. Empty where the feed is not wanted. */
  Optional<Started> start() {
    if (!task.config().feeds().contains(Feed.DEVICE_QUEUES)) {
      return Optional.empty();
    }
    EmittedFeed queues = EmittedFeed.of(task, Feed.DEVICE_QUEUES);
    // The last tombstone of a bucket is in its offset; nothing more comes of it.
    queues.known().departed().keySet().forEach(queues.ledger()::forget);
    QueueEngine engine =
        new QueueEngine(
            queues.emitter(),
            queues.known().fingerprints(),
            task.vanished().<QueueWatch>map(Function.identity()).orElse(QueueWatch.NONE),
            new QueueEngine.Pace(task.config().deviceQueueInterval(), this::callsPerSecond),
            InventoryWiring.dependencies(task, task.dependencies().deviceQueues()));
    return Optional.of(new Started(engine, queues.known()));
  }

  /** This task's share of the configured rate, which is divided among the tasks that have work. */
  private double callsPerSecond() {
    int tasks =
        StreamQuota.of(task.config(), task.chirpStack().generation())
            .share(task.shards())
            .map(Shards::taskCount)
            .orElse(1);
    return (double) task.config().deviceQueueCallsPerSecond() / tasks;
  }
}
