package io.github.chirpconnect.source.inventory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Compares each walk through the inventory with the ones before: which entities are new, have
 * changed, were active, are gone.
 *
 * <p>ChirpStack has no change feed, and deletes leave no trace. An entity is gone when two complete
 * walks in a row did not find it. But a wrong URL, an empty database or an unknown application
 * answer in good order, too, with nothing: so when more than a set share of all known entities,
 * those of other tasks among them, is missing at once, none of them is called gone. One entity
 * always may be, so that small networks can shrink, unless the walk found nothing at all, of any
 * feed.
 *
 * <p>Not thread-safe.
 */
final class InventoryDiff {
  /** An entity met for the first time counts as active when it was seen this shortly ago. */
  private static final Duration LATELY = Duration.ofMinutes(10);

  /** Walks in a row that must miss an entity. */
  private static final int MISSES = 2;

  /**
   * What is new about an entity.
   *
   * @param active its {@code last_seen_at} has moved since the last walk
   * @param changed its fingerprint is not the one known
   */
  record Change(boolean active, boolean changed) {}

  /**
   * What a walk did not find of this task's entities.
   *
   * @param gone to be taken for deleted, and not known any more
   * @param withheld missing twice as well, but too many at once
   * @param missing entities of all tasks that are missing twice
   * @param known entities of all tasks, those that are missing included
   */
  record Missing(List<String> gone, List<String> withheld, int missing, int known) {}

  private static final class Known {
    private String fingerprint;
    private Instant lastSeenAt;
    private boolean met;
    private int walk;
    private int misses;
  }

  private final double maxShare;
  private final Headcount all;
  private final Map<String, Known> entities = new HashMap<>();
  private int walk;
  private int mine;

  /**
   * @param ledger this task's entities and their fingerprints, known from before
   * @param everybody entities of all tasks known from before
   * @param maxShare of the known entities that may be gone at once, 0 to 1
   */
  InventoryDiff(Map<String, String> ledger, Collection<String> everybody, double maxShare) {
    this.maxShare = maxShare;
    this.all = new Headcount(MISSES, everybody);
    ledger.forEach(
        (id, fingerprint) -> {
          Known known = new Known();
          known.fingerprint = fingerprint;
          entities.put(id, known);
        });
  }

  void begin() {
    walk++;
    mine = 0;
    all.begin();
  }

  /** The walk found an entity, of this task or not. */
  void listed(String id) {
    all.see(id);
  }

  Change see(String id, Instant lastSeenAt, String fingerprint, Instant now) {
    Known known = entities.computeIfAbsent(id, unused -> new Known());
    boolean active = active(known, lastSeenAt, now);
    boolean changed = !fingerprint.equals(known.fingerprint);
    if (known.walk != walk) {
      mine++;
    }
    known.fingerprint = fingerprint;
    known.lastSeenAt = lastSeenAt;
    known.met = true;
    known.walk = walk;
    known.misses = 0;
    return new Change(active, changed);
  }

  private static boolean active(Known known, Instant lastSeenAt, Instant now) {
    if (lastSeenAt == null) {
      return false;
    }
    return known.met
        ? !Objects.equals(lastSeenAt, known.lastSeenAt)
        : lastSeenAt.isAfter(now.minus(LATELY));
  }

  /**
   * The walk was complete.
   *
   * @param empty it found nothing of any feed, as an empty database and a wrong server would have
   *     it
   */
  Missing end(boolean empty) {
    List<String> missing = new ArrayList<>();
    entities.forEach(
        (id, known) -> {
          if (known.walk != walk && ++known.misses >= MISSES) {
            missing.add(id);
          }
        });
    all.end();
    int known = all.known();
    int missingOfAll = all.missing();
    if (missingOfAll > mayBeGone(known, empty)) {
      return new Missing(List.of(), missing, missingOfAll, known);
    }
    all.forgetMissing();
    missing.forEach(entities::remove);
    return new Missing(missing, List.of(), missingOfAll, known);
  }

  private int mayBeGone(int known, boolean empty) {
    // A share of 0.29 of 100 is 29, whatever floating point makes of it.
    int share = (int) (maxShare * known + 1e-9);
    return maxShare > 0 && !empty ? Math.max(1, share) : share;
  }

  int listed() {
    return all.seen();
  }

  /** Entities of this task that the walk found. */
  int mine() {
    return mine;
  }
}
