package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.SinkBed.A;
import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.testing.FakeQueues;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Commands that may or may not be in a multicast group's queue already. */
class GroupInDoubtTest {
  private static final String GROUP = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(12);

  private final SinkBed bed =
      new SinkBed()
          .with("outcome.topic", "outcomes")
          .with("outcome.producer.bootstrap.servers", "k:9092");

  @Test
  void theCounterIsReadOnceBeforeCommandsThatFollowEachOther() {
    bed.start();
    bed.server.answerAtOnce();
    for (int port = 1; port <= 3; port++) {
      bed.put(bed.command(GROUP, port));
      bed.turns(Duration.ofSeconds(2));
    }
    assertThat(bed.server.counterLooks).containsExactly(GROUP);

    bed.turns(Duration.ofSeconds(12));
    bed.put(bed.command(GROUP, 4));
    bed.turns(Duration.ofSeconds(1));

    assertThat(bed.server.counterLooks).containsExactly(GROUP, GROUP);
    assertThat(bed.server.portsOf(GROUP)).containsExactly(1, 2, 3, 4);
    assertThat(bed.outcomes.written)
        .extracting(OutcomeRecord::state, OutcomeRecord::fCntDown)
        .containsExactly(
            tuple("accepted", 0L),
            tuple("accepted", 1L),
            tuple("accepted", 2L),
            tuple("accepted", 3L));
  }

  @Test
  void noCounterIsReadForDevicesAndFlushesAndWhereNothingIsInspected() {
    bed.start();
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 1), bed.record(PARTITION, GROUP, "{\"command\":\"flush\"}"));
    SinkBed resending = new SinkBed().with("in.doubt", "resend").start();
    resending.server.answerAtOnce();
    resending.put(resending.command(GROUP, 1));

    assertThat(bed.server.counterLooks).isEmpty();
    assertThat(bed.server.flushes).containsExactly(GROUP);
    assertThat(resending.server.counterLooks).isEmpty();
    assertThat(resending.server.portsOf(GROUP)).containsExactly(1);
  }

  @Test
  void aLostAnswerIsFoundByTheCounterAndNothingIsSentTwice() {
    send(FakeQueues.Enqueue::loseAnswer);

    assertThat(bed.server.portsOf(GROUP)).containsExactly(1, 2);
    assertThat(outcomesAndCounters())
        .isEqualTo("accepted 7 found in the target's queue, accepted 8 null");
    assertThat(bed.server.looks).hasSize(1); // at once: items of groups leave within seconds
    assertThat(bed.committed()).isEqualTo(2);
  }

  @Test
  void aCounterThatStoodStillShowsThatNothingWasSent() {
    send(call -> call.fail(FailureKind.IN_DOUBT, "connection lost"));

    assertThat(bed.server.portsOf(GROUP)).containsExactly(1, 1, 2);
    assertThat(bed.server.looks).hasSize(3);
    assertThat(outcomesAndCounters()).isEqualTo("accepted 7 null, accepted 8 null");
    assertThat(bed.context.reports).isEmpty();
  }

  @Test
  void aLateCallIsWaitedFor() {
    bed.server.groupCounters.put(GROUP, 7L);
    bed.start();
    bed.server.atOnce = call -> call.fail(FailureKind.IN_DOUBT, "deadline passed");
    bed.put(bed.command(GROUP, 1));
    bed.turns(Duration.ofSeconds(2));
    bed.server.queue(bed.server.enqueues.get(0).downlink); // it was in the server all the time
    bed.server.answerAtOnce();
    bed.turns(LONG_ENOUGH);

    assertThat(bed.server.portsOf(GROUP)).containsExactly(1);
    assertThat(outcomesAndCounters()).isEqualTo("accepted 7 found in the target's queue");
  }

  @Test
  void whatOthersQueuedMeanwhileAndIsSeenProvesThatItWasNotSent() {
    send(
        call -> {
          bed.server.queue(downlink(99));
          bed.server.queue(downlink(98));
          call.fail(FailureKind.IN_DOUBT, "connection lost");
        });

    assertThat(bed.server.portsOf(GROUP)).containsExactly(1, 1, 2);
    assertThat(outcomesAndCounters()).isEqualTo("accepted 9 null, accepted 10 null");
  }

  @Test
  void anEqualItemAmongSeveralMayBeAnothers() {
    send(
        call -> {
          bed.server.queue(downlink(1));
          bed.server.queue(downlink(98));
          call.fail(FailureKind.IN_DOUBT, "connection lost");
        });

    assertThat(bed.server.portsOf(GROUP)).containsExactly(1, 2);
    assertThat(outcomesAndCounters())
        .startsWith("unknown null unknown whether it was queued")
        .contains("went from 7 to 9", "frame counter 7 may be theirs")
        .endsWith("accepted 9 null");
  }

  @Test
  void whatHasLeftTheQueueProvesNothing() {
    send(
        call -> {
          bed.server.queue(call.downlink);
          bed.server.empty(GROUP); // sent over the air
          call.fail(FailureKind.IN_DOUBT, "connection lost");
        });

    assertThat(bed.server.portsOf(GROUP)).containsExactly(1, 2);
    assertThat(outcomesAndCounters())
        .startsWith("unknown null")
        .contains("went from 7 to 8", "it may have been sent, or have reached no gateway")
        .endsWith("accepted 8 null");
    assertThat(bed.committed()).isEqualTo(2);
  }

  @Test
  void aGroupWithoutGatewayLeavesNoTraceButItsCounter() {
    bed.server.groupsWithoutGateway.add(GROUP);
    send(FakeQueues.Enqueue::loseAnswer);

    assertThat(outcomesAndCounters()).startsWith("unknown null").contains("reached no gateway");
  }

  @Test
  void anItemThatIsSeenOnceIsRememberedWhenItLeaves() {
    send(
        call -> {
          bed.server.queue(downlink(99));
          call.fail(FailureKind.IN_DOUBT, "connection lost");
        },
        () -> {
          bed.turns(Duration.ofSeconds(2));
          bed.server.empty(GROUP);
        });

    assertThat(bed.server.portsOf(GROUP)).containsExactly(1, 1, 2);
  }

  @Test
  void aCounterThatWasSetBackProvesNothing() {
    send(
        call -> {
          bed.server.groupCounters.put(GROUP, 3L);
          call.fail(FailureKind.IN_DOUBT, "connection lost");
        });

    assertThat(outcomesAndCounters())
        .startsWith("unknown null")
        .contains("was set back meanwhile, from 7 to 3")
        .endsWith("accepted 3 null");
  }

  @Test
  void aKeyThatMayNotReadTheGroupSendsAllTheSame() {
    bed.server.queueFailure = new ApiException(FailureKind.NOT_PERMITTED, "not for you");
    send(FakeQueues.Enqueue::succeed);
    assertThat(bed.server.portsOf(GROUP)).containsExactly(1, 2);
    assertThat(bed.context.reports).isEmpty();

    bed.server.atOnce = FakeQueues.Enqueue::loseAnswer;
    bed.put(bed.command(GROUP, 3));
    bed.turns(LONG_ENOUGH);
    assertThat(bed.context.reasons()).singleElement().asString().contains("not for you");
  }

  @Test
  void whileTheServerIsAwayADoubtfulCommandWaits() {
    bed.server.groupCounters.put(GROUP, 7L);
    bed.start();
    bed.server.atOnce = FakeQueues.Enqueue::loseAnswer;
    bed.put(bed.command(GROUP, 1));
    bed.server.queueFailure = new ApiException(FailureKind.TRANSIENT, "restarting");
    bed.turns(Duration.ofSeconds(30));
    bed.server.queueFailure = null;
    bed.turns(Duration.ofSeconds(15));

    assertThat(bed.server.enqueues).hasSize(1);
    assertThat(outcomesAndCounters()).isEqualTo("accepted 7 found in the target's queue");
  }

  /** As of a device: the queue's items show their content, and nobody knows whose they are. */
  @Test
  void afterATakeOverAnEqualItemMayBeTheCommandAndAnAbsentOneIsSent() {
    bed.startNow();
    bed.server.answerAtOnce();
    bed.server.queue(downlink(1));
    bed.put(bed.command(GROUP, 1), bed.command(GROUP, 2));
    bed.turns(Duration.ofSeconds(5));

    assertThat(bed.server.portsOf(GROUP)).containsExactly(2);
    assertThat(outcomesAndCounters())
        .startsWith("unknown null")
        .contains("an equal item is in the multicast group's queue, as frame counter 0")
        .endsWith("accepted 1 null");
  }

  private void send(Consumer<FakeQueues.Enqueue> fate) {
    send(fate, () -> {});
  }

  /** Two commands for a group with frame counter 7, of which the first one meets this fate. */
  private void send(Consumer<FakeQueues.Enqueue> fate, Runnable meanwhile) {
    bed.server.groupCounters.put(GROUP, 7L);
    bed.start();
    bed.server.atOnce =
        call -> {
          bed.server.answerAtOnce();
          fate.accept(call);
        };
    bed.put(bed.command(GROUP, 1), bed.command(GROUP, 2));
    meanwhile.run();
    bed.turns(LONG_ENOUGH);
  }

  /** State, frame counter and reason of each command, in the order of the topic. */
  private String outcomesAndCounters() {
    return String.join(
        ", ",
        bed.outcomes.written.stream()
            .sorted(comparing(OutcomeRecord::offset))
            .map(each -> each.state() + " " + each.fCntDown() + " " + each.reason())
            .toList());
  }

  private static Downlink downlink(int port) {
    return new Downlink(Target.group(GROUP), port, false, new byte[] {1}, null, null, null, false);
  }
}
