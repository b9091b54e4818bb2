package io.github.chirpconnect.source.log;

import io.github.chirpconnect.source.listener.InventoryListener;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.server.PauseDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open streams of a task. Everything runs on the streams thread and never blocks; callbacks of
 * the transport, the walk and Connect only submit work to it.
 */
public final class LogFeeds {
  /** The interval at which to call {@link #tick}. */
  public static final long TICK_MS = 100;

  private static final long STALL_REPORTED_MS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(LogFeeds.class);

  private final Supplier<List<StreamGroup>> newGroups;
  private final Executor loader;
  private final PauseDetector pauseDetector;
  private final StreamGroup.Dependencies task;

  private final List<Departure> departures = new ArrayList<>();
  private List<StreamGroup> groups = List.of();
  private long stalledSince;
  private boolean suspended;

  /** Whether there are more devices than streams; read by any thread. */
  private volatile boolean crowded;

  /** Deleted devices of which entries still wait for room. */
  private record Departure(List<LogReader> followers, CompletableFuture<Void> done) {
    boolean complete() {
      boolean complete = followers.stream().noneMatch(LogReader::hasBacklog);
      if (complete) {
        done.complete(null);
      }
      return complete;
    }
  }

  /**
   * @param newGroups called once, when the first owners of logs were listed: then the server's
   *     generation is known
   * @param loader runs, one after the other, what waits for Kafka
   */
  public LogFeeds(
      Supplier<List<StreamGroup>> newGroups,
      Executor loader,
      PauseDetector pauseDetector,
      StreamGroup.Dependencies dependencies) {
    this.newGroups = newGroups;
    this.loader = loader;
    this.pauseDetector = pauseDetector;
    this.task = dependencies;
  }

  /**
   * The listener for devices or gateways whose logs are followed. It returns at once; their
   * positions are read from Kafka meanwhile, before the first stream of each is opened.
   */
  public InventoryListener listener(PositionShape owner) {
    return new InventoryListener() {
      @Override
      public void listed(List<Listed> entities) {
        loader.execute(
            () -> {
              task.positions().load(owner, entities.stream().map(Listed::id).toList());
              task.thread().execute(() -> see(owner, entities));
            });
      }

      @Override
      public boolean isCrowded() {
        return owner == PositionShape.DEVICE && crowded;
      }

      @Override
      public CompletableFuture<Void> gone(List<String> ids) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        // Only after the work for what was listed earlier.
        loader.execute(() -> task.thread().execute(() -> remove(owner, ids, done)));
        return done;
      }
    };
  }

  private void see(PositionShape owner, List<InventoryListener.Listed> entities) {
    if (groups.isEmpty()) {
      groups = newGroups.get();
    }
    groupsOf(owner).forEach(group -> entities.forEach(group::listed));
  }

  private void remove(PositionShape owner, List<String> ids, CompletableFuture<Void> done) {
    long now = task.clock().getAsLong();
    List<LogReader> leaving = new ArrayList<>();
    for (String id : ids) {
      groupsOf(owner).forEach(group -> leaving.addAll(group.remove(id, now)));
      task.signals().forget(id);
    }
    Departure departure = new Departure(leaving, done);
    if (!departure.complete()) {
      departures.add(departure);
    }
  }

  private Stream<StreamGroup> groupsOf(PositionShape owner) {
    return groups.stream().filter(group -> group.owner() == owner);
  }

  /** The queue has room again. Safe from any thread. */
  public void roomMade() {
    task.thread().execute(() -> drain(task.clock().getAsLong()));
  }

  /** To be called every {@value #TICK_MS} ms on the streams thread. */
  public void tick() {
    long now = task.clock().getAsLong();
    if (pauseDetector.paused()) {
      suspend(now);
      return;
    }
    if (suspended) {
      suspended = false;
      LOG.info("Records are asked for again; opening the streams");
    }
    task.server().tick(now);
    groups.forEach(group -> group.tick(now));
    drain(now);
    reportStall(now);
    // A server that is away ends all streams: those devices keep their places for its return.
    if (task.server().isUp()) {
      listen(now);
      open(now);
    } else {
      task.pace().reset();
    }
    task.metrics().streams(openStreams(), stalled());
    task.metrics().catchingUp(groups.stream().mapToLong(StreamGroup::catchingUp).sum());
  }

  /** Gives places to devices that have just sent something. */
  private void listen(long now) {
    crowded = groupsOf(PositionShape.DEVICE).anyMatch(StreamGroup::isCrowded);
    for (DeviceSignals.Spoken signal : task.signals().take(crowded, this::followsGateway, now)) {
      List<StreamGroup> ofDevices = groupsOf(PositionShape.DEVICE).toList();
      boolean news = false;
      for (StreamGroup group : ofDevices) {
        news |= group.spoke(signal.devEui(), signal.millis());
      }
      if (news) {
        task.signals().useful(signal);
      }
    }
  }

  private boolean followsGateway(String gateway) {
    return groupsOf(PositionShape.GATEWAY).anyMatch(group -> group.follows(gateway));
  }

  private void open(long now) {
    int left = task.pace().next(groups.stream().mapToInt(group -> group.unanswered(now)).sum());
    for (StreamGroup group : groups) {
      group.plan(now);
      left -= group.open(left, now);
    }
    if (left == 0) {
      task.pace().usedUp();
    }
  }

  private long openStreams() {
    return groups.stream().mapToLong(StreamGroup::openStreams).sum();
  }

  private int stalled() {
    return groups.stream().mapToInt(StreamGroup::stalled).sum();
  }

  private void suspend(long now) {
    if (!suspended) {
      suspended = true;
      LOG.info(
          "No record was asked for in {} s, the connector seems to be paused; letting {} streams go",
          PauseDetector.PAUSED_AFTER_MS / 1_000,
          openStreams());
      groups.forEach(group -> group.suspend(now));
      task.signals().suspend();
      task.metrics().streams(0, stalled());
      task.metrics().catchingUp(0);
    }
  }

  private void drain(long now) {
    groups.forEach(group -> group.drain(now));
    departures.removeIf(Departure::complete);
  }

  private void reportStall(long now) {
    int stalled = stalled();
    if (stalled == 0) {
      stalledSince = now;
    } else if (now - stalledSince >= STALL_REPORTED_MS) {
      task.report().stalled(stalled, task.queue().size(), stalledSince, now);
    }
  }
}
