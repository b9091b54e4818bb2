package io.github.chirpconnect.source.inventory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Devices that are gone and whose position in their logs is kept: one that comes back, because an
 * application is read again or a deletion was undone, goes on from there. Not thread-safe.
 */
final class Departures {
  private final Map<String, Instant> since;

  /**
   * @param known from before
   */
  Departures(Map<String, Instant> known) {
    this.since = new HashMap<>(known);
  }

  void left(String devEui, Instant now) {
    since.put(devEui, now);
  }

  /** The device is there. */
  void returned(String devEui) {
    since.remove(devEui);
  }

  /** Forgets those that left before a time; returns them. */
  List<String> forget(Instant before) {
    List<String> due = new ArrayList<>();
    since.forEach(
        (devEui, left) -> {
          if (left.isBefore(before)) {
            due.add(devEui);
          }
        });
    due.forEach(since::remove);
    return due;
  }
}
