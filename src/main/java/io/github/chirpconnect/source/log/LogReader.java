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
 * Follows one log of one device, over as many streams as it takes, one at a time: asks for no more
 * than there is room for, filters what is replayed, and keeps the order. Used by the streams thread
 * only.
 */
final class LogReader {
  /**
   * Entries asked for ahead: more than the server sends at once, so that a batch arrives as one.
   */
  static final int PREFETCH = 16;

  /** A server that could not send for longer may have trimmed entries that it had not sent yet. */
  static final long STALL_MS = 1_000;

  /** A stream that lived so long worked: the next failure is a new one. */
  private static final long WORKED_MS = 30_000;

  enum State {
    /** To be opened when its time has come. */
    WAITING,
    OPEN,
    /** Not this key's, or no log: nothing is tried until the inventory lists the device again. */
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
  private boolean answered;
  private boolean heard;
  private int failures;
  private long failedAt;
  private int credits;
  private boolean parked;
  private long parkedAt;
  private boolean sent;
  private long carriedSince;
  private Newest id = Newest.NONE;
  private long newest;
  private long oldest;
  private boolean notLogged;

  /** Whether the replay of the stream that is open now was over once. */
  private boolean caughtUp;

  /** What the hand-over was told of what is held here. */
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

  /** A stream is about to be opened; returns the number that its callbacks have to bear. */
  int opening(long now) {
    state = State.OPEN;
    openedAt = now;
    sent = false;
    answered = false;
    heard = false;
    newest = Long.MIN_VALUE;
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

  /** The request was sent: only from now on does silence mean anything. */
  void sent(long now) {
    sent = true;
    openedAt = now;
    filter.resumed(now);
  }

  /** The server has taken the request. */
  void answered(long now) {
    if (!answered && sent) {
      task.pace().answered(now - openedAt);
    }
    answered = true;
  }

  /** Whether the server is still busy with opening the stream, as far as can be told. */
  boolean isUnanswered(long now) {
    return state == State.OPEN && !answered && now - openedAt < task.pace().waitsForMillis();
  }

  /** Whether there is a stream, and it was really sent. */
  boolean isOpen() {
    return state == State.OPEN && sent;
  }

  /**
   * What should have carried entries stood still until then, so silence before it means nothing.
   */
  void silenceCountsFrom(long since, long now) {
    if (isOpen() && since > openedAt && since != carriedSince) {
      carriedSince = since;
      filter.resumed(now);
    }
  }

  /** Whether the end of the replay is still to be told, by how long nothing comes. */
  boolean waitsForSilence(long now) {
    return isOpen() && !isStalled() && !filter.settled(now);
  }

  /** Whether a callback is that of the stream now open, not of one that was given up. */
  boolean isCurrent(int number) {
    return state == State.OPEN && number == opening;
  }

  void entry(LogEntry entry, long now) {
    credits--;
    answered(now);
    heard = true;
    note(entry);
    accept(filter.entry(entry, now), now);
    topUp(now);
  }

  private void note(LogEntry entry) {
    boolean uplink = log == LogKind.FRAMES || entry.kind().equals("up");
    if (entry.id() instanceof EntryId.Sequenced sequenced) {
      id = id.with(sequenced.millis(), uplink);
    }
    long moment =
        Math.max(
            entry.id() instanceof EntryId.Sequenced id ? id.millis() : Long.MIN_VALUE,
            entry.time() == null ? Long.MIN_VALUE : entry.time().toEpochMilli());
    oldest = Math.min(oldest, moment);
    if (uplink) {
      newest = Math.max(newest, moment);
    }
  }

  /**
   * Whether the stream has shown an uplink of that time or later, as far as can be told: of a log
   * that begins later it is not known.
   */
  boolean shows(long time) {
    return newest >= time || (heard && oldest > time);
  }

  /** What any of its streams has shown, by the clock that dates ids. */
  Newest newest() {
    return id;
  }

  /** The next entry is to say that some before it were never written. */
  void notLogged() {
    notLogged = true;
  }

  /** Whether that is still to be said. */
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

  /** Lets the server go; returns whether there was a stream. */
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

  /** Whether the server had room for the stream that is open now, as far as can be told. */
  boolean works(long now) {
    return isOpen() && (heard || now - openedAt >= timing.replay().emptyAfter());
  }

  /** How long nothing came. */
  long silenceMillis(long now) {
    return filter.quietMillis(now);
  }

  boolean heard() {
    return heard;
  }

  /** Time has passed, and the server shows signs of life. */
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

  /** Whether the stream still brings what was logged before it was opened. */
  boolean catchesUp() {
    return state == State.OPEN && !caughtUp;
  }

  /** Whether entries or permission to send wait for room in the hand-over. */
  boolean isStalled() {
    return parked || !backlog.isEmpty();
  }

  /** There is room in the hand-over; returns false if it is used up. */
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
   * failing counts as read: the entries before the one that the server fails at were read.
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
   * Whether the log has shown what it was opened for. Not known by silence, so that nothing may
   * depend on it but the time when the rest is read.
   */
  private boolean showed(SeenDevices.Wanted wanted, long now) {
    if (!sent || isStalled() || filter.undecided() || !filter.heardAllSentTogether(now)) {
      return false;
    }
    return wanted.equals(SeenDevices.Wanted.NOTHING)
        ? filter.broughtNews() && !filter.inFullBatch()
        : shows(wanted.uplink()) && id.entry() >= wanted.entry();
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
