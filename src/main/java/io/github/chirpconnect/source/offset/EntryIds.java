package io.github.chirpconnect.source.offset;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import java.time.Instant;
import java.util.Arrays;

/**
 * The ids of the last entries of one log that were handed over, oldest first: the content of an
 * offset. {@link EntryIdText} defines its text.
 *
 * <p>Each entry that waits for Connect has such an object, and a log can have a thousand entries.
 * So {@link #plus} shares the array of the object that it extends, an id is two numbers, and the
 * text is written only when Connect asks for an offset.
 *
 * <p>Within one history of a log, ids of two integers increase. Where they decrease in this list,
 * one history ended and another began. The {@link #current} history comes last; the earlier ones
 * are kept in case an older state of the server is restored.
 *
 * <p>Immutable. Only one thread may call {@link #plus} on objects that share an array.
 */
public final class EntryIds {
  public static final EntryIds NONE = new EntryIds(new Store(0), 0, 0, EntryIds.NO_TIME);

  /** No entry has a time. */
  public static final long NO_TIME = Long.MIN_VALUE;

  /**
   * Takes the place of the sequence: the other number is the beginning of a digest, which has no
   * order.
   */
  public static final long DIGEST = -1;

  /** The digits of a digest that are kept: 48 bits distinguish the entries of one log. */
  private static final int DIGEST_DIGITS = 12;

  /** Both numbers of an id, one behind the other: there is such an array for each device. */
  private static final class Store {
    private final long[] numbers;
    private int size;

    private Store(int capacity) {
      numbers = new long[2 * capacity];
    }

    private boolean hasRoom() {
      return 2 * size < numbers.length;
    }
  }

  private final Store store;
  private final int from;
  private final int to;
  private final long newestTime;

  private EntryIds(Store store, int from, int to, long newestTime) {
    this.store = store;
    this.from = from;
    this.to = to;
    this.newestTime = newestTime;
  }

  /** The milliseconds of an id, or the beginning of a digest. */
  public static long first(EntryId id) {
    if (id instanceof EntryId.Sequenced sequenced) {
      return sequenced.millis();
    }
    String hex = ((EntryId.Digest) id).hex();
    return Long.parseLong(hex, 0, Math.min(DIGEST_DIGITS, hex.length()), 16);
  }

  /** The sequence of an id, or {@link #DIGEST}. */
  public static long second(EntryId id) {
    return id instanceof EntryId.Sequenced sequenced ? sequenced.sequence() : DIGEST;
  }

  /** The time of an entry by the server's clock, in milliseconds, or {@link #NO_TIME}. */
  public static long time(LogEntry entry) {
    Instant time = entry.time();
    return time == null ? NO_TIME : time.toEpochMilli();
  }

  public int size() {
    return to - from;
  }

  public boolean isEmpty() {
    return from == to;
  }

  public long first(int index) {
    return store.numbers[2 * (from + index)];
  }

  public long second(int index) {
    return store.numbers[2 * (from + index) + 1];
  }

  /** The time of the newest entry. It is kept only for digests, which do not contain it. */
  public long newestTime() {
    return newestTime;
  }

  /**
   * When the newest entry was written, as far as its id or its time says; else {@link #NO_TIME}.
   */
  public long newestMillis() {
    int last = size() - 1;
    return last >= 0 && second(last) != DIGEST ? first(last) : newestTime;
  }

  public boolean is(int index, long first, long second) {
    return first(index) == first && second(index) == second;
  }

  /** Whether an entry with this id was handed over. */
  public boolean contains(long first, long second) {
    return indexOf(first, second) >= 0;
  }

  /** The last index of an id, or -1. */
  public int indexOf(long first, long second) {
    for (int i = size() - 1; i >= 0; i--) {
      if (is(i, first, second)) {
        return i;
      }
    }
    return -1;
  }

  /** The index at which the ids of the current history begin. */
  public int current() {
    int start = size();
    while (start > 0 && (start == size() || follows(start - 1))) {
      start--;
    }
    return start;
  }

  /** Whether an id and its predecessor may belong to one history. */
  private boolean follows(int index) {
    if (second(index) == DIGEST || second(index + 1) == DIGEST) {
      return second(index) == second(index + 1);
    }
    return compare(first(index), second(index), first(index + 1), second(index + 1)) < 0;
  }

  public static int compare(long first, long second, long otherFirst, long otherSecond) {
    int byFirst = Long.compare(first, otherFirst);
    return byFirst != 0 ? byFirst : Long.compare(second, otherSecond);
  }

  /** Adds an id at the end. If there are more than {@code most} then, the oldest are dropped. */
  public EntryIds plus(long first, long second, long time, int most) {
    int start = Math.max(from, to + 1 - most);
    long newest = second == DIGEST ? time : NO_TIME;
    if (store.size != to || !store.hasRoom()) {
      return copy(start, to - start + 1 + Math.max(8, (to - start) / 8))
          .append(first, second, newest, 0);
    }
    return append(first, second, newest, start);
  }

  private EntryIds append(long first, long second, long newest, int start) {
    store.numbers[2 * to] = first;
    store.numbers[2 * to + 1] = second;
    store.size = to + 1;
    return new EntryIds(store, start, to + 1, newest);
  }

  private EntryIds copy(int start, int capacity) {
    Store copy = new Store(capacity);
    copy.size = to - start;
    System.arraycopy(store.numbers, 2 * start, copy.numbers, 0, 2 * copy.size);
    return new EntryIds(copy, 0, copy.size, newestTime);
  }

  /** Inserts older entries of the current history before it. */
  public EntryIds withOlder(EntryIds older) {
    int at = current();
    EntryIds all = NONE;
    all = all.plusAll(this, 0, at, NO_TIME);
    all = all.plusAll(older, 0, older.size(), NO_TIME);
    return all.plusAll(this, at, size(), newestTime);
  }

  /**
   * The current history continued differently after the ids below this one: the ids above it belong
   * to an earlier history.
   */
  public EntryIds branchedBefore(long first, long second) {
    int start = current();
    int at = start;
    while (at < size() && compare(first(at), second(at), first, second) < 0) {
      at++;
    }
    EntryIds all = NONE;
    all = all.plusAll(this, 0, start, NO_TIME);
    all = all.plusAll(this, at, size(), NO_TIME);
    return all.plusAll(this, start, at, NO_TIME);
  }

  private EntryIds plusAll(EntryIds other, int start, int end, long time) {
    EntryIds all = this;
    for (int i = start; i < end; i++) {
      all = all.plus(other.first(i), other.second(i), time, Integer.MAX_VALUE);
    }
    return all;
  }

  /** Returns the other one if it holds the same ids, so that one of them need not be kept. */
  EntryIds orTheSame(EntryIds other) {
    return other != null && holdsTheSame(other) ? other : this;
  }

  private boolean holdsTheSame(EntryIds other) {
    return newestTime == other.newestTime
        && Arrays.equals(
            store.numbers, 2 * from, 2 * to, other.store.numbers, 2 * other.from, 2 * other.to);
  }

  /** The same without spare room, for a log that nobody reads. */
  public EntryIds compact() {
    return from == 0 && 2 * to == store.numbers.length ? this : copy(from, to - from);
  }

  /** The text for an offset. */
  public String text() {
    return EntryIdText.write(this);
  }

  @Override
  public String toString() {
    return text();
  }
}
