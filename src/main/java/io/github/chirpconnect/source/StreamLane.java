package io.github.chirpconnect.source;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The open streams of a task that are counted together: of all logs, or of one where each log has a
 * pool of its own. Used by the streams thread only.
 */
final class StreamLane {
  /** What all lanes of a task share. */
  record Surroundings(
      ChirpStack chirpStack,
      Positions positions,
      HandOver handOver,
      ServerWatch server,
      StreamLog report,
      SourceMetrics metrics,
      LongSupplier clock,
      DoubleSupplier random,
      Executor thread) {}

  private final List<LogKind> logs;
  private final StreamHabits habits;
  private final Surroundings task;
  private final StreamBudget budget;
  private final StreamScheduler scheduler;
  private final Map<String, List<LogFollower>> followers = new LinkedHashMap<>();
  private final Set<LogFollower> stalled = new LinkedHashSet<>();

  /** When each place that was vacated lately can be used again, in this order. */
  private final Deque<Long> leaving = new ArrayDeque<>();

  private boolean announce = true;

  /**
   * @param logs the logs of each device that are followed
   * @param places devices that may have streams at once
   * @param tasks how many share the pace of visits
   */
  StreamLane(
      List<LogKind> logs, int places, int tasks, StreamHabits habits, Surroundings surroundings) {
    this.logs = List.copyOf(logs);
    this.habits = habits;
    this.task = surroundings;
    this.budget = new StreamBudget(habits, places);
    this.scheduler = new StreamScheduler(habits, tasks);
  }

  void listed(String devEui, boolean active) {
    scheduler.sighted(devEui, active);
    followers.getOrDefault(devEui, List.of()).forEach(LogFollower::listed);
  }

  /** Forgets a device; returns those of its logs that may have entries waiting for room. */
  List<LogFollower> remove(String devEui, long now) {
    scheduler.remove(devEui);
    return close(devEui, now);
  }

  /** Lets all streams go; devices keep their places. */
  void suspend(long now) {
    followers
        .values()
        .forEach(logsOfDevice -> logsOfDevice.forEach(follower -> follower.close(now)));
    announce = true;
  }

  /** Whatever time decides. */
  void tick(long now) {
    for (List<LogFollower> logsOfDevice : followers.values()) {
      for (LogFollower follower : logsOfDevice) {
        follower.tick(now);
        noteStall(follower);
        if (follower.works(now)) {
          budget.worked(follower.openedAt());
        }
      }
    }
    int before = budget.places();
    budget.tick(now);
    if (budget.places() > before) {
      task.report().moreRoom(logs, budget.places(), budget.limit());
    }
  }

  /** Gives places to devices, and takes them. */
  void plan(long now) {
    while (!leaving.isEmpty() && leaving.peekFirst() <= now) {
      leaving.removeFirst();
    }
    StreamScheduler.Plan plan =
        scheduler.plan(
            budget.places(),
            leaving.size(),
            now,
            devEui -> quietMillis(followers.get(devEui), now));
    plan.close().forEach(devEui -> close(devEui, now));
    for (String devEui : plan.open()) {
      followers.put(devEui, logs.stream().map(log -> newFollower(devEui, log)).toList());
    }
  }

  private LogFollower newFollower(String devEui, LogKind log) {
    return new LogFollower(
        devEui, log, task.positions(), task.handOver(), task.report(), habits, task.random());
  }

  private static long quietMillis(List<LogFollower> logsOfDevice, long now) {
    return logsOfDevice.stream()
        .mapToLong(follower -> follower.quietMillis(now))
        .min()
        .orElseThrow();
  }

  private List<LogFollower> close(String devEui, long now) {
    List<LogFollower> closed = followers.remove(devEui);
    if (closed == null) {
      return List.of();
    }
    boolean wereOpen = false;
    for (LogFollower follower : closed) {
      wereOpen |= follower.close(now);
    }
    if (wereOpen && habits.release() > 0) {
      leaving.addLast(now + habits.release());
    }
    return closed;
  }

  /** Opens up to so many streams that are due; returns how many it has opened. */
  int open(int most, long now) {
    int opened = 0;
    boolean waiting = false;
    for (List<LogFollower> logsOfDevice : followers.values()) {
      for (LogFollower follower : logsOfDevice) {
        if (opened < most && budget.mayOpen(now) && follower.dueToOpen(now)) {
          opened++;
          open(follower, now);
        }
        waiting |= follower.state() == LogFollower.State.WAITING;
      }
    }
    if (announce && !waiting && !followers.isEmpty()) {
      announce = false;
      task.report().opened(logs, openStreams(), followers.size(), scheduler.devices(), now);
    }
    return opened;
  }

  private void open(LogFollower follower, long now) {
    int number = follower.opening(now);
    LogListener listener =
        new LogListener() {
          @Override
          public void onEntry(LogEntry entry) {
            task.thread().execute(() -> entry(follower, number, entry));
          }

          @Override
          public void onEnd(ApiException reason) {
            task.thread().execute(() -> ended(follower, number, reason));
          }
        };
    follower.opened(task.chirpStack().open(follower.log(), follower.devEui(), listener), now);
    noteStall(follower);
  }

  private void entry(LogFollower follower, int number, LogEntry entry) {
    if (follower.isCurrent(number)) {
      follower.entry(entry, task.clock().getAsLong());
      noteStall(follower);
    }
  }

  private void ended(LogFollower follower, int number, ApiException reason) {
    if (!follower.isCurrent(number)) {
      return;
    }
    long now = task.clock().getAsLong();
    switch (reason.kind()) {
      case BUSY -> noRoom(follower, reason, now);
      case TRANSIENT, IN_DOUBT, GIVEN_UP, TOKEN_REFUSED -> {
        follower.retry(now);
        announce |= task.server().isUp();
        task.server().trouble(reason);
        task.report().ended(follower, reason, now);
      }
      case NOT_PERMITTED, BAD_REQUEST -> {
        follower.refuse();
        task.report().refused(follower, reason, now);
      }
      case WRONG_SERVER, READ_ONLY ->
          task.handOver().fail(new ConnectException(reason.getMessage(), reason));
    }
  }

  /** The server is there, but we and others ask too much of it. */
  private void noRoom(LogFollower follower, ApiException reason, long now) {
    int before = budget.places();
    long openedAt = follower.openedAt();
    task.metrics().streamRefused();
    follower.retry(now);
    budget.refused(openedAt, working(now), now);
    if (budget.places() < before) {
      task.report().lessRoom(logs, budget.places(), budget.limit(), reason);
    } else if (before == 1) {
      task.report().noRoom(follower, reason, now);
    }
    String devEui = follower.devEui();
    if (followers.get(devEui).stream().noneMatch(LogFollower::hasBacklog)) {
      scheduler.giveBack(devEui);
      close(devEui, now);
    }
  }

  private int working(long now) {
    return (int)
        followers.values().stream()
            .filter(logsOfDevice -> logsOfDevice.stream().allMatch(log -> log.works(now)))
            .count();
  }

  private void noteStall(LogFollower follower) {
    if (follower.isStalled()) {
      stalled.add(follower);
    }
  }

  /** There is room in the hand-over. */
  void drain(long now) {
    Iterator<LogFollower> each = stalled.iterator();
    while (each.hasNext() && task.handOver().hasRoom()) {
      if (each.next().drain(now)) {
        each.remove();
      }
    }
  }

  /** Streams that wait for room in the hand-over. */
  int stalled() {
    return stalled.size();
  }

  long openStreams() {
    return followers.values().stream()
        .flatMap(List::stream)
        .filter(follower -> follower.state() == LogFollower.State.OPEN)
        .count();
  }
}
