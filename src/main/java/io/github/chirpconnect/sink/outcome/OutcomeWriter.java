package io.github.chirpconnect.sink.outcome;

import io.github.chirpconnect.common.Backoff;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.CompletionQueue;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes outcomes, and keeps those that could not be written until they can. A producer whose
 * brokers are away blocks the thread that asks it to write, once for each record: so as long as no
 * write has succeeded since the last one that failed, one outcome at a time is tried, with growing
 * pauses, and the others wait here.
 *
 * <p>What is tried is what waits. Where nothing does, since partitions were taken away with what
 * was to be written, one command may be sent: its outcome is the next to try with.
 */
public final class OutcomeWriter {
  private static final Logger LOG = LoggerFactory.getLogger(OutcomeWriter.class);

  /** Outcomes that may be on their way to the brokers before nothing more is sent. */
  private static final int MOST_OUTCOMES = 1_000;

  private static final long REMIND_EVERY_MS = 60_000;

  private final OutcomeLog outcomes;
  private final long retryTimeoutMs;
  private final CompletionQueue completions;
  private final Clocks clocks;
  private final Backoff pauses;
  private final Consumer<PendingCommand> onWritten;

  /** What failed goes before what was never tried, so that a device's outcomes stay in order. */
  private final Deque<Waiting> failed = new ArrayDeque<>();

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int writing;
  private State state = State.UNKNOWN;
  private long trialAt;
  private Long failingSince;
  private long remindedAt;
  private String hopeless;

  /** What is known of the brokers. */
  private enum State {
    UNKNOWN,
    WRITABLE,
    AWAY
  }

  /**
   * @param onWritten hears of each command whose outcome is safe, on the task thread
   */
  public OutcomeWriter(
      OutcomeLog outcomes,
      Duration retryTimeout,
      CompletionQueue completions,
      Clocks clocks,
      DoubleSupplier random,
      Consumer<PendingCommand> onWritten) {
    this.outcomes = outcomes;
    this.retryTimeoutMs = retryTimeout.toMillis();
    this.completions = completions;
    this.clocks = clocks;
    this.pauses = new Backoff(random, PendingCommand.LONGEST_PAUSE_MS);
    this.onWritten = onWritten;
  }

  /** Writes an outcome after all that wait already, now or when that is possible. */
  void write(PendingCommand pending, OutcomeRecord outcome) {
    waiting.add(new Waiting(pending, outcome));
    writeWaiting();
  }

  /** Writes of what waits as much as may be written now. */
  void writeWaiting() {
    while (isWaiting() && mayWrite()) {
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
    outcomes.write(next.outcome(), attempt);
    if (attempt.failed) {
      state = State.AWAY; // at once: the others would each block as long as this one did
    }
  }

  private void ended(Attempt attempt, Exception failure) {
    writing--;
    if (failure != null) {
      keep(attempt);
      failed(failure);
      return;
    }
    if (failingSince != null) {
      LOG.info("Outcomes can be written again");
    }
    state = State.WRITABLE;
    failingSince = null;
    trialAt = 0;
    pauses.reset();
    onWritten.accept(attempt.attempted.pending());
    writeWaiting();
  }

  private void keep(Attempt attempt) {
    if (attempt.attempted.pending().abandoned()) {
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
    if (failingSince == null) {
      failingSince = now;
      remindedAt = now;
      LOG.warn(
          "Outcomes can't be written, no command is sent until they can: {}",
          String.valueOf(failure));
    } else if (now - remindedAt >= REMIND_EVERY_MS) {
      remindedAt = now;
      LOG.warn(
          "Outcomes can't be written for {} s, no command is sent: {}",
          (now - failingSince) / 1000,
          String.valueOf(failure));
    }
    // Those that were out together fail together, and count as one attempt.
    if (now >= trialAt) {
      trialAt = Math.min(now + pauses.next(), Math.max(now, failingSince + retryTimeoutMs));
    }
    state = State.AWAY;
    if (isOpen() && now - failingSince >= retryTimeoutMs) {
      hopeless =
          "outcomes could not be written for "
              + (now - failingSince) / 1000
              + " s, which is retry.timeout.ms; nothing was skipped, see outcome.producer.bootstrap.servers: "
              + failure;
    }
    forgetIfNothingWaits();
  }

  /** Partitions were taken away: forgets their outcomes. */
  void dropAbandoned() {
    failed.removeIf(each -> each.pending().abandoned());
    waiting.removeIf(each -> each.pending().abandoned());
    forgetIfNothingWaits();
  }

  /** With nothing left to be written nothing fails, and the next outcome has its whole time. */
  private void forgetIfNothingWaits() {
    if (!isOpen()) {
      failingSince = null;
    }
  }

  /** The task stood still meanwhile: it did not try in that time. */
  void stoodStill() {
    if (failingSince != null) {
      failingSince = clocks.steadyMillis();
    }
  }

  /**
   * Whether another command may be sent.
   *
   * @param out commands that are out already, whose outcomes are to come
   */
  boolean permitsCall(int out) {
    return switch (state) {
      case WRITABLE -> writing + failed.size() + waiting.size() < MOST_OUTCOMES;
      case UNKNOWN -> !isOpen();
      case AWAY -> !isOpen() && out == 0 && clocks.steadyMillis() >= trialAt;
    };
  }

  /** Whether outcomes wait that could not be written. */
  boolean isBlocked() {
    return state == State.AWAY && isOpen();
  }

  /** Why the task has to fail. */
  Optional<String> hopeless() {
    return Optional.ofNullable(hopeless);
  }

  /** Whether outcomes are on their way to the brokers. */
  boolean isWriting() {
    return writing > 0;
  }

  /** Whether outcomes are on their way, or wait for it. */
  boolean isOpen() {
    return writing > 0 || isWaiting();
  }

  private boolean isWaiting() {
    return !failed.isEmpty() || !waiting.isEmpty();
  }

  private record Waiting(PendingCommand pending, OutcomeRecord outcome) {}

  /** Hears of the end of a write, on whichever thread it comes, and tells the task thread. */
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
