package io.github.chirpconnect.source.log;

import io.github.chirpconnect.source.SourceMetrics;
import io.github.chirpconnect.source.handover.RecordQueue;
import io.github.chirpconnect.source.server.PauseDetector;
import io.github.chirpconnect.source.server.ServerHealth;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open streams of a task. All of it runs on the streams thread, whatever thread asks: callbacks
 * of the transport, the walk and Connect only leave work for it. It never blocks.
 */
public final class LogFeeds implements DeviceStreams {
  /** How often {@link #tick} wants to be called. */
  public static final long TICK_MS = 100;

  /** Streams that the whole connector opens in one tick: 200 a second. */
  private static final int OPENED_PER_TICK = 20;

  private static final long STALL_REPORTED_MS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(LogFeeds.class);

  private final Supplier<List<StreamGroup>> newLanes;
  private final RecordQueue queue;
  private final ServerHealth server;
  private final PauseDetector pauseDetector;
  private final StreamReport report;
  private final SourceMetrics metrics;
  private final Clock clock;
  private final Executor thread;
  private final int openedPerTick;

  private final List<Departure> departures = new ArrayList<>();
  private List<StreamGroup> lanes = List.of();
  private long stalledSince;
  private boolean suspended;

  /** Devices that are gone, while entries of theirs still wait for room. */
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
   * @param newLanes asked once, when the first devices were listed: then the server's generation is
   *     known
   * @param tasks how many share the pace of opening
   * @param thread runs one after the other what it is given, and reports what that throws
   */
  public LogFeeds(
      Supplier<List<StreamGroup>> newLanes,
      int tasks,
      RecordQueue queue,
      ServerHealth server,
      PauseDetector pauseDetector,
      StreamReport report,
      SourceMetrics metrics,
      Clock clock,
      Executor thread) {
    this.newLanes = newLanes;
    this.openedPerTick = Math.max(1, OPENED_PER_TICK / tasks);
    this.queue = queue;
    this.server = server;
    this.pauseDetector = pauseDetector;
    this.report = report;
    this.metrics = metrics;
    this.clock = clock;
    this.thread = thread;
  }

  @Override
  public void listed(List<Listed> devices) {
    thread.execute(
        () -> {
          if (lanes.isEmpty()) {
            lanes = newLanes.get();
          }
          for (Listed device : devices) {
            lanes.forEach(lane -> lane.listed(device));
          }
        });
  }

  @Override
  public CompletableFuture<Void> gone(List<String> devEuis) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    thread.execute(
        () -> {
          long now = clock.millis();
          List<LogReader> leaving = new ArrayList<>();
          for (String devEui : devEuis) {
            lanes.forEach(lane -> leaving.addAll(lane.remove(devEui, now)));
          }
          Departure departure = new Departure(leaving, done);
          if (!departure.complete()) {
            departures.add(departure);
          }
        });
    return done;
  }

  /** The hand-over has room again. Safe from any thread. */
  public void roomMade() {
    thread.execute(() -> drain(clock.millis()));
  }

  /** To be called every {@value #TICK_MS} ms on the streams thread. */
  public void tick() {
    long now = clock.millis();
    if (pauseDetector.paused()) {
      suspend(now);
      return;
    }
    if (suspended) {
      suspended = false;
      LOG.info("Records are asked for again; opening the streams");
    }
    server.tick(now);
    lanes.forEach(lane -> lane.tick(now));
    drain(now);
    reportStall(now);
    // A server that is away ends all streams: those devices keep their places for its return.
    if (server.isUp()) {
      int left = openedPerTick;
      for (StreamGroup lane : lanes) {
        lane.plan(now);
        left -= lane.open(left, now);
      }
    }
    metrics.streams(openStreams(), stalled());
    metrics.catchingUp(lanes.stream().mapToLong(StreamGroup::catchingUp).sum());
  }

  private long openStreams() {
    return lanes.stream().mapToLong(StreamGroup::openStreams).sum();
  }

  private int stalled() {
    return lanes.stream().mapToInt(StreamGroup::stalled).sum();
  }

  private void suspend(long now) {
    if (!suspended) {
      suspended = true;
      LOG.info(
          "No record was asked for in {} s, the connector seems to be paused; letting {} streams go",
          PauseDetector.PAUSED_AFTER_MS / 1_000,
          openStreams());
      lanes.forEach(lane -> lane.suspend(now));
      metrics.streams(0, stalled());
      metrics.catchingUp(0);
    }
  }

  private void drain(long now) {
    lanes.forEach(lane -> lane.drain(now));
    departures.removeIf(Departure::complete);
  }

  private void reportStall(long now) {
    int stalled = stalled();
    if (stalled == 0) {
      stalledSince = now;
    } else if (now - stalledSince >= STALL_REPORTED_MS) {
      report.stalled(stalled, queue.size(), stalledSince, now);
    }
  }
}
