package io.github.chirpconnect.source;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open streams of a task. All of it runs on the streams thread, whatever thread asks: callbacks
 * of the transport, the walk and Connect only leave work for it. It never blocks.
 */
final class StreamPool implements DeviceStreams {
  /** How often {@link #tick} wants to be called. */
  static final long TICK_MS = 100;

  /** Streams that the whole connector opens in one tick: 200 a second. */
  private static final int OPENED_PER_TICK = 20;

  private static final long STALL_REPORTED_MS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(StreamPool.class);

  private final ChirpStack chirpStack;
  private final List<LogKind> logs;
  private final HandOver handOver;
  private final Positions positions;
  private final ServerWatch server;
  private final PollWatch pollWatch;
  private final Clock clock;
  private final DoubleSupplier random;
  private final Executor thread;
  private final int openedPerTick;
  private final StreamScheduler scheduler;
  private final StreamLog report = new StreamLog();

  private final Map<String, List<LogFollower>> followers = new LinkedHashMap<>();
  private final Set<LogFollower> stalled = new LinkedHashSet<>();
  private final List<Departure> departures = new ArrayList<>();
  private long stalledSince;
  private boolean suspended;
  private boolean announce = true;

  /** Devices that are gone, while entries of theirs still wait for room. */
  private record Departure(List<LogFollower> followers, CompletableFuture<Void> done) {
    boolean complete() {
      boolean complete = followers.stream().noneMatch(LogFollower::hasBacklog);
      if (complete) {
        done.complete(null);
      }
      return complete;
    }
  }

  /**
   * @param logs which logs of each device to follow
   * @param devices how many devices may have streams at once; asked for once there are devices
   * @param taskCount how many tasks share the pace of opening
   * @param thread runs one after the other what it is given, and reports what that throws
   */
  StreamPool(
      ChirpStack chirpStack,
      List<LogKind> logs,
      IntSupplier devices,
      int taskCount,
      HandOver handOver,
      Positions positions,
      ServerWatch server,
      PollWatch pollWatch,
      Clock clock,
      DoubleSupplier random,
      Executor thread) {
    this.chirpStack = chirpStack;
    this.logs = List.copyOf(logs);
    this.handOver = handOver;
    this.positions = positions;
    this.server = server;
    this.pollWatch = pollWatch;
    this.clock = clock;
    this.random = random;
    this.thread = thread;
    this.openedPerTick = Math.max(1, OPENED_PER_TICK / taskCount);
    this.scheduler = new StreamScheduler(devices);
  }

  @Override
  public void listed(List<Listed> devices) {
    thread.execute(
        () -> {
          for (Listed device : devices) {
            scheduler.sighted(device.devEui(), device.active());
            followers.getOrDefault(device.devEui(), List.of()).forEach(LogFollower::listed);
          }
        });
  }

  @Override
  public CompletableFuture<Void> gone(List<String> devEuis) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    thread.execute(
        () -> {
          List<LogFollower> leaving = new ArrayList<>();
          for (String devEui : devEuis) {
            scheduler.remove(devEui);
            leaving.addAll(close(devEui));
          }
          Departure departure = new Departure(leaving, done);
          if (!departure.complete()) {
            departures.add(departure);
          }
        });
    return done;
  }

  /** The hand-over has room again. Safe from any thread. */
  void roomMade() {
    thread.execute(() -> drain(clock.millis()));
  }

  /** To be called every {@value #TICK_MS} ms on the streams thread. */
  void tick() {
    long now = clock.millis();
    if (pollWatch.paused()) {
      suspend();
      return;
    }
    if (suspended) {
      suspended = false;
      announce = true;
      LOG.info("Records are asked for again; opening the streams");
    }
    server.tick(now);
    followers
        .values()
        .forEach(logsOfDevice -> logsOfDevice.forEach(follower -> tick(follower, now)));
    drain(now);
    reportStall(now);
    plan(now);
    if (server.isUp()) {
      openDue(now);
    }
  }

  private void tick(LogFollower follower, long now) {
    follower.tick(now);
    noteStall(follower);
  }

  private void suspend() {
    if (!suspended) {
      suspended = true;
      LOG.info(
          "No record was asked for in {} s, the connector seems to be paused; letting {} streams go",
          PollWatch.PAUSED_AFTER_MS / 1_000,
          count(LogFollower.State.OPEN));
      followers.values().forEach(logsOfDevice -> logsOfDevice.forEach(LogFollower::close));
    }
  }

  private void plan(long now) {
    StreamScheduler.Plan plan = scheduler.plan(devEui -> quietMillis(devEui, now));
    plan.close().forEach(this::close);
    for (String devEui : plan.open()) {
      followers.put(
          devEui,
          logs.stream()
              .map(log -> new LogFollower(devEui, log, positions, handOver, report, random))
              .toList());
    }
  }

  private long quietMillis(String devEui, long now) {
    return followers.get(devEui).stream()
        .mapToLong(follower -> follower.quietMillis(now))
        .min()
        .orElseThrow();
  }

  private List<LogFollower> close(String devEui) {
    List<LogFollower> closed = followers.remove(devEui);
    if (closed == null) {
      return List.of();
    }
    closed.forEach(LogFollower::close);
    return closed;
  }

  private void openDue(long now) {
    int left = openedPerTick;
    boolean waiting = false;
    for (List<LogFollower> logsOfDevice : followers.values()) {
      for (LogFollower follower : logsOfDevice) {
        if (left > 0 && follower.dueToOpen(now)) {
          left--;
          open(follower, now);
        }
        waiting |= follower.state() == LogFollower.State.WAITING;
      }
    }
    if (announce && !waiting && !followers.isEmpty()) {
      announce = false;
      LOG.info(
          "{} streams are open, for {} of {} devices",
          count(LogFollower.State.OPEN),
          followers.size(),
          scheduler.devices());
    }
  }

  private void open(LogFollower follower, long now) {
    int number = follower.opening(now);
    LogListener listener =
        new LogListener() {
          @Override
          public void onEntry(LogEntry entry) {
            thread.execute(() -> entry(follower, number, entry));
          }

          @Override
          public void onEnd(ApiException reason) {
            thread.execute(() -> ended(follower, number, reason));
          }
        };
    follower.opened(chirpStack.open(follower.log(), follower.devEui(), listener), now);
    noteStall(follower);
  }

  private void entry(LogFollower follower, int number, LogEntry entry) {
    if (follower.isCurrent(number)) {
      follower.entry(entry, clock.millis());
      noteStall(follower);
    }
  }

  private void ended(LogFollower follower, int number, ApiException reason) {
    if (!follower.isCurrent(number)) {
      return;
    }
    long now = clock.millis();
    switch (reason.kind()) {
      case TRANSIENT, IN_DOUBT, BUSY, TOKEN_REFUSED -> {
        follower.retry(now);
        announce |= server.isUp();
        server.trouble(reason);
        report.ended(follower, reason, now);
      }
      case NOT_PERMITTED, BAD_REQUEST -> {
        follower.refuse();
        report.refused(follower, reason, now);
      }
      case WRONG_SERVER, READ_ONLY ->
          handOver.fail(new ConnectException(reason.getMessage(), reason));
    }
  }

  private void noteStall(LogFollower follower) {
    if (follower.isStalled()) {
      stalled.add(follower);
    }
  }

  private void drain(long now) {
    Iterator<LogFollower> each = stalled.iterator();
    while (each.hasNext() && handOver.hasRoom()) {
      if (each.next().drain(now)) {
        each.remove();
      }
    }
    departures.removeIf(Departure::complete);
  }

  private void reportStall(long now) {
    if (stalled.isEmpty()) {
      stalledSince = now;
    } else if (now - stalledSince >= STALL_REPORTED_MS) {
      report.stalled(stalled.size(), handOver.size(), stalledSince, now);
    }
  }

  private long count(LogFollower.State state) {
    return followers.values().stream()
        .flatMap(List::stream)
        .filter(follower -> follower.state() == state)
        .count();
  }
}
