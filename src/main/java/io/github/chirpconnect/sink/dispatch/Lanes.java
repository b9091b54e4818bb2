package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Predicate;

/**
 * One lane per target. The commands of a lane go one after the other in order of arrival; lanes go
 * in parallel and take turns. Pure bookkeeping; the caller passes the time.
 */
public final class Lanes {
  private final Map<Target, Lane> lanes = new HashMap<>();
  private final Deque<Lane> ready = new ArrayDeque<>();
  private final Queue<Lane> delayed = new PriorityQueue<>(Comparator.comparingLong(Lane::due));
  private long turns;
  private final Deque<Lane> held = new ArrayDeque<>();
  private int size;
  private int out;

  /** Puts a command at the end of its target's lane. */
  public void add(PendingCommand pending) {
    Lane lane = lanes.computeIfAbsent(pending.target(), target -> new Lane());
    lane.commands.add(pending);
    size++;
    if (!lane.out && lane.commands.size() == 1) {
      queue(lane);
    }
  }

  /**
   * Takes the first command of the next lane. The lane stands still until {@link #again} or {@link
   * #finished}.
   *
   * @param permitted a command that is not permitted holds its lane until {@link #release}
   * @return null when no lane can continue now
   */
  PendingCommand next(long now, Predicate<PendingCommand> permitted) {
    takeTurns(now);
    while (!ready.isEmpty()) {
      Lane lane = ready.remove();
      PendingCommand pending = lane.commands.peek();
      if (pending == null) {
        continue; // its partition was revoked
      }
      if (pending.due() > now) {
        queue(lane);
      } else if (!permitted.test(pending)) {
        held.add(lane);
      } else {
        lane.out = true;
        out++;
        return pending;
      }
    }
    return null;
  }

  /** Of the lanes that are due, the one that has waited longest goes first. */
  private void takeTurns(long now) {
    List<Lane> due = new ArrayList<>();
    while (!delayed.isEmpty() && delayed.peek().due() <= now) {
      due.add(delayed.remove());
    }
    due.sort(Comparator.comparingLong(lane -> lane.turn));
    ready.addAll(due);
  }

  /** The command stays the first of its lane; another call follows when it is due. */
  void again(PendingCommand pending) {
    Lane lane = backFrom(pending);
    if (pending.abandoned()) {
      remove(lane, pending);
    }
    queueOrForget(lane, pending);
  }

  /** The command has an outcome; the next of its lane follows. */
  void finished(PendingCommand pending) {
    Lane lane = backFrom(pending);
    remove(lane, pending);
    queueOrForget(lane, pending);
  }

  /** Lets held lanes try again. */
  public void release() {
    ready.addAll(held);
    held.clear();
  }

  /** Drops abandoned commands; those with a call in flight when it ends. */
  void dropAbandoned() {
    for (Lane lane : List.copyOf(lanes.values())) {
      PendingCommand first = lane.out ? lane.commands.remove() : null;
      int before = lane.commands.size();
      lane.commands.removeIf(PendingCommand::abandoned);
      size -= before - lane.commands.size();
      if (first != null) {
        lane.commands.addFirst(first);
      }
    }
    lanes.values().removeIf(lane -> lane.commands.isEmpty());
  }

  /** Restarts the retry timeout of all commands. */
  public void forgive() {
    lanes.values().forEach(lane -> lane.commands.forEach(PendingCommand::forgive));
  }

  /** Waiting commands, without those that have a call in flight. */
  public int waiting() {
    return size - out;
  }

  /** Calls in flight. */
  public int out() {
    return out;
  }

  /** Whether lanes stand still because their first command is not permitted. */
  public boolean holding() {
    return !held.isEmpty();
  }

  /** Milliseconds until the next lane is due; 0 when one is. */
  public long untilNextDue(long now) {
    if (!ready.isEmpty()) {
      return 0;
    }
    return delayed.isEmpty() ? Long.MAX_VALUE : Math.max(0, delayed.peek().due() - now);
  }

  /** The commands behind a command in its lane, in order. */
  List<PendingCommand> after(PendingCommand pending) {
    return lane(pending).commands.stream().skip(1).toList();
  }

  private Lane backFrom(PendingCommand pending) {
    Lane lane = lane(pending);
    lane.out = false;
    out--;
    return lane;
  }

  private Lane lane(PendingCommand pending) {
    Lane lane = lanes.get(pending.target());
    if (lane == null || lane.commands.peek() != pending) {
      throw new IllegalStateException(pending.position() + " is not the first of its lane");
    }
    return lane;
  }

  private void remove(Lane lane, PendingCommand pending) {
    lane.commands.remove(pending);
    size--;
  }

  private void queueOrForget(Lane lane, PendingCommand last) {
    if (lane.commands.isEmpty()) {
      lanes.remove(last.target());
    } else {
      queue(lane);
    }
  }

  private void queue(Lane lane) {
    lane.queuedFor = lane.commands.element().due();
    lane.turn = ++turns;
    delayed.add(lane);
  }

  private static final class Lane {
    private final Deque<PendingCommand> commands = new ArrayDeque<>();
    private boolean out;
    private long queuedFor;
    private long turn;

    /** Fixed while the lane is queued, so that the order of the queue stays valid. */
    long due() {
      return queuedFor;
    }
  }
}
