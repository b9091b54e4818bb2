package io.github.chirpconnect.sink.outcome;

import io.github.chirpconnect.common.Backoff;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.CompletionQueue;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * Writes outcomes, and keeps those that could not be written. A producer without brokers blocks its
 * caller once per record. So after a failure one outcome at a time is tried, with growing pauses,
 * until a write succeeds; the others wait here.
 *
 * <p>The trial is a waiting outcome. If none waits, because its partition was revoked, one command
 * may be sent: its outcome is the trial.
 */
public final class OutcomeWriter {
  /** How many outcomes may be in flight to the brokers before no more commands are sent. */
  private static final int MOST_OUTCOMES = 1_000;

  private static final TopicOutage.Words UNWRITABLE =
      new TopicOutage.Words(
          "Outcomes can't be written; no command is sent until they can",
          "Outcomes have not been written for %d s; no command is sent",
          "Outcomes can be written again",
          "outcomes could not be written for %d s (retry.timeout.ms); no command was skipped; check"
              + " outcome.bootstrap.servers");

  private final OutcomeLog outcomes;
  private final CompletionQueue completions;
  private final Clocks clocks;
  private final Backoff pauses;
  private final TopicOutage outage;
  private final BooleanSupplier isOwner;
  private final Consumer<PendingCommand> onWritten;

  /** Failed outcomes go before those never tried, so that a device's outcomes stay in order. */
  private final Deque<Waiting> failed = new ArrayDeque<>();

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int writing;
  private State state = State.UNKNOWN;
  private long trialAt;
  private String hopeless;

  /** Whether the brokers accept writes. */
  private enum State {
    UNKNOWN,
    WRITABLE,
    AWAY
  }

  /**
   * @param isOwner whether the task certainly has its partitions: what it wrote late, after another
   *     task, would hide from the next one what that other task wrote
   * @param onWritten gets each command whose outcome is durable, on the task thread
   */
  public OutcomeWriter(
      OutcomeLog outcomes,
      Duration retryTimeout,
      CompletionQueue completions,
      Clocks clocks,
      DoubleSupplier random,
      BooleanSupplier isOwner,
      Consumer<PendingCommand> onWritten) {
    this.outcomes = outcomes;
    this.completions = completions;
    this.clocks = clocks;
    this.pauses = new Backoff(random, PendingCommand.LONGEST_PAUSE_MS);
    this.outage = new TopicOutage(UNWRITABLE, retryTimeout, clocks);
    this.isOwner = isOwner;
    this.onWritten = onWritten;
  }

  /** Writes an outcome behind all that wait, now or later. */
  void write(PendingCommand pending, OutcomeRecord outcome) {
    write(pending, outcome, () -> onWritten.accept(pending));
  }

  /**
   * @param then run on the task thread when the record is durable; not if the command is abandoned
   *     before it is written
   */
  void write(PendingCommand pending, OutcomeRecord outcome, Runnable then) {
    waiting.add(new Waiting(pending, outcome, then));
    writeWaiting();
  }

  /** Writes waiting outcomes, as far as possible now. */
  void writeWaiting() {
    while (isWaiting() && mayWrite() && isOwner.getAsBoolean()) {
      Waiting next = failed.isEmpty() ? waiting.remove() : failed.remove();
      if (!next.pending().abandoned()) {
        begin(next);
      }
    }
  }

  private boolean mayWrite() {
    return state == State.WRITABLE
        ? writing < MOST_OUTCOMES
        : writing == 0 && clocks.steadyMillis() >= trialAt;
  }

  private void begin(Waiting next) {
    writing++;
    Attempt attempt = new Attempt(next, state != State.WRITABLE);
    PartitionCommits commits = next.pending().commits();
    commits.writes(next.pending());
    outcomes.write(next.outcome(), commits.highestWritten(), attempt);
    if (attempt.failed) {
      state = State.AWAY; // now, since each further write would block as long
    }
  }

  private void ended(Attempt attempt, Exception failure) {
    writing--;
    if (failure != null) {
      keep(attempt);
      failed(failure);
      return;
    }
    outage.over();
    state = State.WRITABLE;
    trialAt = 0;
    pauses.reset();
    attempt.attempted.then().run();
    writeWaiting();
  }

  private void keep(Attempt attempt) {
    if (attempt.attempted.pending().abandoned() || attempt.attempted.outcome().isWaiting()) {
      // What takes a call back may be out of date by now. Without it the call is only in doubt.
      return;
    }
    if (attempt.alone) {
      failed.addFirst(attempt.attempted);
    } else {
      failed.addLast(attempt.attempted);
    }
  }

  private void failed(Exception failure) {
    long now = clocks.steadyMillis();
    outage.failed(failure);
    // Writes in flight together fail together and count as one attempt.
    if (now >= trialAt) {
      trialAt = Math.min(now + pauses.next(), Math.max(now, outage.hopelessAt()));
    }
    state = State.AWAY;
    if (isOpen() && outage.isHopeless()) {
      hopeless = outage.givenUp(failure);
    }
    forgetIfNothingWaits();
  }

  /** Drops outcomes of revoked partitions. */
  void dropAbandoned() {
    failed.removeIf(each -> each.pending().abandoned());
    waiting.removeIf(each -> each.pending().abandoned());
    forgetIfNothingWaits();
  }

  /** Without open outcomes nothing fails, and the next outcome gets the whole retry timeout. */
  private void forgetIfNothingWaits() {
    if (!isOpen()) {
      outage.forget();
    }
  }

  /** The standstill does not count as time in which outcomes failed. */
  void stoodStill() {
    outage.stoodStill();
  }

  /**
   * Whether another command may be sent.
   *
   * @param out calls in flight, whose outcomes follow
   */
  boolean permitsCall(int out) {
    return switch (state) {
      case WRITABLE -> writing + failed.size() + waiting.size() < MOST_OUTCOMES;
      case UNKNOWN -> !isOpen();
      case AWAY -> !isOpen() && out == 0 && clocks.steadyMillis() >= trialAt;
    };
  }

  /** Whether outcomes that could not be written wait. */
  boolean isBlocked() {
    return state == State.AWAY && isOpen();
  }

  /** Why the task has to fail. */
  Optional<String> hopeless() {
    return Optional.ofNullable(hopeless);
  }

  /** Whether outcomes are in flight to the brokers. */
  boolean isWriting() {
    return writing > 0;
  }

  /** Whether outcomes are in flight or wait. */
  boolean isOpen() {
    return writing > 0 || isWaiting();
  }

  private boolean isWaiting() {
    return !failed.isEmpty() || !waiting.isEmpty();
  }

  private record Waiting(PendingCommand pending, OutcomeRecord outcome, Runnable then) {}

  /** Passes the result of a write from the producer's thread to the task thread. */
  private final class Attempt implements Consumer<Exception> {
    private final Waiting attempted;
    private final boolean alone;
    private volatile boolean failed;

    private Attempt(Waiting attempted, boolean alone) {
      this.attempted = attempted;
      this.alone = alone;
    }

    @Override
    public void accept(Exception failure) {
      failed = failure != null;
      completions.add(() -> ended(this, failure));
    }
  }
}
