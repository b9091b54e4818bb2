package io.github.chirpconnect.source.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Decides which devices have open streams if there are fewer streams than devices.
 *
 * <p>While all devices fit, all have streams. Beyond that, an eighth of the places (at least one)
 * is for visits: every device without a stream gets one in turn, until its replay is over. So
 * joins, acknowledgements and class C traffic are found too, which do not change when a device was
 * last seen. The other places go to devices that were active lately, in the order of arrival; those
 * whose activity an earlier task has read come after the others. Each keeps its place until another
 * device needs it, and then until it was read or has shown what it was active for. No device loses
 * a place that no other can use.
 *
 * <p>Not thread-safe.
 */
final class StreamScheduler {
  /**
   * The device has shown what it was active for, and more may follow: it makes room for another
   * active device.
   */
  static final long SHOWN = -1;

  /** The device is still being read; it makes room only if there are too few places. */
  static final long READING = -2;

  /** The device cannot make room now. */
  static final long PINNED = -3;

  /** One of this many places is for visits; with a single place, one of this many turns. */
  private static final int SHARE = 8;

  /** What to open and to close now. */
  record Plan(List<String> open, List<String> close) {
    private static final Plan NOTHING = new Plan(List.of(), List.of());
  }

  private enum Reason {
    ACTIVE,
    VISIT
  }

  private final StreamTiming timing;
  private final long visitEvery;
  private final Map<String, Reason> open = new LinkedHashMap<>();
  private final Set<String> active = new LinkedHashSet<>();
  private final Set<String> activeBefore = new LinkedHashSet<>();
  private final Set<String> others = new LinkedHashSet<>();

  /** Places given to active devices since the last visit. */
  private int sinceVisit;

  private long nextVisit = Long.MIN_VALUE;

  /**
   * @param tasks how many share the pace of visits
   */
  StreamScheduler(StreamTiming timing, int tasks) {
    this.timing = timing;
    this.visitEvery = timing.turns().visitEvery() * tasks;
  }

  /** A device is listed; active if it was seen since the last look. */
  void sighted(String device, boolean isActive) {
    if (!knows(device)) {
      (isActive ? active : others).add(device);
    } else if (isActive) {
      if (open.containsKey(device)) {
        open.put(device, Reason.ACTIVE);
      } else if (others.remove(device) || activeBefore.remove(device)) {
        active.add(device);
      }
    }
  }

  /** A device is listed that was active, but what it was active for has probably been read. */
  void sightedAgain(String device) {
    if (!knows(device)) {
      activeBefore.add(device);
    }
  }

  boolean knows(String device) {
    return open.containsKey(device)
        || active.contains(device)
        || activeBefore.contains(device)
        || others.contains(device);
  }

  void remove(String device) {
    open.remove(device);
    active.remove(device);
    activeBefore.remove(device);
    others.remove(device);
  }

  /** A device could not be read: it loses its place and waits for one as before. */
  void giveBack(String device) {
    Reason reason = open.remove(device);
    if (reason != null) {
      (reason == Reason.ACTIVE ? active : others).add(device);
    }
  }

  int devices() {
    return open.size() + waiting() + others.size();
  }

  /** Active devices without a place. */
  private int waiting() {
    return active.size() + activeBefore.size();
  }

  /**
   * @param places devices that may have streams at once, at least 1
   * @param leaving places that are free in name only: what held them is still being let go
   * @param quiet how long a device with streams that was read has been silent, in milliseconds;
   *     before that {@link #READING}, {@link #SHOWN} or {@link #PINNED}
   */
  Plan plan(int places, int leaving, long now, ToLongFunction<String> quiet) {
    List<String> closed = displace(open.size() - places, quiet);
    if (waiting() == 0 && others.isEmpty()) {
      return Plan.NOTHING;
    }
    List<String> opened = new ArrayList<>();
    if (devices() <= places) {
      int usable = places - leaving - leavingOf(closed);
      grant(active, usable, Reason.ACTIVE, opened);
      grant(activeBefore, usable, Reason.ACTIVE, opened);
      grant(others, usable, Reason.ACTIVE, opened);
      return new Plan(opened, closed);
    }
    int visits = Math.min(visitsDue(now), placesForVisits(places) - visiting(quiet));
    visits = Math.max(0, Math.min(activeBefore.size() + others.size(), visits));
    List<String> released = release(places, visits, quiet);
    closed.addAll(released);
    int usable = places - leaving - leavingOf(closed);
    int visited = Math.min(usable, open.size() + visits);
    grant(activeBefore, visited, Reason.VISIT, opened);
    grant(others, visited, Reason.VISIT, opened);
    if (!opened.isEmpty()) {
      nextVisit = now + visitEvery;
    }
    grant(active, usable, Reason.ACTIVE, opened);
    grant(activeBefore, usable, Reason.ACTIVE, opened);
    others.addAll(released);
    return new Plan(opened, closed);
  }

  /** How many of the places that are vacated now can't be used at once. */
  private int leavingOf(List<String> closed) {
    return timing.pool().release() > 0 ? closed.size() : 0;
  }

  /**
   * The server has less room than before: quiet devices go first, the quietest before others, then
   * those being read.
   */
  private List<String> displace(int excess, ToLongFunction<String> quiet) {
    List<String> displaced = new ArrayList<>();
    if (excess > 0) {
      open.keySet().stream()
          .filter(device -> quiet.applyAsLong(device) != PINNED)
          .sorted((a, b) -> Long.compare(quiet.applyAsLong(b), quiet.applyAsLong(a)))
          .limit(excess)
          .forEach(displaced::add);
      for (String device : displaced) {
        if (quiet.applyAsLong(device) <= READING) {
          giveBack(device);
        } else {
          open.remove(device);
          others.add(device);
        }
      }
    }
    return displaced;
  }

  private int visitsDue(long now) {
    if (visitEvery == 0) {
      return Integer.MAX_VALUE;
    }
    return now >= nextVisit ? 1 : 0;
  }

  private int placesForVisits(int places) {
    if (places == 1) {
      return sinceVisit >= SHARE - 1 || waiting() == 0 ? 1 : 0;
    }
    return Math.max(1, places / SHARE);
  }

  private int visiting(ToLongFunction<String> quiet) {
    int visiting = 0;
    for (Map.Entry<String, Reason> one : open.entrySet()) {
      if (one.getValue() == Reason.VISIT && quiet.applyAsLong(one.getKey()) < 0) {
        visiting++;
      }
    }
    return visiting;
  }

  /** Chooses devices that make room for visits and for waiting active devices. */
  private List<String> release(int places, int visits, ToLongFunction<String> quiet) {
    List<String> closed = new ArrayList<>();
    int visitsToOthers = Math.max(0, visits - activeBefore.size());
    int missing = visitsToOthers + waiting() - (places - open.size());
    if (missing > 0) {
      longestQuiet(Reason.VISIT, 0, quiet).limit(missing).forEach(closed::add);
      long enough = waiting() == 0 ? timing.turns().yieldToVisit() : SHOWN;
      longestQuiet(Reason.ACTIVE, enough, quiet)
          .limit(missing - closed.size())
          .forEach(closed::add);
      closed.forEach(open::remove);
    }
    return closed;
  }

  private Stream<String> longestQuiet(Reason reason, long enough, ToLongFunction<String> quiet) {
    record Quiet(String device, long millis) {}
    return open.entrySet().stream()
        .filter(one -> one.getValue() == reason)
        .map(one -> new Quiet(one.getKey(), quiet.applyAsLong(one.getKey())))
        .filter(one -> one.millis() >= enough)
        .sorted(Comparator.comparingLong(Quiet::millis).reversed())
        .map(Quiet::device);
  }

  /** Gives places to waiting devices, until {@code usable} places are taken. */
  private void grant(Set<String> waiting, int usable, Reason reason, List<String> opened) {
    Iterator<String> each = waiting.iterator();
    while (open.size() < usable && each.hasNext()) {
      String device = each.next();
      each.remove();
      open.put(device, reason);
      opened.add(device);
      sinceVisit = reason == Reason.ACTIVE ? sinceVisit + 1 : 0;
    }
  }
}
