package io.github.chirpconnect.source;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.ToLongFunction;

/**
 * Decides which devices have open streams, when there may be fewer streams than devices.
 *
 * <p>While all devices fit, all have streams. Beyond that, an eighth of the places (at least one)
 * is for visits: every device without a stream gets one in turn, until its replay is over, so that
 * joins, acknowledgements and class C traffic, which do not count as having been seen, are found
 * too. The other places go to devices that were active since the last look at the inventory, first
 * come, first served. Nobody loses a place that nobody else can use.
 *
 * <p>Not thread-safe.
 */
final class StreamScheduler {
  /**
   * An active device that was quiet for so long makes room for another active one: its receive
   * windows are over.
   */
  static final long YIELD_TO_ACTIVE_MS = 5_000;

  /** An active device that was quiet for so long makes room for a visit. */
  static final long YIELD_TO_VISIT_MS = 60_000;

  /** What to open and to close now. */
  record Plan(List<String> open, List<String> close) {
    private static final Plan NOTHING = new Plan(List.of(), List.of());
  }

  private enum Reason {
    ACTIVE,
    VISIT
  }

  private final IntSupplier slots;
  private final Set<String> devices = new HashSet<>();
  private final Map<String, Reason> open = new LinkedHashMap<>();
  private final Set<String> active = new LinkedHashSet<>();
  private final Set<String> others = new LinkedHashSet<>();
  private boolean visitIsNext;

  /**
   * @param slots devices that may have streams at once, at least 1; asked for once there are
   *     devices
   */
  StreamScheduler(IntSupplier slots) {
    this.slots = slots;
  }

  /** A device is listed; active if it was seen since the last look. */
  void sighted(String device, boolean isActive) {
    if (devices.add(device)) {
      (isActive ? active : others).add(device);
    } else if (isActive) {
      if (open.containsKey(device)) {
        open.put(device, Reason.ACTIVE);
      } else if (others.remove(device)) {
        active.add(device);
      }
    }
  }

  void remove(String device) {
    devices.remove(device);
    open.remove(device);
    active.remove(device);
    others.remove(device);
  }

  boolean allFit() {
    return devices.size() <= slots.getAsInt();
  }

  int devices() {
    return devices.size();
  }

  /**
   * @param quiet how long a device with streams has been silent, in milliseconds; negative while
   *     its replay is not over
   */
  Plan plan(ToLongFunction<String> quiet) {
    if (active.isEmpty() && others.isEmpty()) {
      return Plan.NOTHING;
    }
    List<String> opened = new ArrayList<>();
    if (allFit()) {
      grant(active, active.size(), Reason.ACTIVE, opened);
      grant(others, others.size(), Reason.ACTIVE, opened);
      return new Plan(opened, List.of());
    }
    int visits = Math.min(others.size(), Math.max(0, placesForVisits() - visiting(quiet)));
    List<String> closed = release(visits, quiet);
    grant(others, Math.min(visits, free()), Reason.VISIT, opened);
    grant(active, Math.min(active.size(), free()), Reason.ACTIVE, opened);
    others.addAll(closed);
    return new Plan(opened, closed);
  }

  private int placesForVisits() {
    if (slots.getAsInt() == 1) {
      return visitIsNext || active.isEmpty() ? 1 : 0;
    }
    return Math.max(1, slots.getAsInt() / 8);
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

  private int free() {
    return Math.max(0, slots.getAsInt() - open.size());
  }

  private List<String> release(int visits, ToLongFunction<String> quiet) {
    List<String> closed = new ArrayList<>();
    for (Reason reason : List.of(Reason.VISIT, Reason.ACTIVE)) {
      Iterator<Map.Entry<String, Reason>> each = open.entrySet().iterator();
      while (each.hasNext() && slots.getAsInt() - open.size() < visits + active.size()) {
        Map.Entry<String, Reason> one = each.next();
        if (one.getValue() == reason && yields(reason, quiet.applyAsLong(one.getKey()), visits)) {
          closed.add(one.getKey());
          each.remove();
        }
      }
    }
    return closed;
  }

  private boolean yields(Reason reason, long quiet, int visits) {
    if (reason == Reason.VISIT) {
      return quiet >= 0;
    }
    boolean placesMissForActive = slots.getAsInt() - open.size() - visits < active.size();
    return quiet
        >= (placesMissForActive && !active.isEmpty() ? YIELD_TO_ACTIVE_MS : YIELD_TO_VISIT_MS);
  }

  private void grant(Set<String> waiting, int count, Reason reason, List<String> opened) {
    Iterator<String> each = waiting.iterator();
    for (int i = 0; i < count; i++) {
      String device = each.next();
      each.remove();
      open.put(device, reason);
      opened.add(device);
      visitIsNext = reason == Reason.ACTIVE;
    }
  }
}
