package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.source.offset.EntryIds;
import java.util.BitSet;

/**
 * Decides what each entry of one stream means, given the ids that were handed over before. A stream
 * sends the log's entries in order, from the oldest on, without omissions. The time between two
 * entries plays no part.
 *
 * <p>Ids of two integers increase within a log. So an entry above the newest known id is new; and
 * if the newest known entry did not come before it, the log has lost that one. An entry below the
 * oldest known id may be from a time that is not remembered, or from another history. An entry
 * between known ids that is none of them was never handed over.
 *
 * <p>Digests have no order, but a log has: the known ids come in a row, and what follows the last
 * of them is new. Entries with equal content are distinguished by their place in the row. For an
 * entry before any known one, the server's time shows whether it is newer than all of them.
 */
final class Recognition {
  /** What an entry is. */
  enum Meaning {
    /** Handed over before. */
    OLD,
    /** The newest entry that was handed over: nothing was lost since. */
    NEWEST,
    /** New, after the newest entry that was handed over. */
    AFTER,
    /** New, and the newest entry that was handed over is no longer in the log. */
    ABOVE,
    /** New, at a place where the log held other entries before: this is another history. */
    INSIDE,
    /** Unknown: older than what is remembered, or from another history. */
    UNKNOWN
  }

  private enum Mode {
    /** The entries that were handed over come again. */
    FOLLOWING,
    /** They have come; all that follow are new. */
    BEYOND,
    /** The log has changed: an entry whose id is not known is new. */
    APART
  }

  private final EntryIds known;
  private final int current;
  private final int last;
  private Mode mode;

  /** Where in the known digests the last entry may be; more than one where equal ones repeat. */
  private BitSet places = new BitSet();

  /** Whether the newest of the known ids of two integers has come. */
  private boolean reached;

  private boolean any;
  private boolean fromOldest;

  Recognition(EntryIds known) {
    this.known = known;
    this.current = known.current();
    this.last = known.size() - 1;
    this.mode = known.isEmpty() ? Mode.BEYOND : Mode.FOLLOWING;
  }

  /** Whether an entry of this stream was known. */
  boolean any() {
    return any;
  }

  /** Whether the first one known was the oldest of all that are remembered of this history. */
  boolean fromOldest() {
    return fromOldest;
  }

  /** From here on, what is not known by its id is new. */
  void apart() {
    mode = Mode.APART;
  }

  Meaning see(LogEntry entry) {
    long first = EntryIds.first(entry.id());
    long second = EntryIds.second(entry.id());
    Meaning meaning =
        switch (mode) {
          case BEYOND -> Meaning.AFTER;
          case APART -> known.contains(first, second) ? Meaning.OLD : Meaning.AFTER;
          case FOLLOWING ->
              second == EntryIds.DIGEST || known.second(last) == EntryIds.DIGEST
                  ? unordered(first, second, time(entry))
                  : ordered(first, second);
        };
    switch (meaning) {
      case AFTER -> mode = mode == Mode.FOLLOWING ? Mode.BEYOND : mode;
      case ABOVE, INSIDE -> mode = Mode.APART;
      case OLD, NEWEST -> any = true;
      case UNKNOWN -> {}
    }
    return meaning;
  }

  private static long time(LogEntry entry) {
    return entry.time() == null && entry.id() instanceof EntryId.Sequenced id
        ? id.millis()
        : EntryIds.time(entry);
  }

  private Meaning ordered(long first, long second) {
    int order = EntryIds.compare(first, second, known.first(last), known.second(last));
    if (order == 0) {
      reached = true;
      recognised(last);
      return Meaning.NEWEST;
    }
    if (order > 0 && reached) {
      return Meaning.AFTER;
    }
    int place = order > 0 ? -1 : placeInCurrent(first, second);
    if (place >= 0) {
      recognised(place);
      return Meaning.OLD;
    }
    if (isOfThePast(first, second)) {
      return Meaning.OLD;
    }
    if (order > 0) {
      return Meaning.ABOVE;
    }
    if (EntryIds.compare(first, second, known.first(current), known.second(current)) > 0) {
      return Meaning.INSIDE;
    }
    return any ? Meaning.OLD : Meaning.UNKNOWN;
  }

  private int placeInCurrent(long first, long second) {
    int low = current;
    int high = last;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = EntryIds.compare(known.first(middle), known.second(middle), first, second);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  private boolean isOfThePast(long first, long second) {
    for (int i = 0; i < current; i++) {
      if (known.is(i, first, second)) {
        return true;
      }
    }
    return false;
  }

  private Meaning unordered(long first, long second, long time) {
    BitSet next = new BitSet();
    if (any) {
      for (int i = places.nextSetBit(0); i >= 0 && i < last; i = places.nextSetBit(i + 1)) {
        if (known.is(i + 1, first, second)) {
          next.set(i + 1);
        }
      }
    } else {
      for (int i = 0; i <= last; i++) {
        if (known.is(i, first, second)) {
          next.set(i);
        }
      }
    }
    if (next.isEmpty() && any && !places.get(last)) {
      // Not in the row: of an older state of the log, or of another history.
      int place = known.indexOf(first, second);
      if (place < 0) {
        return Meaning.INSIDE;
      }
      next.set(place);
    }
    if (!next.isEmpty()) {
      recognised(next.nextSetBit(0));
      places = next;
      return next.get(last) ? Meaning.NEWEST : Meaning.OLD;
    }
    if (any) {
      return Meaning.AFTER;
    }
    return time == EntryIds.NO_TIME || time > known.newestMillis()
        ? Meaning.ABOVE
        : Meaning.UNKNOWN;
  }

  private void recognised(int place) {
    fromOldest |= !any && place == current;
  }
}
