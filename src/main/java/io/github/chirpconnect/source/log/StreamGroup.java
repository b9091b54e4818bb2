package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.record.EntryRecords;
import io.github.chirpconnect.source.handover.RecordQueue;
import io.github.chirpconnect.source.listener.InventoryListener;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.offset.Positions;
import io.github.chirpconnect.source.server.ServerHealth;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The open streams of a task that share a limit: of all logs, or of one log if each has a pool of
 * its own. Used only on the streams thread.
 */
public final class StreamGroup {
  private static final long LOOKS_APART_MS = 1_000;

  /** Shared by all groups of a task. */
  public record Dependencies(
      ChirpStack chirpStack,
      Positions positions,
      EntryRecords records,
      RecordQueue queue,
      ServerHealth server,
      Pulse pulse,
      StreamReport report,
      OpeningPace pace,
      DeviceSignals signals,
      SourceMetrics metrics,
      LongSupplier clock,
      DoubleSupplier random,
      Executor thread) {}

  private final List<LogKind> logs;
  private final StreamTiming timing;
  private final Dependencies task;
  private final AdaptiveStreamLimit budget;
  private final StreamScheduler scheduler;
  private final SeenDevices seen;
  private final EndsTogether ends = new EndsTogether();
  private final FollowedDevices followed;
  private final Set<LogReader> stalled = new LinkedHashSet<>();

  /** For each place that was freed lately: when it can be used again. In this order. */
  private final Deque<Long> leaving = new ArrayDeque<>();

  private boolean announce = true;
  private long nextLook;

  /**
   * @param logs the logs of each device that are followed
   * @param places devices that may have streams at once
   * @param tasks how many share the pace of visits
   */
  public StreamGroup(
      List<LogKind> logs, int places, int tasks, StreamTiming timing, Dependencies dependencies) {
    this.logs = List.copyOf(logs);
    this.timing = timing;
    this.task = dependencies;
    this.budget = new AdaptiveStreamLimit(timing, places);
    this.scheduler = new StreamScheduler(timing, tasks);
    this.followed = new FollowedDevices(dependencies.pulse());
    this.seen = new SeenDevices(dependencies.report(), dependencies.metrics());
  }

  /** Whose logs these are. */
  PositionShape owner() {
    return PositionShape.of(logs.get(0));
  }

  void listed(InventoryListener.Listed device) {
    String devEui = device.id();
    boolean active = device.active();
    // A gateway is seen by its statistics, of which no log says anything.
    if (active && owner() == PositionShape.DEVICE) {
      active = seen.seen(devEui, device.lastSeenAt());
    }
    if (active && wasRead(devEui, device.lastSeenAt())) {
      scheduler.sightedAgain(devEui);
    } else {
      scheduler.sighted(devEui, active);
    }
    followed.logsOf(devEui).forEach(LogReader::listed);
  }

  /** Whether an earlier task has probably read what the device was seen for. */
  private boolean wasRead(String devEui, Instant lastSeenAt) {
    return !scheduler.knows(devEui)
        && DueUplinks.mayBeOf(
            task.positions().read(devEui, logs.get(0)).newestMillis(), lastSeenAt);
  }

  /** A device has probably sent something. Returns whether that is new. */
  boolean spoke(String devEui, long millis) {
    boolean news = scheduler.knows(devEui) && seen.spoke(devEui, millis, followed.logsOf(devEui));
    if (news) {
      scheduler.sighted(devEui, true);
    }
    return news;
  }

  boolean follows(String id) {
    return !followed.logsOf(id).isEmpty();
  }

  /** Forgets a device. Returns those of its logs that may have entries waiting for room. */
  List<LogReader> remove(String devEui, long now) {
    scheduler.remove(devEui);
    List<LogReader> closed = close(devEui, now);
    seen.remove(devEui);
    return closed;
  }

  /** Closes all streams; devices keep their places. */
  void suspend(long now) {
    followed.all().forEach(logsOfDevice -> logsOfDevice.forEach(follower -> follower.close(now)));
    announce = true;
  }

  /** Makes all decisions that depend on time. */
  void tick(long now) {
    ends.decided(now).forEach(end -> noRoom(end, now));
    if (isCrowded() || followed.waitForSilence(now)) {
      task.pulse().ask(now);
    }
    if (task.pulse().beats(now)) {
      for (List<LogReader> logsOfDevice : followed.all()) {
        for (LogReader follower : logsOfDevice) {
          tick(follower, now);
        }
      }
    }
    if (now >= nextLook) {
      nextLook = now + LOOKS_APART_MS;
      lookAtQuietLogs(now);
    }
    int before = budget.places();
    budget.tick(now);
    if (budget.places() > before) {
      task.report().moreRoom(logs, budget.places(), budget.limit());
    }
  }

  private void tick(LogReader follower, long now) {
    follower.silenceCountsFrom(task.pulse().beatsSince(), now);
    follower.tick(now, task.pulse());
    noteStall(follower);
    if (follower.works(now)) {
      budget.worked(follower.openedAt());
    }
  }

  /** Finds missing uplinks of devices that keep their places. */
  private void lookAtQuietLogs(long now) {
    for (String devEui : seen.due()) {
      List<LogReader> logsOfDevice = followed.logsOf(devEui);
      if (!logsOfDevice.isEmpty() && logsOfDevice.stream().allMatch(LogReader::isOpen)) {
        task.pulse().ask(now);
        if (quietMillis(devEui, now) >= 0) {
          seen.looked(logsOfDevice, now);
        }
      }
    }
  }

  /** Whether there are more devices than places. */
  boolean isCrowded() {
    return scheduler.devices() > budget.places();
  }

  /** Assigns places to devices, and withdraws them. */
  void plan(long now) {
    while (!leaving.isEmpty() && leaving.peekFirst() <= now) {
      leaving.removeFirst();
    }
    for (String due = seen.nextToLookAt(now); due != null; due = seen.nextToLookAt(now)) {
      scheduler.sighted(due, true);
    }
    StreamScheduler.Plan plan =
        scheduler.plan(budget.places(), leaving.size(), now, devEui -> quietMillis(devEui, now));
    for (String devEui : plan.close()) {
      if (quietMillis(devEui, now) > StreamScheduler.READING) {
        seen.left(followed.logsOf(devEui), now);
      }
      close(devEui, now);
    }
    for (String devEui : plan.open()) {
      followed.add(devEui, logs.stream().map(log -> newFollower(devEui, log)).toList());
    }
  }

  private long quietMillis(String devEui, long now) {
    return followed.quietMillis(devEui, seen.wanted(devEui), now);
  }

  private LogReader newFollower(String devEui, LogKind log) {
    LogReader follower = new LogReader(devEui, log, timing, task);
    seen.opened(follower);
    return follower;
  }

  private List<LogReader> close(String devEui, long now) {
    List<LogReader> closed = followed.remove(devEui);
    boolean wereOpen = false;
    for (LogReader follower : closed) {
      wereOpen |= follower.close(now);
    }
    seen.closed(closed);
    if (wereOpen && timing.pool().release() > 0) {
      leaving.addLast(now + timing.pool().release());
    }
    return closed;
  }

  /** Opens streams that are due, up to a number. Returns how many it has opened. */
  int open(int most, long now) {
    int opened = 0;
    boolean waiting = ends.isUndecided();
    boolean mayOpen = budget.mayOpen(now) && !waiting;
    for (List<LogReader> logsOfDevice : followed.all()) {
      for (LogReader follower : logsOfDevice) {
        if (mayOpen && opened < most && follower.dueToOpen(now)) {
          opened++;
          open(follower, now);
        }
        waiting |= !follower.isOpen() && follower.state() != LogReader.State.REFUSED;
      }
    }
    if (announce && !waiting && followed.size() > 0) {
      announce = false;
      task.report().opened(logs, openStreams(), followed.size(), scheduler.devices(), now);
    }
    return opened;
  }

  private void open(LogReader follower, long now) {
    int number = follower.opening(now);
    LogListener listener =
        new LogListener() {
          @Override
          public void onOpen() {
            long at = task.clock().getAsLong();
            task.thread().execute(() -> sent(follower, number, at));
          }

          @Override
          public void onAnswer() {
            long at = task.clock().getAsLong();
            task.thread().execute(() -> answered(follower, number, at));
          }

          @Override
          public void onEntry(LogEntry entry) {
            long at = task.clock().getAsLong();
            task.thread().execute(() -> entry(follower, number, entry, at));
          }

          @Override
          public void onEnd(ApiException reason) {
            task.thread().execute(() -> ended(follower, number, reason));
          }
        };
    follower.opened(task.chirpStack().open(follower.log(), follower.devEui(), listener), now);
    noteStall(follower);
  }

  /**
   * @param at when the transport said so: what waits for this thread does not wait for the server
   */
  private void sent(LogReader follower, int number, long at) {
    if (follower.isCurrent(number)) {
      follower.sent(at, task.clock().getAsLong());
    }
  }

  private void answered(LogReader follower, int number, long at) {
    if (follower.isCurrent(number)) {
      follower.answered(at);
    }
  }

  private void entry(LogReader follower, int number, LogEntry entry, long at) {
    long now = task.clock().getAsLong();
    task.pulse().sign(now);
    task.signals().heard(entry);
    if (follower.isCurrent(number)) {
      follower.answered(at);
      follower.entry(entry, now);
      noteStall(follower);
    }
  }

  private void ended(LogReader follower, int number, ApiException reason) {
    if (!follower.isCurrent(number)) {
      return;
    }
    long now = task.clock().getAsLong();
    boolean busy = reason.kind() == FailureKind.BUSY;
    EndsTogether.End end =
        new EndsTogether.End(follower, reason, busy, follower.heard(), follower.openedAt(), now);
    switch (reason.kind()) {
      case BUSY -> {
        follower.retry(now);
        if (timing.pool().forEachLog()) {
          ends.add(end);
        } else {
          refused(end, now);
        }
      }
      case TRANSIENT, IN_DOUBT, CODEC_TIMEOUT, TOKEN_REFUSED -> {
        ends.add(end);
        follower.retry(now);
        retried(follower, reason, now);
      }
      case NOT_PERMITTED, BAD_REQUEST -> {
        follower.refuse();
        task.report().refused(follower, reason, now);
      }
      case WRONG_SERVER, UNUSABLE_SERVER, READ_ONLY ->
          task.queue().fail(new ConnectException(reason.getMessage(), reason));
    }
  }

  private void retried(LogReader follower, ApiException reason, long now) {
    boolean usual = task.report().ended(follower, reason, now);
    announce |= task.server().isUp() && !usual;
    task.server().trouble(reason);
  }

  /** The server had no room, unless its Redis has failed. */
  private void noRoom(EndsTogether.End end, long now) {
    // A stream that has delivered entries had its connection.
    if (end.heard() || ends.endedWithOthers(end)) {
      retried(
          end.follower(),
          new ApiException(
              FailureKind.TRANSIENT,
              "streams ended in the same instant though they were opened at different times: the server's Redis is away, or was"
                  + " restarted",
              end.reason()),
          now);
    } else {
      refused(end, now);
    }
  }

  /** The server works, but it is asked for too much, by this connector or by others. */
  private void refused(EndsTogether.End end, long now) {
    int before = budget.places();
    LogReader follower = end.follower();
    task.metrics().streamRefused();
    budget.refused(end.openedAt(), followed.working(now), now);
    if (budget.places() < before) {
      task.report().lessRoom(logs, budget.places(), budget.limit(), end.reason());
    } else if (before == 1) {
      task.report().noRoom(follower, end.reason(), now);
    }
    String devEui = follower.devEui();
    List<LogReader> logsOfDevice = followed.logsOf(devEui);
    if (logsOfDevice.contains(follower) && logsOfDevice.stream().noneMatch(LogReader::hasBacklog)) {
      scheduler.giveBack(devEui);
      close(devEui, now);
    }
  }

  private void noteStall(LogReader follower) {
    if (follower.isStalled()) {
      stalled.add(follower);
    }
  }

  /** There is room in the record queue. */
  void drain(long now) {
    Iterator<LogReader> each = stalled.iterator();
    while (each.hasNext() && task.queue().hasRoom()) {
      if (each.next().drain(now)) {
        each.remove();
      }
    }
  }

  /** Streams that wait for room in the record queue. */
  int stalled() {
    return stalled.size();
  }

  /** Streams that still replay entries from before their opening. */
  long catchingUp() {
    return followed.catchingUp();
  }

  long openStreams() {
    return followed.openStreams();
  }

  /** Streams whose opening the server has not answered. */
  int unanswered(long now) {
    return followed.unanswered(now);
  }
}
