package io.github.chirpconnect.source;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.EntryId.Sequenced;
import io.github.chirpconnect.api.LogEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides which entries of a device's log are new, and notices when some were lost.
 *
 * <p>A server has no way to resume: each stream replays what it keeps of the log, and that is
 * little. v4 sends ten entries at once, waits a second, sends the next ten, until it has caught up;
 * v3 sends all at once. Ids strictly increase within one log. So the ids of the last {@value
 * #REMEMBERED} entries passed on tell all there is to know:
 *
 * <ul>
 *   <li>The newest of them is replayed: the history is intact. What came before it was passed on,
 *       what follows is new.
 *   <li>The replay begins above it: a <em>gap</em>. Entries may have been trimmed ({@link
 *       #HISTORY_FULL}) or the log was emptied ({@link #CLEARED}); the first entry passed on says
 *       so.
 *   <li>The replay begins below it and does not contain it: another history ({@link #REPLACED}). If
 *       it shares ids with what was passed on, an older state was restored, and what is not
 *       remembered and not older than all that is remembered is new. If not, all of it is new: the
 *       log was lost and the clock set back.
 * </ul>
 *
 * <p>Not thread-safe. Times are milliseconds of one clock that never runs backwards.
 */
final class ReplayFilter {
  /** Entries remembered: more than a server with its default history ever replays (10 to 27). */
  static final int REMEMBERED = 32;

  /** Value of the gap header: the server keeps a limited history, and it is full. */
  static final String HISTORY_FULL = "history-full";

  /**
   * Value of the gap header: the log is shorter than its limit, so it was emptied or has expired.
   */
  static final String CLEARED = "cleared";

  /** Value of the gap header: the log is not the one that was read before. */
  static final String REPLACED = "replaced";

  /** As many entries after a gap mean that the history is full: servers keep ten by default. */
  private static final int FULL = 10;

  /** The first entry after a gap waits no longer for its header. */
  private static final long GAP_DECIDED_MS = 2_000;

  /** A replay brings ten entries in less than this, whatever the generation. */
  private static final long TEN_MS = 2_000;

  private static final long LIVE_MARGIN_MS = 3_000;

  /**
   * Entries held back until the history is known to be intact or not. A longer history is read
   * twice instead.
   */
  private static final int MAX_HELD = 256;

  /**
   * An entry to pass on.
   *
   * @param gap why entries may be missing before this one, or null
   * @param ids what to remember once this entry is stored, see {@link EntryIds}
   */
  record Passed(LogEntry entry, String gap, String ids) {}

  private enum Phase {
    /** Waiting for the newest remembered id. */
    SEARCHING,
    /**
     * The history begins above the newest remembered id; which gap header is right is not known
     * yet.
     */
    GAP,
    /** What is not remembered is new. */
    FLOWING
  }

  /**
   * What a history that was too long to hold turned out to be; applied when it is read again.
   *
   * @param oldest what is older was passed on long ago; null when nothing of the history was
   */
  private record Verdict(Set<EntryId> known, Sequenced oldest) {
    boolean isNew(EntryId id) {
      return !known.contains(id)
          && (oldest == null || !(id instanceof Sequenced one) || one.compareTo(oldest) > 0);
    }
  }

  private final StreamHabits habits;
  private final Deque<EntryId> remembered;
  private final List<LogEntry> held = new ArrayList<>();
  private final List<EntryId> recognised = new ArrayList<>();
  private Phase phase;
  private boolean below;
  private boolean overflowed;
  private boolean emptyReported;
  private Verdict verdict;
  private Verdict applied;
  private String dueGap;
  private int replayed;
  private long firstHeard;
  private long lastHeard;

  /**
   * @param saved ids passed on by earlier incarnations, newest last
   * @param habits how the server replays
   */
  ReplayFilter(List<EntryId> saved, StreamHabits habits) {
    this.habits = habits;
    this.remembered = new ArrayDeque<>(saved);
    opened(0);
  }

  /** A new stream was opened: its replay starts, whatever the last one had come to. */
  void opened(long now) {
    held.clear();
    recognised.clear();
    below = false;
    overflowed = false;
    replayed = 0;
    lastHeard = now;
    dueGap = verdict == null ? null : REPLACED;
    phase = remembered.isEmpty() || verdict != null ? Phase.FLOWING : Phase.SEARCHING;
    // For one reading only: what that passes on is remembered, and another stream starts from
    // there.
    applied = verdict;
    verdict = null;
  }

  /** We kept the server from sending until now, so silence before it means nothing. */
  void resumed(long now) {
    firstHeard = now;
    lastHeard = now;
  }

  List<Passed> entry(LogEntry entry, long now) {
    if (replayed++ == 0) {
      firstHeard = now;
    }
    lastHeard = now;
    if (wantsReplay()) {
      return List.of();
    }
    return switch (phase) {
      case FLOWING -> flow(entry);
      case GAP -> gap(entry);
      case SEARCHING -> search(entry);
    };
  }

  /** Time has passed: whatever the silence decides is decided. */
  List<Passed> tick(long now) {
    if (replayed == 0 || wantsReplay()) {
      return List.of();
    }
    return switch (phase) {
      case GAP -> quiet(now) || now - firstHeard >= GAP_DECIDED_MS ? begin(CLEARED) : List.of();
      case SEARCHING -> below && (quiet(now) || live(now)) ? anotherHistory() : List.of();
      case FLOWING -> List.of();
    };
  }

  /** Whether the replay is over and nothing is held back. */
  boolean settled(long now) {
    return quiet(now) && held.isEmpty() && !wantsReplay();
  }

  /**
   * Whether {@link #tick} may still decide something: entries were heard, and their meaning is
   * open.
   */
  boolean undecided() {
    return phase != Phase.FLOWING;
  }

  /**
   * The history was longer than what can be held and is not the one remembered: open the stream
   * once more.
   */
  boolean wantsReplay() {
    return verdict != null;
  }

  /**
   * Whether the log turned out to be empty although entries were read from it before. True once.
   */
  boolean foundEmpty(long now) {
    boolean empty =
        phase == Phase.SEARCHING && replayed == 0 && now - lastHeard >= habits.emptyAfter();
    boolean report = empty && !emptyReported;
    emptyReported |= empty;
    return report;
  }

  long quietMillis(long now) {
    return now - lastHeard;
  }

  private boolean quiet(long now) {
    if (replayed == 0) {
      return now - lastHeard >= habits.emptyAfter();
    }
    return now - lastHeard
        >= (habits.fillsBatch(replayed) ? habits.quietAfterBatch() : habits.quietAfterPart());
  }

  /**
   * Entries come, but far too slowly for a replay: a device that is never quiet is being heard
   * live.
   */
  private boolean live(long now) {
    return now - firstHeard >= TEN_MS * (replayed / 10) + LIVE_MARGIN_MS;
  }

  private List<Passed> flow(LogEntry entry) {
    if (remembered.contains(entry.id()) || (applied != null && !applied.isNew(entry.id()))) {
      return List.of();
    }
    String gap = dueGap;
    dueGap = null;
    return List.of(pass(entry, gap));
  }

  private List<Passed> gap(LogEntry entry) {
    held.add(entry);
    return held.size() >= FULL ? begin(HISTORY_FULL) : List.of();
  }

  private List<Passed> begin(String gap) {
    phase = Phase.FLOWING;
    return release(gap);
  }

  private List<Passed> search(LogEntry entry) {
    EntryId newest = remembered.getLast();
    if (!(entry.id() instanceof Sequenced id) || !(newest instanceof Sequenced last)) {
      return searchUnordered(entry);
    }
    int order = id.compareTo(last);
    if (order == 0) {
      phase = Phase.FLOWING;
      held.clear();
      return List.of();
    }
    if (order > 0) {
      if (below) {
        hold(entry);
        return anotherHistory();
      }
      phase = Phase.GAP;
      return gap(entry);
    }
    below = true;
    if (remembered.contains(id)) {
      recognised.add(id);
    } else {
      hold(entry);
    }
    return List.of();
  }

  /**
   * Digests have no order, but a log has: what comes before the newest one remembered was passed
   * on.
   */
  private List<Passed> searchUnordered(LogEntry entry) {
    if (entry.id().equals(remembered.getLast())) {
      phase = Phase.FLOWING;
      held.clear();
      return List.of();
    }
    below = true;
    if (!remembered.contains(entry.id())) {
      hold(entry);
    } else if (recognised.isEmpty()) {
      recognised.add(entry.id());
      held.clear();
    } else {
      recognised.add(entry.id());
    }
    return List.of();
  }

  private void hold(LogEntry entry) {
    if (held.size() < MAX_HELD) {
      held.add(entry);
    } else {
      overflowed = true;
    }
  }

  private List<Passed> anotherHistory() {
    boolean ordered = remembered.stream().allMatch(Sequenced.class::isInstance);
    Sequenced oldest = recognised.isEmpty() || !ordered ? null : oldestRemembered();
    if (overflowed) {
      held.clear();
      verdict = new Verdict(Set.copyOf(remembered), oldest);
      return List.of();
    }
    if (oldest != null) {
      held.removeIf(entry -> ((Sequenced) entry.id()).compareTo(oldest) < 0);
    }
    // From here on the order is the new history's.
    boolean above = !ordered && recognised.isEmpty();
    remembered.removeAll(recognised);
    remembered.addAll(recognised);
    phase = Phase.FLOWING;
    return release(above ? (replayed >= FULL ? HISTORY_FULL : CLEARED) : REPLACED);
  }

  private Sequenced oldestRemembered() {
    return remembered.stream().map(Sequenced.class::cast).min(Sequenced::compareTo).orElseThrow();
  }

  private List<Passed> release(String gap) {
    List<Passed> passed = new ArrayList<>(held.size());
    Set<EntryId> once = new HashSet<>(remembered);
    for (LogEntry entry : held) {
      if (once.add(entry.id())) {
        passed.add(pass(entry, passed.isEmpty() ? gap : null));
      }
    }
    held.clear();
    return passed;
  }

  private Passed pass(LogEntry entry, String gap) {
    remembered.addLast(entry.id());
    if (remembered.size() > REMEMBERED) {
      remembered.removeFirst();
    }
    return new Passed(entry, gap, EntryIds.encode(remembered));
  }
}
