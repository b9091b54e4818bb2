package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.EntryId;

/**
 * Notices that a log may have been trimmed while its stream was open: v4 looks into it once a
 * second and sends ten entries at most, and a device or a busy gateway may write more than the log
 * keeps before the next look. The stream then goes on behind what is missing, and shows nothing of
 * it.
 *
 * <p>What is trimmed unread is followed by a whole log of unread entries. So nothing is missing
 * unless as many entries as the log keeps come without a batch that is not full, and were written
 * as fast as the server sends, or faster. Then the log is read again from its start: it is whole if
 * it still begins at or before the last entry that was read when the log had no others. Where
 * entries were missing a short while ago, the same is reported without that, since each reading
 * costs time in which more are trimmed.
 *
 * <p>Not thread-safe. Times are milliseconds of one clock that never runs backwards.
 */
final class Overrun {
  /** What follows from an entry. */
  enum Verdict {
    NOTHING_MISSING,
    /** The log is to be read again from its start, without this entry. */
    READ_AGAIN,
    /** Entries may be missing before this one. */
    MAY_MISS
  }

  /** The server sends a full batch a second: that is one entry in this time. */
  private static final long SENT_EVERY_MS = 100;

  /** A server that is busy looks into its logs later than after a second. */
  private static final long LOOKS_LATE_MS = 3_000;

  /** After entries were missing, the log is not read again for this time. */
  private static final long REPORTED_UNSEEN_MS = 60_000;

  private final StreamTiming.Replay replay;

  /** Entries that came together. */
  private int batch;

  /** Entries since {@link #end}. */
  private int run;

  /** How many entries the log held at least when it was last read from its start. */
  private int length;

  private EntryId firstOfRun;
  private EntryId last;

  /**
   * The last entry before which nothing is missing: the newest that was known before, or the last
   * one when the reader was at the end of the log. Null before that.
   */
  private EntryId end;

  /** If the log begins above this one, entries may be missing; null if that is not the question. */
  private EntryId.Sequenced asked;

  private boolean missed;
  private long missedAt;

  Overrun(StreamTiming.Replay replay) {
    this.replay = replay;
  }

  /** A stream was opened. */
  void opened() {
    batch = 0;
    run = 0;
    last = null;
    end = null;
  }

  /**
   * An entry has come.
   *
   * @param pause since the entry before
   * @param live whether entries come as slowly as they are written: the replay is over
   */
  void entry(EntryId id, long pause, boolean live) {
    if (last != null && pause >= replay.sentTogether()) {
      if (batch < replay.batch() || pause >= replay.quietAfterBatch()) {
        atEnd();
      }
      batch = 0;
    }
    if (end == null && live) {
      atEnd();
    }
    if (run == 0) {
      firstOfRun = id;
    }
    batch++;
    run++;
    last = id;
  }

  /**
   * All that has come was known before, and what follows is new.
   *
   * @param entries how many have come
   */
  void known(int entries) {
    length = entries;
    atEnd();
  }

  private void atEnd() {
    end = last;
    run = 0;
  }

  /** Whether the stream's first entry shows that the log was trimmed further than it was read. */
  boolean trimmed(EntryId first, long now) {
    boolean trimmed = asked != null && first instanceof EntryId.Sequenced id && isAbove(id, asked);
    asked = null;
    if (trimmed) {
      missed = true;
      missedAt = now;
    }
    return trimmed;
  }

  Verdict verdict(long now) {
    if (replay.batch() == 0
        || run < leastLength()
        || !(end instanceof EntryId.Sequenced id)
        || !writtenAsFastAsSent()) {
      return Verdict.NOTHING_MISSING;
    }
    if (missed && now - missedAt < REPORTED_UNSEEN_MS) {
      atEnd();
      return Verdict.MAY_MISS;
    }
    asked = id;
    return Verdict.READ_AGAIN;
  }

  private boolean writtenAsFastAsSent() {
    return firstOfRun instanceof EntryId.Sequenced from
        && last instanceof EntryId.Sequenced to
        && to.millis() - from.millis() <= LOOKS_LATE_MS + run * SENT_EVERY_MS;
  }

  /** The server trims whole nodes of Redis, so the log may have been shorter since it was read. */
  private int leastLength() {
    return Math.max(replay.batch(), length - ReplayFilter.SPARE);
  }

  private static boolean isAbove(EntryId.Sequenced id, EntryId.Sequenced other) {
    return id.compareTo(other) > 0;
  }
}
