package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.source.offset.EntryIds;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which entries of a device's log are new, and notices when some were lost.
 *
 * <p>A server has no way to resume: each stream replays what it keeps of the log, from the oldest
 * entry on, and nothing tells where the replay ends. v4 sends ten entries at once, waits a second,
 * sends the next ten; v3 sends all at once. Any of it can be held up for any time by the link, the
 * server, its Redis or this worker.
 *
 * <p>So <em>no decision about which history this is rests on silence</em>. What {@link Recognition}
 * makes of an entry is decided as it comes:
 *
 * <ul>
 *   <li>The newest id passed on comes again: the history is intact, what follows is new.
 *   <li>An entry above it comes without it: a <em>gap</em>. Entries may have been trimmed ({@link
 *       #HISTORY_FULL}) or the log was emptied ({@link #CLEARED}); the first entry passed on says
 *       so.
 *   <li>An entry that was never passed on comes where the log once held others: another history
 *       ({@link #REPLACED}), and the entry is new.
 * </ul>
 *
 * <p>There remain the entries below all that is remembered, or, of digests, before it, if nothing
 * known has followed yet. They are old if the log is longer than what is remembered. They are new
 * if the log was lost and the clock set back. As many ids are remembered as the log was seen to
 * hold, so that the first case is rare: a history that was made longer since. To tell them apart
 * the log is read again from its start, and nothing is held meanwhile:
 *
 * <ul>
 *   <li>If an entry has come that shows that the newest one known is not in the log, and the next
 *       stream begins with one of those entries again, they were there all the time: the log is
 *       another one.
 *   <li>If none has come, two streams in a row must have ended with the same entry. A stream has
 *       ended when nothing came for {@value #JUDGED_AFTER_MS} ms, the server has answered a call
 *       that was made after that, and still nothing has come. A server, a link or a worker that
 *       stands still answers nothing. A Redis that stands still while calls are answered sends
 *       nothing to the second stream, and so does not let it end with the same entry. A link of
 *       which one connection stands still has to do so twice at the same entry; or else the entries
 *       come as slowly as they were written, which no replay does.
 * </ul>
 *
 * Silence decides two things that can't do harm: whether a gap is called {@link #CLEARED} (and then
 * the server must have answered a call since), and when a device counts as read.
 *
 * <p>Not thread-safe. Times are milliseconds of one clock that never runs backwards.
 */
public final class ReplayFilter {
  /**
   * Value of the gap header: the server keeps a limited history, and it is full. While the stream
   * is open, {@link Overrun} notices that.
   */
  static final String HISTORY_FULL = "history-full";

  /**
   * Value of the gap header: the log is shorter than its limit, so it was emptied or has expired.
   */
  static final String CLEARED = "cleared";

  /** Value of the gap header: the log is not the one that was read before. */
  static final String REPLACED = "replaced";

  /** Ids remembered at most: those of a log of a thousand entries, and some to spare. */
  static final int LONGEST = 1_500;

  /**
   * As many more ids are remembered than the log was seen to hold, or a quarter of them: v4 trims
   * whole nodes of Redis, and a state that is restored is older than the log.
   */
  static final int SPARE = 32;

  /** After this silence, the replay of a stream may be over. */
  static final long JUDGED_AFTER_MS = 6_000;

  /**
   * A replay whose last entry was old may have paused before what is new, and would pause there
   * each time that the log has its turn. With a new one last, the next turn gets further.
   */
  private static final long QUIET_WITHOUT_NEWS_MS = 1_200;

  /**
   * If this many entries follow a gap, the history is taken to be full: servers keep ten by
   * default.
   */
  private static final int FULL = 10;

  /** This many entries without a pause are a replay, not new entries of a device. */
  private static final int BURST = 10;

  /**
   * An entry to pass on.
   *
   * @param gap why entries may be missing before this one, or null
   * @param ids what to remember once this entry is stored
   */
  public record Passed(LogEntry entry, String gap, EntryIds ids) {}

  private enum Phase {
    /** Waiting for the newest remembered id. */
    SEARCHING,
    /** The history begins above it; which gap header is right is not known yet. */
    GAP,
    /** What is not known is new. */
    FLOWING,
    /** The log is to be read again from its start. */
    AGAIN
  }

  private final StreamTiming timing;
  private final Pace pace = new Pace();
  private final Overrun overrun;
  private final List<LogEntry> held = new ArrayList<>();
  private EntryIds remembered;

  /** Entries that the log holds, as far as was seen. */
  private int length;

  private Recognition recognition;
  private Phase phase;
  private String dueGap;

  /** Of this stream: what came before anything known, and how many those were. */
  private EntryIds unknown;

  private int unknownCount;
  private boolean learned;
  private int heard;
  private int burst;
  private EntryId lastId;
  private long lastHeard;

  /** The last entry begins a batch: the log may have been trimmed since the one before. */
  private boolean beginsBatch;

  /** Whether the last entry was new. */
  private boolean news;

  /** Whether this stream has brought anything new. */
  private boolean broughtNews;

  /** Nothing of the log is new, though the newest entry passed on is not in it. */
  private boolean over;

  /** What the stream before seemed to end with, and whether this one has shown it. */
  private EntryId suspected;

  private boolean suspectedCame;

  /** Entries that are new if the next stream begins with one of them; null if none are. */
  private EntryIds proved;

  private boolean emptyReported;

  /**
   * @param saved ids passed on by earlier incarnations
   * @param timing how the server replays
   */
  public ReplayFilter(EntryIds saved, StreamTiming timing) {
    this.timing = timing;
    this.overrun = new Overrun(timing.replay());
    this.remembered = saved;
    this.length = saved.size();
    opened(0);
  }

  /** A new stream was opened: its replay starts, whatever the last one had come to. */
  public void opened(long now) {
    held.clear();
    recognition = new Recognition(remembered);
    phase = remembered.isEmpty() ? Phase.FLOWING : Phase.SEARCHING;
    dueGap = null;
    unknown = EntryIds.NONE;
    unknownCount = 0;
    learned = false;
    heard = 0;
    burst = 0;
    lastHeard = now;
    over = false;
    broughtNews = false;
    suspectedCame = false;
    pace.start();
    overrun.opened();
  }

  /** The stream is over: what is held comes again with the next one. */
  public void closed() {
    held.clear();
  }

  /** No entries were requested until now, so silence before that means nothing. */
  void resumed(long now) {
    lastHeard = now;
  }

  public List<Passed> entry(LogEntry entry, long now) {
    if (phase == Phase.AGAIN) {
      return List.of();
    }
    count(entry, now);
    if (overrun.trimmed(entry.id(), now)) {
      dueGap = HISTORY_FULL;
    }
    if (phase == Phase.FLOWING) {
      switch (overrun.verdict(now)) {
        case NOTHING_MISSING -> {}
        case MAY_MISS -> dueGap = HISTORY_FULL;
        case READ_AGAIN -> {
          phase = Phase.AGAIN;
          return List.of();
        }
      }
    }
    return switch (phase) {
      case SEARCHING -> search(entry);
      case GAP -> gap(entry);
      default -> flow(entry);
    };
  }

  private void count(LogEntry entry, long now) {
    long pause = now - lastHeard;
    burst = now - lastHeard >= timing.replay().quietAfterBatch() ? 1 : burst + 1;
    heard++;
    if (burst >= BURST) {
      length = Math.max(length, heard);
    }
    lastHeard = now;
    lastId = entry.id();
    suspectedCame |= lastId.equals(suspected);
    over = false;
    news = false;
    pace.entry(entry, now);
    beginsBatch = timing.replay().beginsBatch(pause);
    boolean flowing = phase == Phase.FLOWING;
    overrun.entry(lastId, flowing ? pause : 0, flowing && pace.live());
  }

  /**
   * Time has passed.
   *
   * @param answered when the last call was made that the server has answered
   */
  public List<Passed> tick(long now, long answered) {
    if (heard == 0) {
      return List.of();
    }
    if (phase == Phase.GAP && quiet(now) && answered > lastHeard) {
      return begin(recognition.any() ? REPLACED : CLEARED);
    }
    boolean ended = now - lastHeard >= JUDGED_AFTER_MS && answered >= lastHeard + JUDGED_AFTER_MS;
    if (phase == Phase.SEARCHING && !over && (ended || pace.live())) {
      judge();
    }
    return List.of();
  }

  /** Whether {@link #tick} waits for the server to answer a call. */
  public boolean wantsAnswer(long now) {
    return heard > 0
        && ((phase == Phase.GAP && quiet(now))
            || (phase == Phase.SEARCHING && !over && now - lastHeard >= JUDGED_AFTER_MS));
  }

  /** Whether the replay is over and nothing is held back. */
  boolean settled(long now) {
    return quiet(now)
        && held.isEmpty()
        && phase != Phase.AGAIN
        && (heard == 0 || over || phase == Phase.FLOWING);
  }

  /** Whether this stream has brought something new, and holds nothing back. */
  boolean broughtNews() {
    return broughtNews && phase == Phase.FLOWING;
  }

  /** Whether the entries that the server sent together have probably all arrived. */
  boolean heardAllSentTogether(long now) {
    return heard > 0 && now - lastHeard >= timing.replay().sentTogether();
  }

  /** Whether there may be more in the log than has come. */
  boolean inFullBatch() {
    return timing.replay().fillsBatch(heard);
  }

  /**
   * Whether {@link #tick} may still decide something: entries were heard, and their meaning is
   * open.
   */
  boolean undecided() {
    return phase != Phase.FLOWING && !over;
  }

  /** The log has to be read from its start once more: open the stream again. */
  public boolean wantsReplay() {
    return phase == Phase.AGAIN;
  }

  /**
   * Whether the log turned out to be empty although entries were read from it before. True once.
   */
  boolean foundEmpty(long now) {
    boolean empty =
        phase == Phase.SEARCHING && heard == 0 && now - lastHeard >= timing.replay().emptyAfter();
    boolean report = empty && !emptyReported;
    emptyReported |= empty;
    return report;
  }

  long quietMillis(long now) {
    return now - lastHeard;
  }

  /** What was passed on. */
  EntryIds remembered() {
    return remembered;
  }

  /** About how much heap is held back here. */
  long heldBytes() {
    long bytes = 0;
    for (LogEntry entry : held) {
      bytes += NewEntry.bytes(entry);
    }
    return bytes;
  }

  private boolean quiet(long now) {
    if (heard == 0) {
      return now - lastHeard >= timing.replay().emptyAfter();
    }
    long enough =
        timing.replay().fillsBatch(heard)
            ? timing.replay().quietAfterBatch()
            : timing.replay().quietAfterPart();
    return now - lastHeard >= (news ? enough : Math.max(enough, QUIET_WITHOUT_NEWS_MS));
  }

  private List<Passed> search(LogEntry entry) {
    if (proved != null && proved.contains(first(entry), second(entry))) {
      recognition.apart();
      phase = Phase.FLOWING;
      dueGap = REPLACED;
    }
    proved = null;
    if (phase == Phase.FLOWING) {
      return flow(entry);
    }
    Recognition.Meaning meaning = recognition.see(entry);
    return switch (meaning) {
      case OLD -> {
        learn();
        yield List.of();
      }
      case NEWEST -> {
        learn();
        intact();
        yield List.of();
      }
      case UNKNOWN -> {
        unknownCount++;
        // The first ones: the next stream begins with one of them.
        if (unknownCount <= LONGEST) {
          unknown = unknown.plus(first(entry), second(entry), EntryIds.NO_TIME, LONGEST);
        }
        yield List.of();
      }
      case AFTER, ABOVE, INSIDE -> fresh(entry, meaning);
    };
  }

  /**
   * The entries before the first known one are older ones of the same history, and are remembered
   * as such.
   */
  private void learn() {
    if (!learned && recognition.fromOldest() && unknownCount == unknown.size()) {
      if (unknownCount > 0 && remembered.size() + unknownCount <= LONGEST) {
        remembered = remembered.withOlder(unknown);
      }
    }
    learned = true;
  }

  private void intact() {
    phase = Phase.FLOWING;
    suspected = null;
    length = heard;
    overrun.known(heard);
  }

  /** The entry is new, but the newest one passed on has not come. */
  private List<Passed> fresh(LogEntry entry, Recognition.Meaning meaning) {
    if (unknownCount > 0 && !recognition.any()) {
      proved = unknown;
      phase = Phase.AGAIN;
      return List.of();
    }
    if (meaning == Recognition.Meaning.INSIDE && second(entry) != EntryIds.DIGEST) {
      remembered = remembered.branchedBefore(first(entry), second(entry));
    }
    if (meaning == Recognition.Meaning.INSIDE || (recognition.any() && !beginsBatch)) {
      phase = Phase.FLOWING;
      return List.of(pass(entry, REPLACED));
    }
    if (entry.time() == null && second(entry) == EntryIds.DIGEST) {
      // Such a server keeps no history: what is held back does not come again.
      phase = Phase.FLOWING;
      return List.of(pass(entry, CLEARED));
    }
    phase = Phase.GAP;
    news = true;
    held.add(entry);
    return List.of();
  }

  /** The replay seems to be over, and the entry that was passed on last was not in it. */
  private void judge() {
    boolean again = lastId.equals(suspected) || (pace.live() && suspectedCame);
    if (again && recognition.any()) {
      over = true;
      return;
    }
    if (again) {
      proved = unknown;
    } else {
      suspected = lastId;
    }
    phase = Phase.AGAIN;
  }

  private List<Passed> gap(LogEntry entry) {
    if (recognition.see(entry) != Recognition.Meaning.OLD) {
      news = true;
      held.add(entry);
    }
    return held.size() >= FULL ? begin(HISTORY_FULL) : List.of();
  }

  private List<Passed> begin(String gap) {
    phase = Phase.FLOWING;
    List<Passed> passed = new ArrayList<>(held.size());
    for (LogEntry entry : held) {
      passed.add(pass(entry, passed.isEmpty() ? gap : null));
    }
    held.clear();
    return passed;
  }

  private List<Passed> flow(LogEntry entry) {
    return switch (recognition.see(entry)) {
      case OLD -> List.of();
      case NEWEST -> {
        intact();
        yield List.of();
      }
      default -> List.of(pass(entry, dueGap));
    };
  }

  private Passed pass(LogEntry entry, String gap) {
    news = true;
    broughtNews = true;
    dueGap = null;
    suspected = null;
    int most = Math.min(LONGEST, length + Math.max(SPARE, length / 4));
    remembered = remembered.plus(first(entry), second(entry), EntryIds.time(entry), most);
    return new Passed(entry, gap, remembered);
  }

  private static long first(LogEntry entry) {
    return EntryIds.first(entry.id());
  }

  private static long second(LogEntry entry) {
    return EntryIds.second(entry.id());
  }
}
