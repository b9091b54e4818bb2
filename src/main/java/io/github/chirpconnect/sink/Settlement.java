package io.github.chirpconnect.sink;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the books on deliveries: tells the errant record reporter of those that failed, writes
 * each one's outcome, and counts it as done when both are safe.
 */
final class Settlement {
  private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

  /** Outcomes that may wait for the brokers before nothing more is sent. */
  private static final int MOST_OUTCOMES = 1_000;

  private final ErrantRecordReporter reporter;
  private final OutcomeLog outcomes;
  private final Rules rules;
  private final Mailbox mailbox;
  private final SinkMetrics metrics;
  private final Clock clock;
  private final LongSupplier steadyMillis;
  private final Backoff pauses;

  private final Deque<Settled> reports = new ArrayDeque<>();
  private final Deque<Settled> unwritten = new ArrayDeque<>();
  private int writing;
  private Long failingSince;
  private long writeAgainAt;
  private String hopeless;

  /**
   * @param reporter null where the connector has none
   */
  Settlement(
      ErrantRecordReporter reporter,
      OutcomeLog outcomes,
      Rules rules,
      Mailbox mailbox,
      SinkMetrics metrics,
      Clock clock,
      LongSupplier steadyMillis,
      DoubleSupplier random) {
    this.reporter = reporter;
    this.outcomes = outcomes;
    this.rules = rules;
    this.mailbox = mailbox;
    this.metrics = metrics;
    this.clock = clock;
    this.steadyMillis = steadyMillis;
    this.pauses = new Backoff(random);
  }

  /** It is decided what became of a delivery. */
  void settle(Delivery delivery, Outcome outcome) {
    if (delivery.abandoned()) {
      return;
    }
    metrics.outcome(outcome.kind());
    Settled settled =
        new Settled(delivery, outcome, OutcomeRecord.of(delivery, outcome, clock.instant()));
    if (!outcome.kind().isError()) {
      write(settled);
      return;
    }
    if (!rules.toleratesErrors()) {
      delivery.account().stopAt(delivery.offset());
    }
    reports.add(settled);
  }

  /**
   * Reports what failed. For the task thread, while it may throw.
   *
   * @throws ConnectException when errors are not tolerated, once everything before the failed
   *     command is done: restarted, the task begins with that command and with no other
   */
  void report() {
    for (Iterator<Settled> each = reports.iterator(); each.hasNext(); ) {
      Settled settled = each.next();
      if (settled.delivery().abandoned()) {
        each.remove();
      } else if (rules.toleratesErrors()
          || settled.delivery().account().isFirstPending(settled.delivery())) {
        handOver(settled);
        each.remove();
        write(settled);
      }
    }
  }

  /**
   * Reports what failed, and waits until the reports are safe: Connect waits for those that were
   * made before a commit, not for those made in it. Never throws; what is not safe in time is not
   * done.
   */
  void reportBeforeCommit(long millis) {
    if (!rules.toleratesErrors()) {
      return; // to report would be to throw
    }
    long end = steadyMillis.getAsLong() + millis;
    Deque<Settled> now = new ArrayDeque<>(reports);
    reports.clear();
    Deque<Future<?>> reported = new ArrayDeque<>();
    now.removeIf(settled -> settled.delivery().abandoned());
    for (Settled settled : now) {
      try {
        reported.add(handOver(settled));
      } catch (ConnectException e) {
        reported.add(CompletableFuture.failedFuture(e));
      }
    }
    for (Settled settled : now) {
      if (isSafe(reported.remove(), end - steadyMillis.getAsLong())) {
        write(settled);
      } else {
        reports.add(settled);
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
          "A report of a failed command was not written in time, it is made again: {}",
          String.valueOf(e));
      return false;
    }
  }

  private Future<?> handOver(Settled settled) {
    SinkPosition position = new SinkPosition(settled.delivery());
    CommandFailedException reason = new CommandFailedException(settled.outcome().reason());
    if (reporter != null) {
      try {
        return reporter.report(settled.delivery().record(), reason);
      } catch (ConnectException e) {
        throw new ConnectException(position + " can't be carried out: " + reason.getMessage(), e);
      }
    }
    if (!rules.toleratesErrors()) {
      throw new ConnectException(
          position + " can't be carried out, and errors.tolerance is none: " + reason.getMessage());
    }
    LOG.warn("{} is passed over: {}", position, reason.getMessage());
    return CompletableFuture.completedFuture(null);
  }

  private void write(Settled settled) {
    writing++;
    outcomes.write(settled.record(), failure -> mailbox.add(() -> written(settled, failure)));
  }

  private void written(Settled settled, Exception failure) {
    writing--;
    if (failure == null) {
      if (failingSince != null) {
        LOG.info("Outcomes can be written again");
        failingSince = null;
        pauses.reset();
      }
      settled.delivery().account().done(settled.delivery());
      return;
    }
    long now = steadyMillis.getAsLong();
    if (failingSince == null) {
      failingSince = now;
      LOG.warn(
          "Outcomes can't be written, no command is sent until they can: {}",
          String.valueOf(failure));
    }
    if (unwritten.isEmpty()) {
      writeAgainAt = now + pauses.next();
    }
    unwritten.add(settled);
    if (now - failingSince >= rules.retryTimeout().toMillis()) {
      hopeless =
          "outcomes could not be written for "
              + Duration.ofMillis(now - failingSince).toSeconds()
              + " s, which is retry.timeout.ms; nothing was skipped, see outcome.producer.bootstrap.servers: "
              + failure;
    }
  }

  /** Writes again what could not be written, when it is time. */
  void writeAgain() {
    if (unwritten.isEmpty() || steadyMillis.getAsLong() < writeAgainAt) {
      return;
    }
    Deque<Settled> now = new ArrayDeque<>(unwritten);
    unwritten.clear();
    for (Settled settled : now) {
      if (!settled.delivery().abandoned()) {
        write(settled);
      }
    }
  }

  /** Whether more commands may be sent: their outcomes could be written. */
  boolean isHealthy() {
    return failingSince == null && writing < MOST_OUTCOMES;
  }

  /** Why the task has to fail. */
  Optional<String> hopeless() {
    return Optional.ofNullable(hopeless);
  }

  /** Whether outcomes are on their way to the brokers. */
  boolean isWriting() {
    return writing > 0;
  }

  /** Whether failed commands wait for being reported, or outcomes for being written. */
  boolean isOpen() {
    return !reports.isEmpty() || !unwritten.isEmpty() || writing > 0;
  }

  boolean hasReports() {
    return !reports.isEmpty();
  }

  private record Settled(Delivery delivery, Outcome outcome, OutcomeRecord record) {}

  /** How messages name a command. */
  private record SinkPosition(Delivery delivery) {
    @Override
    public String toString() {
      return "the command at "
          + delivery.position()
          + (delivery.devEui() == null ? "" : " for device " + delivery.devEui());
    }
  }
}
