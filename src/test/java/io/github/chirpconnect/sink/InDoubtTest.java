package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.SinkBed.A;
import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.testing.FakeQueues;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Commands that may or may not be in the device's queue already. */
class InDoubtTest {
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(12);

  private final SinkBed bed = new SinkBed();

  @Test
  void aLostAnswerIsFoundInTheQueueAndNothingIsSentTwice() {
    bed.with("outcome.topic", "outcomes").with("outcome.bootstrap.servers", "k:9092").start();
    bed.server.atOnce = FakeQueues.Enqueue::loseAnswer;
    bed.put(bed.command(A, 1));
    bed.server.answerAtOnce();
    bed.turns(LONG_ENOUGH);

    assertThat(bed.server.portsOf(A)).containsExactly(1);
    assertThat(bed.committed()).isEqualTo(1);
    assertThat(bed.outcomes.written)
        .singleElement()
        .satisfies(
            outcome -> {
              assertThat(outcome.state()).isEqualTo("accepted");
              assertThat(outcome.queueItemId()).isEqualTo("item-1");
            });
  }

  @Test
  void theQueueIsNotLookedAtBeforeALateCallHasLanded() {
    bed.start();
    bed.server.atOnce = call -> call.fail(FailureKind.IN_DOUBT, "deadline passed");
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofMillis(2_900));
    assertThat(bed.server.looks).isEmpty();

    // It was in the server all the time.
    bed.server.queue(bed.server.enqueues.get(0).downlink);
    bed.turns(LONG_ENOUGH);
    assertThat(bed.server.looks).hasSize(1);
    assertThat(bed.server.enqueues).hasSize(1);
  }

  @Test
  void absentTwiceAndAClassADeviceThatHasNotMovedIsSentAgain() {
    bed.start();
    bed.server.states.put(
        A, new DeviceState(bed.time.instant().minus(Duration.ofMinutes(10)), "CLASS_A"));
    bed.server.atOnce = call -> call.fail(FailureKind.IN_DOUBT, "connection lost");
    bed.put(bed.command(A, 1), bed.command(A, 2));
    bed.server.answerAtOnce();
    bed.turns(LONG_ENOUGH);

    assertThat(bed.server.looks).hasSize(2);
    assertThat(bed.server.portsOf(A)).containsExactly(1, 1, 2);
    assertThat(bed.context.reports).isEmpty();
    assertThat(bed.committed()).isEqualTo(2);
  }

  @Test
  void absentFromTheQueueOfADeviceThatWasHeardMeanwhileIsUnknownAndReported() {
    bed.start();
    bed.server.atOnce = call -> call.fail(FailureKind.IN_DOUBT, "connection lost");
    bed.put(bed.command(A, 1), bed.command(A, 2));
    bed.server.answerAtOnce();
    bed.turns(Duration.ofSeconds(4));
    bed.server.states.put(A, new DeviceState(bed.time.instant(), "CLASS_A"));
    bed.turns(LONG_ENOUGH);

    assertThat(bed.server.portsOf(A)).containsExactly(1, 2);
    assertThat(bed.context.reasons())
        .singleElement()
        .asString()
        .startsWith("unknown whether it was queued");
    assertThat(bed.committed()).isEqualTo(2);
  }

  @Test
  void aDeviceHeardBetweenTheCallAndTheFirstLookHasMovedToo() {
    bed.start();
    bed.put(bed.command(A, 1));
    bed.time.advance(Duration.ofSeconds(8));
    bed.server.states.put(
        A, new DeviceState(bed.time.instant().minus(Duration.ofSeconds(4)), "CLASS_A"));
    bed.server.waiting().get(0).fail(FailureKind.IN_DOUBT, "deadline passed");
    bed.turns(LONG_ENOUGH);

    assertThat(bed.server.enqueues).hasSize(1);
    assertThat(bed.context.reasons()).hasSize(1);
  }

  @Test
  void absentFromAClassCQueueProvesNothing() {
    bed.start();
    bed.server.states.put(A, new DeviceState(null, "CLASS_C"));
    bed.server.atOnce = call -> call.fail(FailureKind.IN_DOUBT, "connection lost");
    bed.put(bed.command(A, 1));
    bed.turns(LONG_ENOUGH);

    assertThat(bed.server.enqueues).hasSize(1);
    assertThat(bed.context.reasons()).singleElement().asString().contains("CLASS_C");
  }

  @Test
  void oneOfItsLikesThatWentBeforeIsNotTakenForIt() {
    bed.start();
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 1));
    bed.server.atOnce = call -> call.fail(FailureKind.IN_DOUBT, "connection lost");
    bed.put(bed.command(A, 1));
    bed.server.answerAtOnce();
    bed.turns(LONG_ENOUGH);

    assertThat(bed.server.queues.get(A)).hasSize(2);
    assertThat(bed.server.enqueues).hasSize(3);
  }

  /** v3's items have a frame counter and no id, and its devices no class that is told. */
  private void countingFrames() {
    bed.server.countsFrames = true;
    bed.server.states.put(A, new DeviceState(null, null));
    bed.with("outcome.topic", "outcomes").with("outcome.bootstrap.servers", "k:9092").start();
    bed.server.answerAtOnce();
  }

  @Test
  void withoutIdsOneOfItsLikesThatWentBeforeIsKnownByItsFrameCounter() {
    countingFrames();
    bed.put(bed.command(A, 1));
    bed.server.atOnce = call -> call.fail(FailureKind.IN_DOUBT, "connection lost");
    bed.put(bed.command(A, 1));
    bed.turns(LONG_ENOUGH);

    assertThat(bed.outcomes.texts()).containsExactly("accepted", "unknown");
    assertThat(bed.server.enqueues).hasSize(2);
    assertThat(bed.committed()).isEqualTo(2);
  }

  @Test
  void withoutIdsALostAnswerIsFoundBehindItsLikesOnceForEachCommand() {
    countingFrames();
    bed.put(bed.command(A, 1));
    bed.server.atOnce = FakeQueues.Enqueue::loseAnswer;
    bed.put(bed.command(A, 1));
    bed.turns(LONG_ENOUGH);
    bed.server.atOnce = call -> call.fail(FailureKind.IN_DOUBT, "connection lost");
    bed.put(bed.command(A, 1));
    bed.turns(LONG_ENOUGH);

    assertThat(bed.outcomes.written)
        .extracting(OutcomeRecord::state, OutcomeRecord::fCntDown)
        .containsExactly(tuple("accepted", 0L), tuple("accepted", 1L), tuple("unknown", null));
  }

  @Test
  void withoutIdsAFlushMakesTheCountersBeforeItVoid() {
    countingFrames();
    bed.put(bed.command(A, 1), bed.record(PARTITION, A, "{\"command\":\"flush\"}"));
    bed.put();
    bed.server.atOnce = FakeQueues.Enqueue::loseAnswer;
    bed.put(bed.command(A, 1));
    bed.turns(LONG_ENOUGH);

    assertThat(bed.outcomes.texts()).containsExactly("accepted", "accepted", "accepted");
  }

  @Test
  void withoutIdsACounterThatStartsAgainMakesThoseBeforeItVoid() {
    countingFrames();
    bed.put(bed.command(A, 1), bed.command(A, 2));
    bed.put();
    bed.server.empty(A); // the device has joined again
    bed.put(bed.command(A, 3));
    bed.server.atOnce = FakeQueues.Enqueue::loseAnswer;
    bed.put(bed.command(A, 2));
    bed.turns(LONG_ENOUGH);

    assertThat(bed.outcomes.written)
        .extracting(OutcomeRecord::state, OutcomeRecord::fCntDown)
        .endsWith(tuple("accepted", 1L));
  }

  @Test
  void anObjectCantBeRecognizedSoItIsReported() {
    bed.start();
    bed.server.atOnce = FakeQueues.Enqueue::loseAnswer;
    bed.put(bed.record(PARTITION, A, "{\"f_port\":1,\"object\":{\"on\":true}}"));
    bed.turns(LONG_ENOUGH);

    assertThat(bed.server.enqueues).hasSize(1);
    assertThat(bed.server.looks).isEmpty();
    assertThat(bed.context.reasons()).singleElement().asString().contains("object");
  }

  @Test
  void resendSendsAgainAndDropReports() {
    bed.with("in.doubt", "resend").start();
    bed.server.atOnce = FakeQueues.Enqueue::loseAnswer;
    bed.put(bed.command(A, 1));
    bed.server.answerAtOnce();
    bed.turns(LONG_ENOUGH);
    assertThat(bed.server.enqueues).hasSize(2);
    assertThat(bed.server.looks).isEmpty();
    assertThat(bed.context.reports).isEmpty();

    SinkBed other = new SinkBed().with("in.doubt", "drop").start();
    other.server.atOnce = FakeQueues.Enqueue::loseAnswer;
    other.put(other.command(A, 1));
    other.turns(LONG_ENOUGH);
    assertThat(other.server.enqueues).hasSize(1);
    assertThat(other.context.reasons())
        .containsExactly("unknown whether it was queued: answer lost");
  }

  @Test
  void whileTheServerIsAwayADoubtfulCommandWaitsForItsLook() {
    bed.start();
    bed.server.atOnce = FakeQueues.Enqueue::loseAnswer;
    bed.put(bed.command(A, 1));
    bed.server.queueFailure = new ApiException(FailureKind.TRANSIENT, "restarting");
    bed.turns(Duration.ofSeconds(30));
    bed.server.queueFailure = null;
    bed.turns(Duration.ofSeconds(15));

    assertThat(bed.server.enqueues).hasSize(1);
    assertThat(bed.committed()).isEqualTo(1);
  }
}
