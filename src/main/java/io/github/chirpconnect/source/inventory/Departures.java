package io.github.chirpconnect.source.inventory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Deleted entities whose position in their logs is kept. If one returns, because its application is
 * read again or it was created again, its logs continue from there. Not thread-safe.
 */
final class Departures {
  private final Map<String, Instant> since;

  /**
   * @param known from before
   */
  Departures(Map<String, Instant> known) {
    this.since = new HashMap<>(known);
  }

  void left(String id, Instant now) {
    since.put(id, now);
  }

  /** The entity exists. */
  void returned(String id) {
    since.remove(id);
  }

  /** Forgets the entities that were deleted before a time, and returns them. */
  List<String> forget(Instant before) {
    List<String> due = new ArrayList<>();
    since.forEach(
        (id, left) -> {
          if (left.isBefore(before)) {
            due.add(id);
          }
        });
    due.forEach(since::remove);
    return due;
  }
}
