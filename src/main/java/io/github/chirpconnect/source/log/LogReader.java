package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogStream;
import io.github.chirpconnect.common.Backoff;
import io.github.chirpconnect.source.handover.Handed;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Reads one log of one device, over as many streams as it takes, one at a time. It requests no more
 * entries than there is room for, filters replayed ones, and keeps the order. Used only on the
 * streams thread.
 */
final class LogReader {
  /**
   * Entries requested ahead: more than the server sends at once, so that a batch arrives as one.
   */
  static final int PREFETCH = 16;

  /**
   * If the server could not send for longer, it may have trimmed entries that it had not sent yet.
   */
  static final long STALL_MS = 1_000;

  /** A stream that lasted this long worked: its failure starts a new back-off. */
  private static final long WORKED_MS = 30_000;

  enum State {
    /** To be opened when it is due. */
    WAITING,
    OPEN,
    /**
     * The key may not read it, or it does not exist: nothing is tried until the inventory lists the
     * device again.
     */
    REFUSED
  }

  /**
   * The times in the ids of the newest entries that a log has shown.
   *
   * @param uplink of uplinks
   * @param entry of all
   */
  record Newest(long uplink, long entry) {
    private static final Newest NONE = new Newest(Long.MIN_VALUE, Long.MIN_VALUE);

    boolean isKnown() {
      return entry != Long.MIN_VALUE;
    }

    private Newest with(long millis, boolean isUplink) {
      return new Newest(isUplink ? Math.max(uplink, millis) : uplink, Math.max(entry, millis));
    }
  }

  private final String devEui;
  private final LogKind log;
  private final StreamTiming timing;
  private final StreamGroup.Dependencies task;
  private final ReplayFilter filter;
  private final Backoff backoff;
  private final Deque<Handed> backlog = new ArrayDeque<>();

  private State state = State.WAITING;
  private LogStream stream;
  private int opening;
  private long openAt;
  private long openedAt;
  private long sentAt;
  private boolean answered;
  private boolean heard;
  private int failures;
  private long failedAt;
  private int credits;
  private boolean parked;
  private long parkedAt;
  private boolean sent;
  private long carriedSince;
  private Newest newest = Newest.NONE;

  /** What the open stream has shown: the time of its newest uplink, and of its oldest entry. */
  private long newestUplink;

  private long oldest;
  private boolean notLogged;

  /** Whether the replay of the open stream was over once. */
  private boolean caughtUp;

  /** The bytes that the record queue counts for what is held here. */
  private long held;

  LogReader(
      String devEui, LogKind log, StreamTiming timing, StreamGroup.Dependencies dependencies) {
    this.devEui = devEui;
    this.log = log;
    this.timing = timing;
    this.task = dependencies;
    this.filter = new ReplayFilter(task.positions().read(devEui, log), timing);
    this.backoff = new Backoff(task.random());
  }

  String devEui() {
    return devEui;
  }

  LogKind log() {
    return log;
  }

  State state() {
    return state;
  }

  boolean dueToOpen(long now) {
    return state == State.WAITING && now >= openAt && backlog.isEmpty();
  }

  /** A stream is about to be opened. Returns the number that its callbacks must carry. */
  int opening(long now) {
    state = State.OPEN;
    openedAt = now;
    sent = false;
    answered = false;
    heard = false;
    newestUplink = Long.MIN_VALUE;
    oldest = Long.MAX_VALUE;
    caughtUp = false;
    filter.opened(now);
    credits = 0;
    parked = false;
    return ++opening;
  }

  void opened(LogStream opened, long now) {
    stream = opened;
    topUp(now);
  }

  /**
   * The request was sent: only from now on does silence mean anything.
   *
   * @param at when it was sent
   */
  void sent(long at, long now) {
    sent = true;
    sentAt = at;
    openedAt = now;
    filter.resumed(now);
  }

  /** The server has accepted the request, or sent something. */
  void answered(long at) {
    if (!answered && sent) {
      task.pace().answered(at - sentAt);
    }
    answered = true;
  }

  /** Whether the server has not answered the opening yet, as far as is known. */
  boolean isUnanswered(long now) {
    return state == State.OPEN && !answered && now - openedAt < task.pace().waitsForMillis();
  }

  /** Whether there is a stream, and it was really sent. */
  boolean isOpen() {
    return state == State.OPEN && sent;
  }

  /** The way to the server stood still until then, so silence before that moment means nothing. */
  void silenceCountsFrom(long since, long now) {
    if (isOpen() && since > openedAt && since != carriedSince) {
      carriedSince = since;
      filter.resumed(now);
    }
  }

  /** Whether the end of the replay still has to be recognised by silence. */
  boolean waitsForSilence(long now) {
    return isOpen() && !isStalled() && !filter.settled(now);
  }

  /** Whether a callback belongs to the open stream, not to an earlier one. */
  boolean isCurrent(int number) {
    return state == State.OPEN && number == opening;
  }

  void entry(LogEntry entry, long now) {
    credits--;
    heard = true;
    note(entry);
    accept(filter.entry(entry, now), now);
    topUp(now);
  }

  private void note(LogEntry entry) {
    boolean uplink = log == LogKind.FRAMES || entry.kind().equals("up");
    long moment = entry.time() == null ? Long.MIN_VALUE : entry.time().toEpochMilli();
    if (entry.id() instanceof EntryId.Sequenced id) {
      newest = newest.with(id.millis(), uplink);
      moment = Math.max(moment, id.millis());
    }
    oldest = Math.min(oldest, moment);
    if (uplink) {
      newestUplink = Math.max(newestUplink, moment);
    }
  }

  /**
   * Whether the stream has shown an uplink of that time or later, as far as is known: the log may
   * begin later.
   */
  boolean shows(long time) {
    return newestUplink >= time || (heard && oldest > time);
  }

  /** The newest entries that any of its streams has shown, by the clock that dates ids. */
  Newest newest() {
    return newest;
  }

  /** The next entry must report that earlier ones were never written. */
  void notLogged() {
    notLogged = true;
  }

  /** Whether that is still to be reported. */
  boolean owesNotLogged() {
    return notLogged;
  }

  /** The stream has ended; try again after a while. */
  void retry(long now) {
    if (now - openedAt >= WORKED_MS) {
      backoff.reset();
      failures = 0;
    }
    failures++;
    failedAt = now;
    leave(State.WAITING);
    openAt = now + backoff.next();
  }

  void refuse() {
    leave(State.REFUSED);
  }

  private void leave(State next) {
    state = next;
    filter.closed();
    task.positions().advance(devEui, log, filter.remembered().compact());
    account();
  }

  /** The inventory lists the device. */
  void listed() {
    if (state == State.REFUSED) {
      state = State.WAITING;
      openAt = 0;
    }
  }

  /** Closes the stream. Returns whether there was one. */
  boolean close(long now) {
    if (state != State.OPEN) {
      return false;
    }
    stream.cancel();
    leave(State.WAITING);
    openAt = now + timing.pool().release();
    return true;
  }

  long openedAt() {
    return openedAt;
  }

  /** Whether the server had room for the open stream, as far as is known. */
  boolean works(long now) {
    return isOpen() && (heard || now - openedAt >= timing.replay().emptyAfter());
  }

  /** The time since the last entry. */
  long silenceMillis(long now) {
    return filter.quietMillis(now);
  }

  boolean heard() {
    return heard;
  }

  /** Time has passed, and the server answers. */
  void tick(long now, Pulse pulse) {
    if (!isOpen() || isStalled()) {
      return;
    }
    caughtUp |= filter.settled(now);
    if (filter.undecided()) {
      if (filter.wantsAnswer(now)) {
        pulse.insist(now);
      }
      accept(filter.tick(now, pulse.answeredAt()), now);
      if (filter.foundEmpty(now)) {
        task.report().empty(devEui, log, now);
      }
      if (filter.wantsReplay()) {
        close(now);
      }
    }
  }

  /** Whether the stream still replays entries from before its opening. */
  boolean catchesUp() {
    return state == State.OPEN && !caughtUp;
  }

  /** Whether entries, or requests for more, wait for room in the record queue. */
  boolean isStalled() {
    return parked || !backlog.isEmpty();
  }

  /** There is room in the record queue. Returns false if it is used up. */
  boolean drain(long now) {
    while (!backlog.isEmpty()) {
      if (!task.queue().offer(backlog.peekFirst())) {
        return false;
      }
      backlog.removeFirst();
      account();
    }
    if (state != State.OPEN) {
      parked = false;
      return true;
    }
    if (parked && now - parkedAt > STALL_MS) {
      close(now);
      parked = false;
      return true;
    }
    if (parked) {
      filter.resumed(now);
    }
    topUp(now);
    return !isStalled();
  }

  boolean hasBacklog() {
    return !backlog.isEmpty();
  }

  /**
   * How long the log has been silent, for {@link StreamScheduler#plan}. A log whose stream keeps
   * failing counts as read, since the entries before the failure were read.
   *
   * @param wanted what it is read for
   */
  long quietMillis(SeenDevices.Wanted wanted, long now) {
    if (hasBacklog()) {
      return StreamScheduler.PINNED;
    }
    return switch (state) {
      case REFUSED -> Long.MAX_VALUE;
      case WAITING -> failures > 1 && openAt > now ? now - failedAt : StreamScheduler.READING;
      case OPEN -> {
        if (hadItsTurn(now)) {
          yield filter.quietMillis(now);
        }
        yield showed(wanted, now) ? StreamScheduler.SHOWN : StreamScheduler.READING;
      }
    };
  }

  /**
   * Whether the log has shown what it was opened for. This may be wrong, so only the time at which
   * the rest is read may depend on it.
   */
  private boolean showed(SeenDevices.Wanted wanted, long now) {
    if (!sent || isStalled() || filter.undecided() || !filter.heardAllSentTogether(now)) {
      return false;
    }
    return wanted.equals(SeenDevices.Wanted.NOTHING)
        ? filter.broughtNews() && !filter.inFullBatch()
        : shows(wanted.uplink()) && newest.entry() >= wanted.entry();
  }

  private boolean hadItsTurn(long now) {
    return sent
        && !isStalled()
        && (filter.settled(now)
            || (now - openedAt >= timing.turns().visitLimit() && filter.broughtNews()));
  }

  private void accept(List<ReplayFilter.Passed> passed, long now) {
    for (ReplayFilter.Passed next : passed) {
      ReplayFilter.Passed one = next;
      if (notLogged) {
        notLogged = false;
        if (one.gap() == null) {
          one = new ReplayFilter.Passed(one.entry(), StreamReport.NOT_LOGGED, one.ids());
        }
      }
      task.positions().advance(devEui, log, one.ids());
      if (one.gap() != null) {
        task.report().gap(one.entry(), one.gap(), now);
      }
      Handed item = new NewEntry(one, task.positions(), task.records(), task.metrics());
      if (!backlog.isEmpty() || !task.queue().offer(item)) {
        backlog.addLast(item);
      }
    }
    account();
  }

  private void account() {
    long bytes = filter.heldBytes();
    for (Handed item : backlog) {
      bytes += item.bytes();
    }
    if (bytes != held) {
      task.queue().hold(bytes - held);
      held = bytes;
    }
  }

  private void topUp(long now) {
    if (backlog.isEmpty() && task.queue().hasRoom()) {
      parked = false;
      if (credits <= PREFETCH / 2) {
        int more = PREFETCH - credits;
        credits = PREFETCH;
        stream.request(more);
      }
    } else if (!parked && credits == 0) {
      parked = true;
      parkedAt = now;
    }
  }
}
