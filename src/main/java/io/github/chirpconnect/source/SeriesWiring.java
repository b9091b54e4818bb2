package io.github.chirpconnect.source;

import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Shape;
import io.github.chirpconnect.source.listener.InventoryListener;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.series.SeriesEngine;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts the engine of the series together. */
final class SeriesWiring {
  private final StartedSource.Task task;

  SeriesWiring(StartedSource.Task task) {
    this.task = task;
  }

  /**
   * Starts the engine. Returns its listeners, by the owner of the series that they read; empty
   * without series.
   */
  Map<PositionShape, InventoryListener> start() {
    Map<PositionShape, InventoryListener> listeners = new EnumMap<>(PositionShape.class);
    Set<Feed> feeds = EnumSet.copyOf(task.config().feeds());
    feeds.removeIf(feed -> feed.shape() != Shape.SERIES);
    if (feeds.isEmpty()) {
      return listeners;
    }
    SeriesEngine engine = engine(feeds);
    for (Feed feed : feeds) {
      PositionShape owner = PositionShape.ofSeries(feed);
      listeners.computeIfAbsent(owner, engine::listener);
    }
    return listeners;
  }

  private SeriesEngine engine(Set<Feed> feeds) {
    StartedSource.Dependencies dependencies = task.dependencies();
    return new SeriesEngine(
        new SeriesEngine.Settings(
            feeds,
            task.config().metricsAggregations().stream()
                .map(name -> Aggregation.valueOf(name.toUpperCase(Locale.ROOT)))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Aggregation.class))),
            task.config().metricsSettle(),
            every()),
        new SeriesEngine.Dependencies(
            task.chirpStack(),
            new SeriesEngine.Delivery(
                task.positions(), task.records(), task.queue(), task.metrics()),
            task.token(),
            task.pauseDetector(),
            new Clocks(dependencies.wallClock(), dependencies.clock()),
            dependencies.random(),
            new SeriesEngine.Threads(
                task.reporting(dependencies.offsets()),
                dependencies.streams(),
                task.reporting(dependencies.streams()))));
  }

  /**
   * The interval between two calls of this task; the configured rate is that of all tasks together.
   */
  private Duration every() {
    long tasks = task.shards().taskCount();
    return Duration.ofSeconds(tasks).dividedBy(task.config().metricsCallsPerSecond());
  }
}
