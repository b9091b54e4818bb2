package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.EntryId;

/**
 * Notices that a log may have been trimmed while its stream was open: v4 looks into it once a
 * second and sends ten entries at most, and a device or a busy gateway may write more than the log
 * keeps before the next look. The stream then goes on behind what is missing, and shows nothing of
 * it.
 *
 * <p>What is trimmed unread is followed by a whole log of unread entries: by a full batch, and by
 * more of them if the log is longer. So nothing is missing unless as many entries as the log keeps
 * come without a batch that is not full, and were written as fast as the server sends, or faster.
 * Then the log is read again from its start: it is whole if it still begins at or before the last
 * entry that was read before them. Where entries were missing a short while ago, the same is
 * reported without that, since each reading costs time in which more are trimmed.
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

  /** Entries behind one of which it is known that nothing is missing up to there. */
  private static final class Row {
    EntryId before;
    EntryId first;
    int entries;

    void begin(EntryId newBefore) {
      before = newBefore;
      entries = 0;
    }

    void add(EntryId id) {
      first = entries == 0 ? id : first;
      entries++;
    }
  }

  private final StreamTiming.Replay replay;

  /** What came together. */
  private final Row batch = new Row();

  /** What came since the reader was at the end of the log, or of what it knew. */
  private final Row run = new Row();

  /** How many entries the log held at least when it was last read from its start. */
  private int length;

  private EntryId last;

  /**
   * Whether the reader has been at the end of the log, or of what it knew. Before that, full
   * batches are those of a first replay.
   */
  private boolean caughtUp;

  /** If the log begins above this one, entries may be missing; null if that is not the question. */
  private EntryId.Sequenced asked;

  private boolean missed;
  private long missedAt;

  Overrun(StreamTiming.Replay replay) {
    this.replay = replay;
  }

  /** A stream was opened. */
  void opened() {
    last = null;
    caughtUp = false;
    batch.begin(null);
    run.begin(null);
  }

  /**
   * An entry has come.
   *
   * @param pause since the entry before; 0 while it is not known which entries are new
   * @param live whether entries come as slowly as they are written
   */
  void entry(EntryId id, long pause, boolean live) {
    caughtUp |= live;
    if (last != null && pause >= replay.sentTogether()) {
      if (batch.entries < replay.batch() || pause >= replay.quietAfterBatch()) {
        caughtUp = true;
        run.begin(last);
      }
      batch.begin(last);
    }
    batch.add(id);
    run.add(id);
    last = id;
  }

  /**
   * All that has come was known before, and what follows is new.
   *
   * @param entries how many have come
   */
  void known(int entries) {
    length = entries;
    caughtUp = true;
    run.begin(last);
  }

  /** Whether the stream's first entry shows that the log was trimmed further than it was read. */
  boolean trimmed(EntryId first, long now) {
    boolean trimmed =
        asked != null && first instanceof EntryId.Sequenced id && id.compareTo(asked) > 0;
    asked = null;
    if (trimmed) {
      missed = true;
      missedAt = now;
    }
    return trimmed;
  }

  Verdict verdict(long now) {
    // The server trims whole nodes of Redis, so the log may have been shorter since it was read.
    int least = Math.max(replay.batch(), length - ReplayFilter.SPARE);
    Row row = least == replay.batch() ? batch : run;
    if (replay.batch() == 0
        || !caughtUp
        || row.entries < least
        || !(row.before instanceof EntryId.Sequenced before)
        || !writtenAsFastAsSent(row)) {
      return Verdict.NOTHING_MISSING;
    }
    if (missed && now - missedAt < REPORTED_UNSEEN_MS) {
      batch.begin(last);
      run.begin(last);
      return Verdict.MAY_MISS;
    }
    asked = before;
    return Verdict.READ_AGAIN;
  }

  private boolean writtenAsFastAsSent(Row row) {
    return row.first instanceof EntryId.Sequenced from
        && last instanceof EntryId.Sequenced to
        && to.millis() - from.millis() <= LOOKS_LATE_MS + row.entries * SENT_EVERY_MS;
  }
}
