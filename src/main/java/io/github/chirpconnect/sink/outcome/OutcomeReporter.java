package io.github.chirpconnect.sink.outcome;

import io.github.chirpconnect.common.Clocks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports failures, writes outcomes, and marks a command done once both are durable. */
public final class OutcomeReporter {
  private static final Logger LOG = LoggerFactory.getLogger(OutcomeReporter.class);

  private final ErrantRecordReporter reporter;
  private final OutcomeWriter writer;
  private final boolean toleratesErrors;
  private final Consumer<Outcome.Kind> counter;
  private final Clocks clocks;
  private final Deque<Reported> reports = new ArrayDeque<>();

  /**
   * @param reporter null where the connector has none
   * @param toleratesErrors whether a command that can't be carried out is logged and skipped where
   *     there is no reporter, rather than failing the task
   * @param counter gets the kind of each outcome
   */
  public OutcomeReporter(
      ErrantRecordReporter reporter,
      OutcomeWriter writer,
      boolean toleratesErrors,
      Consumer<Outcome.Kind> counter,
      Clocks clocks) {
    this.reporter = reporter;
    this.writer = writer;
    this.toleratesErrors = toleratesErrors;
    this.counter = counter;
    this.clocks = clocks;
  }

  /** A command has an outcome. */
  public void decided(PendingCommand pending, Outcome outcome) {
    if (pending.abandoned()) {
      return;
    }
    counter.accept(outcome.kind());
    OutcomeRecord record = OutcomeRecord.of(pending, outcome, clocks.now());
    if (outcome.kind().isError()) {
      failed(pending, outcome, () -> writer.write(pending, record));
    } else {
      writer.write(pending, record);
    }
  }

  /**
   * The outcome topic holds the command's outcome already. A failure is reported once more, since
   * its first report may be lost.
   */
  public void decidedBefore(PendingCommand pending, Outcome outcome) {
    if (outcome.kind().isError()) {
      failed(pending, outcome, () -> pending.commits().done(pending));
    } else {
      pending.commits().done(pending);
    }
  }

  private void failed(PendingCommand pending, Outcome outcome, Runnable then) {
    if (!toleratesErrors) {
      pending.commits().stopAt(pending.offset());
    }
    reports.add(new Reported(pending, outcome, then));
  }

  /**
   * Reports failed commands. Call it on the task thread, where the task may throw.
   *
   * @throws ConnectException when errors are not tolerated, once everything before the failed
   *     command is done: restarted, the task begins with that command and with no other
   */
  public void report() {
    for (Iterator<Reported> each = reports.iterator(); each.hasNext(); ) {
      Reported reported = each.next();
      if (reported.pending().abandoned()) {
        each.remove();
      } else if (toleratesErrors
          || reported.pending().commits().isFirstPending(reported.pending())) {
        handOver(reported);
        each.remove();
        reported.then().run();
      }
    }
  }

  /**
   * Reports failed commands and waits until the reports are durable: Connect itself waits for
   * reports made before a commit, not for those made during it. Never throws; a report that is not
   * durable in time is repeated.
   */
  public void reportBeforeCommit(long millis) {
    if (!toleratesErrors) {
      return; // a report would throw
    }
    long end = clocks.steadyMillis() + millis;
    Deque<Reported> now = new ArrayDeque<>(reports);
    reports.clear();
    Deque<Future<?>> writes = new ArrayDeque<>();
    now.removeIf(reported -> reported.pending().abandoned());
    for (Reported reported : now) {
      try {
        writes.add(handOver(reported));
      } catch (ConnectException e) {
        writes.add(CompletableFuture.failedFuture(e));
      }
    }
    for (Reported reported : now) {
      if (isSafe(writes.remove(), end - clocks.steadyMillis())) {
        reported.then().run();
      } else {
        reports.add(reported);
      }
    }
  }

  private static boolean isSafe(Future<?> report, long millis) {
    try {
      report.get(Math.max(0, millis), TimeUnit.MILLISECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn(
          "A report of a failed command was not written in time and is repeated: {}",
          String.valueOf(e));
      return false;
    }
  }

  private Future<?> handOver(Reported reported) {
    SinkPosition position = new SinkPosition(reported.pending());
    CommandFailedException reason = new CommandFailedException(reported.outcome().reason());
    if (reporter != null) {
      try {
        return reporter.report(reported.pending().record(), reason);
      } catch (ConnectException e) {
        throw new ConnectException(position + " can't be carried out: " + reason.getMessage(), e);
      }
    }
    if (!toleratesErrors) {
      throw new ConnectException(
          position + " can't be carried out, and errors.tolerance is none: " + reason.getMessage());
    }
    LOG.warn("{} is skipped: {}", position, reason.getMessage());
    return CompletableFuture.completedFuture(null);
  }

  /**
   * Writes that the command's call is made next, and runs the callback when that is durable.
   *
   * @param groupCounter the frame counter of its multicast group before the call, if it is known
   */
  public void announce(PendingCommand pending, Optional<Long> groupCounter, Runnable then) {
    writer.write(
        pending,
        OutcomeRecord.of(pending, Intent.SENDING, groupCounter.orElse(null), clocks.now()),
        then);
  }

  /** Writes that the announced call was certainly not carried out. */
  public void takeBack(PendingCommand pending) {
    if (!pending.announced() || pending.abandoned()) {
      return;
    }
    pending.announced(false);
    writer.write(pending, OutcomeRecord.of(pending, Intent.WAITING, null, clocks.now()), () -> {});
  }

  /** Writes waiting outcomes, as far as possible now. */
  public void writeWaiting() {
    writer.writeWaiting();
  }

  /** Drops reports and outcomes of revoked partitions. */
  public void dropAbandoned() {
    reports.removeIf(reported -> reported.pending().abandoned());
    writer.dropAbandoned();
  }

  /** The standstill does not count as time in which outcomes failed. */
  public void stoodStill() {
    writer.stoodStill();
  }

  /**
   * Whether another command may be sent, since its outcome can be written.
   *
   * @param out calls in flight
   */
  public boolean permitsCall(int out) {
    return writer.permitsCall(out);
  }

  /** Whether commands must wait until failed outcomes are written. */
  public boolean isBlocked() {
    return writer.isBlocked();
  }

  /** Why the task has to fail. */
  public Optional<String> hopeless() {
    return writer.hopeless();
  }

  /** Whether outcomes are on their way to the brokers. */
  public boolean isWriting() {
    return writer.isWriting();
  }

  /** Whether reports or outcomes are unfinished. */
  public boolean isOpen() {
    return !reports.isEmpty() || writer.isOpen();
  }

  public boolean hasReports() {
    return !reports.isEmpty();
  }

  /**
   * A failure to report.
   *
   * @param then what follows the report
   */
  private record Reported(PendingCommand pending, Outcome outcome, Runnable then) {}

  /** How messages name a command. */
  private record SinkPosition(PendingCommand pending) {
    @Override
    public String toString() {
      return "the command at "
          + pending.position()
          + (pending.target() == null ? "" : " for " + pending.target());
    }
  }
}
