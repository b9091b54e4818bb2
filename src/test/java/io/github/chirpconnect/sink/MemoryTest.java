package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.SinkBed.A;
import static io.github.chirpconnect.sink.SinkBed.B;
import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.testing.FakeQueues;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a task knows from the outcome topic of the task before it, which was killed. */
class MemoryTest {
  private final SinkBed bed =
      new SinkBed().with("outcome.topic", "outcomes").with("outcome.bootstrap.servers", "k:9092");

  @BeforeEach
  void aClassADeviceThatSleeps() {
    bed.server.answerAtOnce();
    DeviceState asleep = new DeviceState(bed.time.instant().minus(Duration.ofHours(1)), "CLASS_A");
    bed.server.states.put(A, asleep);
    bed.server.states.put(B, asleep);
  }

  @Test
  void aCallIsAnnouncedBeforeItIsMade() {
    bed.server.atOnce = null;
    bed.start();
    bed.put(bed.command(A, 1));
    assertThat(states()).containsExactly("sending");
    assertThat(bed.server.enqueues).hasSize(1);

    bed.server.enqueues.get(0).succeed();
    bed.put();
    assertThat(states()).containsExactly("sending", "accepted");
  }

  /** All that is announced is in doubt after a crash, so nothing is announced for later. */
  @Test
  void noMoreIsAnnouncedThanMayBeInFlight() {
    bed.server.atOnce = null;
    bed.outcomes.announcementsWait = true;
    bed.start();
    bed.put(
        IntStream.range(0, 20)
            .mapToObj(i -> bed.command("%016x".formatted(0xa00 + i), 1 + i))
            .toList());
    while (bed.server.enqueues.size() < 8) {
      bed.outcomes.waiting.remove(0).accept(null);
      bed.put();
    }

    assertThat(bed.server.enqueues).hasSize(8);
    assertThat(states()).hasSize(8).containsOnly("sending");
  }

  /** Each day the same command, to a device that sleeps. */
  @Test
  void identicalCommandsAreSentOnceEach() {
    bed.start();
    List<SinkRecord> same = IntStream.range(0, 5).mapToObj(i -> bed.command(A, 1)).toList();
    bed.put(same.subList(0, 3));
    bed.turns(Duration.ofSeconds(1));
    bed.killed(same);

    assertThat(bed.server.queues.get(A)).hasSize(5);
    assertThat(bed.outcomes.texts()).hasSize(5).containsOnly("accepted");
    assertThat(bed.committed()).isEqualTo(5);
    assertThat(bed.server.looks).isEmpty();
  }

  /** The answer for the third never came. */
  @Test
  void onlyACallWithoutAnOutcomeIsInDoubt() {
    bed.start();
    List<SinkRecord> same = IntStream.range(0, 5).mapToObj(i -> bed.command(A, 1)).toList();
    bed.put(same.subList(0, 2));
    bed.turns(Duration.ofSeconds(1));
    bed.server.atOnce = null;
    bed.put(same.subList(2, 4));
    bed.server.queue(bed.server.waiting().get(0).downlink);
    bed.server.answerAtOnce();
    bed.killed(same);

    assertThat(bed.server.queues.get(A)).hasSize(5);
    assertThat(bed.outcomes.written)
        .extracting(OutcomeRecord::queueItemId)
        .containsExactly("item-1", "item-2", "item-3", "item-4", "item-5");
  }

  @Test
  void aCallThatNeverArrivedIsMadeAgain() {
    inFlightWhenKilled();

    assertThat(bed.server.queues.get(A)).hasSize(1);
    assertThat(bed.outcomes.texts()).containsExactly("accepted");
  }

  @Test
  void whatMayHaveGoneOverTheAirIsUnknown() {
    bed.server.states.put(A, new DeviceState(bed.time.instant(), "CLASS_C"));
    inFlightWhenKilled();

    assertThat(bed.server.queues.get(A)).isNull();
    assertThat(bed.outcomes.texts()).containsExactly("unknown");
    assertThat(bed.context.reports).hasSize(1);
  }

  @Test
  void resendSendsOnlyWhatIsInDoubt() {
    bed.with("in.doubt", "resend").start();
    SinkRecord first = bed.command(A, 1);
    SinkRecord second = bed.command(A, 2);
    bed.put(first);
    bed.turns(Duration.ofSeconds(1));
    bed.server.atOnce = null;
    bed.put(second);
    bed.server.queue(bed.server.waiting().get(0).downlink);
    bed.server.answerAtOnce();
    bed.killed(List.of(first, second));

    assertThat(bed.server.portsOf(A)).containsExactly(1, 2, 2);
  }

  /** A failed command's report may not have been durable, unlike its outcome. */
  @Test
  void aFailureIsReportedOnceMoreAndNotSentAgain() {
    bed.server.failing(downlink -> FailureKind.NOT_PERMITTED);
    bed.start();
    SinkRecord refused = bed.command(A, 1);
    bed.put(refused);
    bed.put();
    bed.killed(List.of(refused));

    assertThat(bed.server.enqueues).hasSize(1);
    assertThat(bed.context.reports).hasSize(1);
    assertThat(bed.outcomes.texts()).containsExactly("rejected");
    assertThat(bed.context.metrics.value("commands-rejected-total")).isZero();
    assertThat(bed.committed()).isEqualTo(1);
  }

  /** The server is down, and the connector is started again. */
  @Test
  void aCallThatWasCertainlyNotCarriedOutIsNotInDoubt() {
    bed.server.states.put(A, new DeviceState(bed.time.instant(), "CLASS_C"));
    bed.server.failing(downlink -> FailureKind.TRANSIENT);
    bed.start();
    SinkRecord command = bed.command(A, 1);
    bed.put(command);
    bed.turns(Duration.ofSeconds(1));
    assertThat(states()).startsWith("sending", "waiting").doesNotContain("accepted");
    bed.server.answerAtOnce();
    bed.killed(List.of(command));

    assertThat(bed.server.queues.get(A)).hasSize(1);
    assertThat(bed.outcomes.texts()).containsExactly("accepted");
  }

  /** Written later, it would hide that the call was announced again, and made. */
  @Test
  void whatTakesACallBackIsNotWrittenLate() {
    bed.start();
    bed.server.failing(
        downlink -> {
          bed.outcomes.failure = new TimeoutException("no brokers");
          return FailureKind.TRANSIENT;
        });
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofSeconds(1));
    bed.outcomes.failure = null;
    bed.server.answerAtOnce();
    bed.turns(Duration.ofSeconds(15));

    assertThat(states()).containsExactly("sending", "sending", "accepted");
  }

  /** Calls that were announced are made before the partition goes, or the next task would doubt. */
  @Test
  void aTaskThatIsStoppedLeavesNothingInDoubt() {
    bed.with("max.in.flight", 2).start();
    bed.server.atOnce = null;
    List<SinkRecord> all =
        IntStream.range(0, 20)
            .mapToObj(i -> bed.command(PARTITION, DeliveryOrderTest.eui(i), 1))
            .toList();
    bed.put(all);
    bed.put();
    bed.whileWaiting = () -> bed.server.waiting().forEach(FakeQueues.Enqueue::succeed);
    bed.preCommit();

    assertThat(states().stream().filter("sending"::equals)).hasSameSizeAs(bed.outcomes.written);
  }

  @Test
  void withoutReachTheQueueIsRead() {
    bed.start();
    SinkRecord command = bed.command(A, 1);
    bed.put(command);
    bed.put();
    bed.outcomes.all.removeIf(each -> each.offset() == 0);
    bed.outcomes.archive.since = Instant.MAX;
    bed.killed(List.of(command));

    assertThat(bed.server.looks).isNotEmpty();
    assertThat(bed.server.enqueues).hasSize(1);
    assertThat(bed.outcomes.texts()).endsWith("unknown");
  }

  /** What retention has removed was written before the oldest record that is there. */
  @Test
  void aCommandThatIsYoungerThanAllThatWasRemovedWasNotSent() {
    bed.start();
    SinkRecord old = bed.command(A, 1);
    bed.put(old);
    bed.turns(Duration.ofSeconds(60));
    bed.outcomes.archive.since = bed.time.instant();
    bed.time.advance(Duration.ofSeconds(10));
    bed.killed(List.of(bed.command(A, 1)));

    assertThat(bed.server.looks).as("an equal item is in the queue").isEmpty();
    assertThat(bed.server.enqueues).hasSize(2);
    assertThat(bed.outcomes.texts()).containsExactly("accepted", "accepted");
  }

  /** Its announcement is proof of doubt, however little else is known. */
  @Test
  void whatIsAnnouncedIsInDoubtWithoutReachToo() {
    bed.server.states.put(A, new DeviceState(bed.time.instant(), "CLASS_C"));
    bed.outcomes.archive.since = Instant.MAX;
    inFlightWhenKilled();

    assertThat(bed.server.enqueues).hasSize(1);
    assertThat(bed.outcomes.texts()).containsExactly("unknown");
  }

  /** Many were sent behind one that held the commit up; then both keys were lowered. */
  @Test
  void nothingIsSentTwiceAfterMaxInFlightWasLowered() {
    bed.with("max.in.flight", 64).with("command.max.age.ms", -1).start();
    bed.server.atOnce = null;
    List<SinkRecord> all = new ArrayList<>(List.of(bed.command(A, 1)));
    IntStream.range(0, 1_500).forEach(i -> all.add(bed.command(B, 2)));
    bed.put(all.get(0));
    bed.server.answerAtOnce();
    for (int i = 1; i < all.size(); i += 100) {
      bed.put(all.subList(i, Math.min(all.size(), i + 100)));
      bed.turns(Duration.ofMillis(200));
    }
    assertThat(bed.committed()).isZero();
    assertThat(bed.server.queues.get(B)).hasSize(1_500);
    bed.with("max.in.flight", 1);
    bed.killed(all.subList(0, 500));
    bed.put(all.subList(500, all.size()));
    bed.turns(Duration.ofSeconds(5));

    assertThat(bed.server.queues.get(B)).hasSize(1_500);
    assertThat(bed.committed()).isEqualTo(all.size());
  }

  /** An operator sets the consumer group back, as far as the outcome topic reaches. */
  @Test
  void whatHasAnOutcomeIsNotSentAgainHoweverFarTheGroupIsSetBack() {
    bed.with("command.max.age.ms", -1).start();
    List<SinkRecord> all =
        IntStream.range(0, 2_000).mapToObj(i -> bed.command(i % 2 == 0 ? A : B, 1)).toList();
    for (int i = 0; i < all.size(); i += 100) {
      bed.put(all.subList(i, i + 100));
      bed.turns(Duration.ofMillis(200));
    }
    assertThat(bed.committed()).isEqualTo(2_000);
    bed.killed(all.subList(0, 500));
    for (int i = 500; i < all.size(); i += 100) {
      bed.put(all.subList(i, i + 100));
      bed.turns(Duration.ofMillis(200));
    }

    assertThat(bed.server.enqueues).hasSize(2_000);
    assertThat(bed.outcomes.texts()).hasSize(2_000);
    assertThat(bed.committed()).isEqualTo(2_000);
  }

  /** The worker's clock was set right: now all commands seem to be younger than the assignment. */
  @ParameterizedTest
  @ValueSource(longs = {7, 60, 3_600})
  void aWorkersClockThatIsSetBackSendsNothingTwice(long seconds) {
    bed.start();
    List<SinkRecord> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(bed.command(i == 0 ? B : A, 1));
      bed.server.atOnce = null;
      if (i > 0) {
        bed.server.answerAtOnce();
      }
      bed.put(all.get(i));
      bed.turns(Duration.ofSeconds(1));
    }
    assertThat(bed.committed()).isZero();
    bed.time.wallClock.advance(Duration.ofSeconds(-30 - seconds));
    bed.killed(all);

    assertThat(bed.server.queues.get(A)).hasSize(29);
  }

  /** The task before lives on. Its call was on the way when it lost the partition. */
  @Test
  void aCallOfTheTaskBeforeMayArriveUntilItsDeadline() {
    bed.with("chirpstack.request.timeout.ms", 20_000).server.atOnce = null;
    bed.start();
    SinkRecord command = bed.command(A, 1);
    bed.put(command);
    bed.server.answerAtOnce();
    bed.killed(List.of(command));
    bed.turns(Duration.ofSeconds(6));
    assertThat(bed.server.enqueues).as("not sent again yet").hasSize(1);

    bed.server.queue(bed.server.enqueues.get(0).downlink);
    bed.turns(Duration.ofSeconds(10));
    assertThat(bed.server.queues.get(A)).hasSize(1);
    assertThat(bed.outcomes.texts()).containsExactly("accepted");
  }

  /** An item that waits since before what is known may be an older command's. */
  @Test
  void anItemThatMayBeOlderThanTheMemoryProvesNothing() {
    bed.start();
    SinkRecord other = bed.command(B, 1);
    SinkRecord command = bed.command(A, 1);
    bed.put(other);
    bed.turns(Duration.ofSeconds(1));
    bed.server.atOnce = null;
    bed.put(command);
    bed.server.queue(bed.server.waiting().get(0).downlink);
    bed.server.answerAtOnce();
    bed.outcomes.archive.whole = false;
    bed.killed(List.of(other, command));

    assertThat(bed.outcomes.texts()).containsExactly("accepted", "unknown");
    assertThat(bed.outcomes.written.get(1).reason()).contains("does not hold any more");
  }

  /** A topic that was deleted and created again: its offsets mean other commands. */
  @Test
  void outcomesOfAnotherTopicOfThatNameMeanNothing() {
    bed.start();
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofSeconds(60));
    bed.rewind(PARTITION, 0);
    SinkRecord another = bed.command(A, 2);
    bed.killed(List.of(another));

    assertThat(bed.server.portsOf(A)).containsExactly(1, 2);
  }

  @Test
  void whileTheTopicCantBeReadCommandsWaitAndThatIsSaidOnce() {
    bed.start();
    SinkRecord command = bed.command(A, 1);
    bed.put(command);
    bed.turns(Duration.ofSeconds(1));
    bed.outcomes.archive.failure = new TimeoutException("no brokers");
    List<String> lines;
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      bed.killed(List.of(command));
      bed.turns(Duration.ofSeconds(30));
      lines = log.lines().stream().filter(line -> line.contains("no brokers")).toList();
    }
    assertThat(lines).singleElement().asString().contains("can't be read back");
    assertThat(bed.outcomes.archive.readings).hasSizeBetween(4, 15);
    assertThat(bed.committed()).isZero();

    bed.outcomes.archive.failure = null;
    bed.turns(Duration.ofSeconds(11));
    assertThat(bed.committed()).isEqualTo(1);
    assertThat(bed.server.enqueues).hasSize(1);
  }

  @Test
  void afterTheRetryTimeoutTheTaskFails() {
    bed.with("retry.timeout.ms", 10_000).start();
    SinkRecord command = bed.command(A, 1);
    bed.put(command);
    bed.turns(Duration.ofSeconds(1));
    bed.outcomes.archive.failure = new TimeoutException("no brokers");

    assertThatThrownBy(() -> bed.killed(List.of(command)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("outcome.consumer")
        .hasMessageContaining("no brokers");
  }

  private void inFlightWhenKilled() {
    bed.server.atOnce = null;
    bed.start();
    SinkRecord command = bed.command(A, 1);
    bed.put(command);
    assertThat(bed.server.waiting()).hasSize(1);
    bed.server.answerAtOnce();
    bed.killed(List.of(command));
  }

  private List<String> states() {
    return bed.outcomes.all.stream().map(OutcomeRecord::state).toList();
  }
}
