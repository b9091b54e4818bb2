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
 * Compares each walk with earlier ones and finds the entities that are new, have changed, were
 * active, or are deleted.
 *
 * <p>ChirpStack has no change feed, and a deletion leaves no trace. An entity counts as deleted if
 * two complete walks in a row did not find it. But a wrong URL, an empty database or an unknown
 * application also answers normally, with nothing. So if more than a set share of all known
 * entities, including those of other tasks, is missing at once, none of them counts as deleted. One
 * entity always may be deleted, so that small networks can shrink, unless the walk found nothing of
 * any feed.
 *
 * <p>Not thread-safe.
 */
final class InventoryDiff {
  /** A new entity counts as active if it was seen at most this long ago. */
  private static final Duration LATELY = Duration.ofMinutes(10);

  /** How many walks in a row must miss an entity. */
  private static final int MISSES = 2;

  /**
   * What is new about an entity.
   *
   * @param id the instance of the text to keep: shared by all who keep it, where each walk brings
   *     another
   * @param active its {@code last_seen_at} has changed since the last walk
   * @param changed its fingerprint differs from the known one
   */
  record Change(String id, boolean active, boolean changed) {}

  /**
   * The entities of this task that a walk did not find.
   *
   * @param gone those that count as deleted; they are forgotten here
   * @param withheld those that were missed twice, when too many are missing at once
   * @param missing the number of entities of all tasks that were missed twice
   * @param known the number of entities of all tasks, including missing ones
   */
  record Missing(List<String> gone, List<String> withheld, int missing, int known) {}

  private static final class Known {
    private final String id;
    private String fingerprint;
    private Instant lastSeenAt;
    private boolean met;
    private int walk;
    private int misses;

    private Known(String id) {
      this.id = id;
    }
  }

  private final double maxShare;
  private final Headcount all;
  private final Map<String, Known> entities = new HashMap<>();
  private int walk;
  private int mine;

  /**
   * @param ledger this task's entities and their fingerprints, known from earlier tasks
   * @param everybody entities of all tasks, known from earlier tasks
   * @param maxShare the share of the known entities that may be deleted at once, 0 to 1
   */
  InventoryDiff(Map<String, String> ledger, Collection<String> everybody, double maxShare) {
    this.maxShare = maxShare;
    this.all = new Headcount(MISSES, everybody);
    ledger.forEach(
        (id, fingerprint) -> {
          Known known = new Known(id);
          known.fingerprint = fingerprint;
          entities.put(id, known);
        });
  }

  void begin() {
    walk++;
    mine = 0;
    all.begin();
  }

  /** The walk found an entity of any task. */
  void listed(String id) {
    all.see(id);
  }

  Change see(String id, Instant lastSeenAt, String fingerprint, Instant now) {
    Known known = entities.computeIfAbsent(id, Known::new);
    boolean active = active(known, lastSeenAt, now);
    boolean changed = !fingerprint.equals(known.fingerprint);
    if (known.walk != walk) {
      mine++;
    }
    if (changed) {
      // Else it is the ledger's own text, which would be there twice.
      known.fingerprint = fingerprint;
    }
    if (!Objects.equals(lastSeenAt, known.lastSeenAt)) {
      known.lastSeenAt = lastSeenAt;
    }
    known.met = true;
    known.walk = walk;
    known.misses = 0;
    return new Change(known.id, active, changed);
  }

  private static boolean active(Known known, Instant lastSeenAt, Instant now) {
    if (lastSeenAt == null) {
      return false;
    }
    return known.met
        ? !Objects.equals(lastSeenAt, known.lastSeenAt)
        : lastSeenAt.isAfter(now.minus(LATELY));
  }

  /** What a look between two walks shows about an entity. */
  enum Sighting {
    /** No walk has found it yet, or not for this task. */
    STRANGE,
    /** This time or a later one was known. */
    KNOWN,
    /** It was seen later than known. */
    LATER
  }

  /** A look between two walks has found when an entity was seen. */
  Sighting sighted(String id, Instant lastSeenAt) {
    Known known = entities.get(id);
    if (known == null || !known.met) {
      return Sighting.STRANGE;
    }
    if (known.lastSeenAt != null && !lastSeenAt.isAfter(known.lastSeenAt)) {
      return Sighting.KNOWN;
    }
    known.lastSeenAt = lastSeenAt;
    return Sighting.LATER;
  }

  /** The shared instance of a known entity's id, as in {@link Change}. */
  String kept(String id) {
    return entities.get(id).id;
  }

  /**
   * The walk is complete.
   *
   * @param empty it found nothing of any feed: the database may be empty or the server wrong
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
    // So that a share of 0.29 of 100 is 29 in floating point as well.
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
