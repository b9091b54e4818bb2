package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.DeliveryOrderTest.eui;
import static io.github.chirpconnect.sink.SinkBed.A;
import static io.github.chirpconnect.sink.SinkBed.B;
import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.sink.outcome.Ownership;
import io.github.chirpconnect.testing.FakeQueues;
import java.time.Duration;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * The process was stopped, or its machine slept. Its partitions may be another task's by now, and
 * what it has in hand may have been sent.
 */
class StandstillTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private final SinkBed bed = new SinkBed();

  @Test
  void sendsNothingUntilACommitHasSucceeded() {
    bed.start();
    bed.put(IntStream.range(0, 50).mapToObj(i -> bed.command(eui(i), 1)).toList());
    assertThat(bed.server.enqueues).hasSize(8);
    bed.commitsSucceed = false;
    bed.time.advance(LONG);
    bed.server.answerAtOnce();
    bed.server.waiting().forEach(FakeQueues.Enqueue::succeed);

    bed.turns(Duration.ofSeconds(20));
    assertThat(bed.server.enqueues).hasSize(8);
    assertThat(bed.commits).isBetween(5, 30); // each one that fails is an error in the log

    bed.commitsSucceed = true;
    bed.turns(Duration.ofSeconds(5));
    assertThat(bed.server.enqueues).hasSize(50);
    assertThat(bed.committed()).isEqualTo(50);
  }

  /** The commit of before tells nothing, nor does one that has not come back yet. */
  @Test
  void aCommitFromBeforeProvesNothing() {
    bed.start();
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofSeconds(1));
    bed.time.advance(LONG);
    bed.put(bed.command(B, 2));
    bed.preCommit();
    bed.put();
    assertThat(bed.server.portsOf(B)).isEmpty();

    bed.preCommit();
    bed.put();
    assertThat(bed.server.portsOf(B)).containsExactly(2);
  }

  /** Between the proof and its use the process was stopped again. */
  @Test
  void eachStandstillTakesAProofOfItsOwn() {
    bed.start();
    bed.server.answerAtOnce();
    bed.time.advance(LONG);
    bed.put(bed.command(B, 2));
    bed.preCommit();
    bed.time.advance(LONG);
    bed.preCommit();
    bed.put();
    assertThat(bed.server.enqueues).isEmpty();

    bed.preCommit();
    bed.time.advance(LONG);
    bed.put();
    assertThat(bed.server.enqueues).isEmpty();

    bed.turns(Duration.ofSeconds(1));
    assertThat(bed.server.enqueues).hasSize(1);
  }

  /** A machine that sleeps stops the steady clock, too. */
  @Test
  void aSleepThatOnlyTheWallClockShowsCounts() {
    bed.start();
    bed.put(bed.command(A, 1), bed.command(A, 2));
    bed.time.sleep(LONG);
    bed.server.waiting().get(0).succeed();
    bed.put();
    assertThat(bed.server.portsOf(A)).containsExactly(1);

    bed.turns(Duration.ofSeconds(1));
    assertThat(bed.server.portsOf(A)).containsExactly(1, 2);
  }

  @Test
  void whatWasOvertakenIsNotSentInALastCommitEither() {
    bed.start();
    bed.put(bed.command(A, 1), bed.command(A, 2), bed.command(B, 3));
    bed.server.enqueues.get(1).succeed();
    bed.time.advance(LONG);
    bed.server.waiting().forEach(FakeQueues.Enqueue::succeed);
    bed.preCommit();

    assertThat(bed.server.portsOf(A)).containsExactly(1);
  }

  @Test
  void whatIsInHandGoesWithPartitionsThatAreOthersByNow() {
    bed.start();
    bed.put(bed.command(A, 1), bed.command(A, 2));
    bed.time.advance(LONG);
    bed.server.waiting().get(0).succeed();
    bed.commitsSucceed = false;
    bed.turns(Duration.ofSeconds(1));
    bed.close(PARTITION);
    bed.commitsSucceed = true;
    bed.open(PARTITION);
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 3));
    bed.turns(Duration.ofSeconds(1));

    assertThat(bed.server.portsOf(A)).containsExactly(1, 3);
  }

  @Test
  void anIdleTaskIsAskedOftenEnoughNotToSeemStopped() {
    bed.start();
    bed.put();
    assertThat(bed.context.timeout).isBetween(1L, Ownership.LIMIT_MS / 2);
    assertThat(bed.context.commitRequested).isFalse();
  }

  /** It was away for longer than the retry timeout, but has hardly tried. */
  @Test
  void theTimeDoesNotCountAgainstTheRetryTimeout() {
    bed.with("retry.timeout.ms", 20_000).start();
    bed.server.failing(downlink -> FailureKind.TRANSIENT);
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofSeconds(2));
    bed.time.advance(LONG);
    bed.turns(Duration.ofSeconds(10));

    bed.server.answerAtOnce();
    bed.turns(Duration.ofSeconds(10));
    assertThat(bed.committed()).isEqualTo(1);
    assertThat(bed.context.reports).as("given up").isEmpty();
  }

  @Test
  void theTimeDoesNotCountAgainstTheOutcomeBrokersEither() {
    remembering().with("retry.timeout.ms", 20_000).start();
    bed.server.answerAtOnce();
    bed.outcomes.failure = new TimeoutException("no brokers");
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofSeconds(2));
    bed.time.advance(LONG);
    bed.turns(Duration.ofSeconds(10));

    bed.outcomes.failure = null;
    bed.turns(Duration.ofSeconds(11));
    assertThat(bed.committed()).isEqualTo(1);
  }

  /** Another task has taken it for one in doubt, and sent it. */
  @Test
  void aCallThatWasAnnouncedBeforeIsNotMadeByATaskThatLostItsPartition() {
    remembering().start();
    bed.outcomes.announcementsWait = true;
    bed.put(bed.command(A, 1));
    bed.time.advance(LONG);
    bed.outcomes.waiting.remove(0).accept(null);
    bed.commitsSucceed = false;
    bed.turns(Duration.ofSeconds(5));
    bed.close(PARTITION);
    bed.turns(Duration.ofSeconds(5));

    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.outcomes.all).extracting(OutcomeRecord::state).containsExactly("sending");
  }

  /** What it wrote behind another task's records would hide them from the next. */
  @Test
  void anAnswerOfBeforeIsNotWrittenByATaskThatLostItsPartition() {
    remembering().start();
    bed.put(bed.command(A, 1));
    bed.time.advance(LONG);
    bed.server.waiting().get(0).succeed();
    bed.commitsSucceed = false;
    bed.turns(Duration.ofSeconds(5));
    bed.close(PARTITION);
    bed.turns(Duration.ofSeconds(5));

    assertThat(bed.outcomes.texts()).isEmpty();
  }

  private SinkBed remembering() {
    return bed.with("outcome.topic", "outcomes").with("outcome.bootstrap.servers", "k:9092");
  }
}
