package io.github.chirpconnect.source.offset;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import java.time.Instant;

/**
 * The ids of the last entries of one log that were passed on, oldest first: what an offset holds.
 * See {@link EntryIdText} for its text.
 *
 * <p>Each entry that waits for Connect has one of these, and a log can be a thousand entries long.
 * So one that {@link #plus} makes shares its arrays with the one it was made from, an id is two
 * numbers, and no text is written before Connect asks for an offset.
 *
 * <p>Ids of two integers rise within one log. Where they fall in this list, one history of the log
 * ended and another one began: the {@link #current} one comes last, what comes before it is kept in
 * case an older state is restored.
 *
 * <p>Immutable. Only one thread may call {@link #plus} on what was made from the same list.
 */
public final class EntryIds {
  public static final EntryIds NONE = new EntryIds(new Store(0), 0, 0, EntryIds.NO_TIME);

  /** No entry said when it happened. */
  public static final long NO_TIME = Long.MIN_VALUE;

  /** In place of the sequence: the id is the beginning of a digest, which has no order. */
  public static final long DIGEST = -1;

  /** As many hex digits of a digest are kept: 48 bits tell the entries of one log apart. */
  private static final int DIGEST_DIGITS = 12;

  private static final class Store {
    private long[] first;
    private long[] second;
    private int size;

    private Store(int capacity) {
      first = new long[capacity];
      second = new long[capacity];
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

  /** When an entry happened by the server's clock, in milliseconds, or {@link #NO_TIME}. */
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
    return store.first[from + index];
  }

  public long second(int index) {
    return store.second[from + index];
  }

  /** When the newest entry happened; kept for digests alone, whose ids do not tell. */
  public long newestTime() {
    return newestTime;
  }

  public boolean is(int index, long first, long second) {
    return first(index) == first && second(index) == second;
  }

  /** Whether this is the id of an entry that was passed on. */
  public boolean contains(long first, long second) {
    return indexOf(first, second) >= 0;
  }

  /** The newest place of an id, or -1. */
  public int indexOf(long first, long second) {
    for (int i = size() - 1; i >= 0; i--) {
      if (is(i, first, second)) {
        return i;
      }
    }
    return -1;
  }

  /** Where the ids of the history begin that was read last. */
  public int current() {
    int start = size();
    while (start > 0 && (start == size() || follows(start - 1))) {
      start--;
    }
    return start;
  }

  /** Whether two neighbours may be of one history. */
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

  /** One more id, at the end; the oldest go if there are more than {@code most} then. */
  public EntryIds plus(long first, long second, long time, int most) {
    int start = Math.max(from, to + 1 - most);
    long newest = second == DIGEST ? time : NO_TIME;
    if (store.size != to || to == store.first.length) {
      return copy(start, to - start + 1 + Math.max(8, (to - start) / 8))
          .append(first, second, newest, 0);
    }
    return append(first, second, newest, start);
  }

  private EntryIds append(long first, long second, long newest, int start) {
    store.first[to] = first;
    store.second[to] = second;
    store.size = to + 1;
    return new EntryIds(store, start, to + 1, newest);
  }

  private EntryIds copy(int start, int capacity) {
    Store copy = new Store(capacity);
    copy.size = to - start;
    System.arraycopy(store.first, start, copy.first, 0, copy.size);
    System.arraycopy(store.second, start, copy.second, 0, copy.size);
    return new EntryIds(copy, 0, copy.size, newestTime);
  }

  /** With older entries of the current history put before it. */
  public EntryIds withOlder(EntryIds older) {
    int at = current();
    EntryIds all = NONE;
    all = all.plusAll(this, 0, at, NO_TIME);
    all = all.plusAll(older, 0, older.size(), NO_TIME);
    return all.plusAll(this, at, size(), newestTime);
  }

  /**
   * The current history went on otherwise after the ids below this one: those above it are of the
   * past.
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

  /** The same without room for more, as it is kept while nobody reads the log. */
  public EntryIds compact() {
    return from == 0 && to == store.first.length ? this : copy(from, to - from);
  }

  /** As a text for an offset. */
  public String text() {
    return EntryIdText.write(this);
  }

  @Override
  public String toString() {
    return text();
  }
}
