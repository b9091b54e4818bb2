package io.github.chirpconnect.source.inventory;

import io.github.chirpconnect.api.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * Chooses the device whose downlink queue is read next. A server returns the queue of one device
 * per call, so most devices wait for a slow round through all of them. After each walk, devices
 * whose queue has probably changed come first: those with waiting downlinks, those that were heard
 * (a class A device then receives its downlinks), and new ones. While such devices wait, every
 * fifth turn still belongs to the round, which would otherwise stop in a busy network.
 *
 * <p>Only devices that the last complete walk found are read: for any other device, an empty answer
 * may come from an empty database.
 *
 * <p>Not thread-safe. Times are milliseconds of a clock that never runs backwards.
 */
final class QueueTurns {
  /** Urgent devices in a row before the round gets a turn. */
  static final int URGENT_IN_A_ROW = 4;

  private static final class Device {
    private Place place;
    private int walk;
    private boolean active;
    private long askedAt = Long.MIN_VALUE;
  }

  private final long intervalMs;
  private final DoubleSupplier random;
  private final Map<String, Device> devices = new HashMap<>();
  private final Set<String> urgent = new LinkedHashSet<>();
  private final Set<String> failed = new LinkedHashSet<>();

  /** Complete walks. */
  private int walks;

  private List<String> round = List.of();
  private int position;
  private boolean inRound;
  private boolean roundsBegan;
  private long roundStartedAt;
  private long roundTookMs;
  private int urgentInARow;

  /**
   * @param intervalMs from the start of a round to that of the next, unless a round takes longer
   * @param random where the first round begins, so that a task that is restarted often does not
   *     read the same devices each time
   */
  QueueTurns(long intervalMs, DoubleSupplier random) {
    this.intervalMs = intervalMs;
    this.random = random;
  }

  /** A walk found a device. */
  void listed(String id, Place place, boolean active) {
    Device device = devices.get(id);
    if (device == null) {
      device = new Device();
      devices.put(id, device);
      device.active = walks > 0;
    }
    device.place = place;
    device.walk = walks;
    device.active |= active;
  }

  /**
   * The walk is complete.
   *
   * @param waiting devices with waiting downlinks
   */
  void walked(Collection<String> waiting) {
    walks++;
    urgent.removeIf(id -> !isListed(id));
    addListed(failed);
    failed.clear();
    addListed(waiting);
    devices.forEach(
        (id, device) -> {
          if (device.active && isListed(device)) {
            urgent.add(id);
          }
          device.active = false;
        });
  }

  private void addListed(Collection<String> ids) {
    ids.stream().filter(this::isListed).forEach(urgent::add);
  }

  /** A device is deleted. */
  void gone(String id) {
    devices.remove(id);
    urgent.remove(id);
    failed.remove(id);
  }

  /** A device could not be read; it is read again after the next walk. */
  void failed(String id) {
    failed.add(id);
  }

  /** The place of a device; null if it was deleted. */
  Place place(String id) {
    Device device = devices.get(id);
    return device == null ? null : device.place;
  }

  /** The device to read now; null if none is due. */
  String next(long now) {
    beginRound(now);
    boolean roundFirst = urgentInARow >= URGENT_IN_A_ROW;
    String id = roundFirst ? ofRound(now) : null;
    if (id != null) {
      urgentInARow = 0;
    } else if (!urgent.isEmpty()) {
      id = urgent.iterator().next();
      urgent.remove(id);
      urgentInARow++;
    } else if (!roundFirst) {
      id = ofRound(now);
    }
    if (id != null) {
      devices.get(id).askedAt = now;
    }
    return id;
  }

  private void beginRound(long now) {
    if (!inRound && untilRound(now) == 0) {
      round = new ArrayList<>(devices.keySet());
      Collections.rotate(round, (int) (random.getAsDouble() * round.size()));
      position = 0;
      inRound = true;
      roundsBegan = true;
      roundStartedAt = now;
    }
  }

  /** The next device of the round that was not read since the round began. */
  private String ofRound(long now) {
    while (position < round.size()) {
      String id = round.get(position++);
      Device device = devices.get(id);
      if (device != null && isListed(device) && device.askedAt < roundStartedAt) {
        urgent.remove(id);
        return id;
      }
    }
    if (inRound) {
      inRound = false;
      round = List.of();
      position = 0;
      roundTookMs = now - roundStartedAt;
    }
    return null;
  }

  /** Milliseconds until the next round may begin; endless before the first walk. */
  long untilRound(long now) {
    if (walks == 0) {
      return Long.MAX_VALUE;
    }
    return roundsBegan ? Math.max(0, roundStartedAt + intervalMs - now) : 0;
  }

  /** How long the last complete round took; 0 before. */
  long roundTookMs() {
    return roundTookMs;
  }

  int devices() {
    return devices.size();
  }

  private boolean isListed(String id) {
    Device device = devices.get(id);
    return device != null && isListed(device);
  }

  private boolean isListed(Device device) {
    return device.walk >= walks - 1;
  }
}
