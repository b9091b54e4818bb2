package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.DeliveryOrderTest.eui;
import static io.github.chirpconnect.sink.SinkBed.A;
import static io.github.chirpconnect.sink.SinkBed.B;
import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.sink.memory.Memory;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands that the task that had the partition before may have sent. */
class TakeOverTest {
  private final SinkBed bed = new SinkBed();

  @BeforeEach
  void writeOutcomes() {
    bed.with("outcome.topic", "outcomes").with("outcome.bootstrap.servers", "k:9092");
    bed.server.answerAtOnce();
  }

  @Test
  void whatThePredecessorMayHaveQueuedIsNeitherSentAgainNorClaimed() {
    List<SinkRecord> all = List.of(bed.command(A, 1), bed.command(A, 2), bed.command(A, 3));
    queue(downlink(A, 1), downlink(A, 2));
    takeOver(all);

    assertThat(bed.server.portsOf(A)).containsExactly(3);
    assertThat(bed.server.looks).hasSize(1);
    assertThat(bed.outcomes.texts()).containsExactlyInAnyOrder("unknown", "unknown", "accepted");
    assertThat(bed.committed()).isEqualTo(3);
  }

  /** Once a day the same command; the device sleeps, and yesterday's still waits. */
  @Test
  void anEarlierCommandsItemIsNotTakenForTheNewOne() {
    SinkRecord today = bed.command(A, 1);
    queue(downlink(A, 1));
    takeOver(List.of(today));

    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.outcomes.written)
        .extracting(OutcomeRecord::state, OutcomeRecord::queueItemId, OutcomeRecord::reason)
        .containsExactly(
            tuple(
                "unknown",
                null,
                "unknown whether it was queued: an equal item is in the device's queue, as item-1,"
                    + " which may be this command's, sent before this task took over, or another's"
                    + " (in.doubt=resend sends such a command again)"));
    assertThat(bed.context.reports).hasSize(1);
    assertThat(bed.context.metrics.value("commands-unknown-total")).isEqualTo(1L);
  }

  @Test
  void resendLooksForNothing() {
    bed.with("in.doubt", "resend");
    SinkRecord today = bed.command(A, 1);
    queue(downlink(A, 1));
    takeOver(List.of(today));

    assertThat(bed.server.looks).isEmpty();
    assertThat(bed.outcomes.texts()).containsExactly("accepted");
  }

  @Test
  void foreignItemsDoNotHideWhatWasSent() {
    List<SinkRecord> all = List.of(bed.command(A, 1), bed.command(A, 2), bed.command(A, 3));
    queue(downlink(A, 91), downlink(A, 1), downlink(A, 92), downlink(A, 2), downlink(A, 93));
    takeOver(all);

    assertThat(bed.server.portsOf(A)).containsExactly(3);
    assertThat(bed.outcomes.texts()).containsExactlyInAnyOrder("unknown", "unknown", "accepted");
  }

  /** A task before may have passed over one of them as unknown, and have sent the next. */
  @Test
  void itemsAreNotCounted() {
    List<SinkRecord> same = List.of(bed.command(A, 1), bed.command(A, 1), bed.command(A, 1));
    queue(downlink(A, 1), downlink(A, 1));
    takeOver(same);

    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.outcomes.texts()).containsExactly("unknown", "unknown", "unknown");
  }

  @Test
  void whatMayHaveGoneOverTheAirIsNotSentAgainWhenALaterOneMayStillWait() {
    List<SinkRecord> both = List.of(bed.command(A, 1), bed.command(A, 2));
    queue(downlink(A, 2));
    bed.server.states.put(
        A, new DeviceState(bed.time.instant().plus(Duration.ofSeconds(20)), "CLASS_A"));
    takeOver(both);

    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.outcomes.texts()).containsExactly("unknown", "unknown");
    assertThat(bed.outcomes.written.get(0).reason())
        .contains(
            "not in the device's queue, but an item that may be a later command of the device is");
  }

  @Test
  void whatCannotHaveLeftTheQueueIsSentAlthoughALaterOneSeemsToBeThere() {
    List<SinkRecord> both = List.of(bed.command(A, 1), bed.command(A, 2));
    queue(
        downlink(
            A, 2)); // an older one of the same content, or its own: the first may have been refused
    bed.server.states.put(
        A, new DeviceState(bed.time.instant().minus(Duration.ofHours(1)), "CLASS_A"));
    takeOver(both);

    assertThat(bed.server.portsOf(A)).containsExactly(1);
    assertThat(bed.outcomes.texts()).containsExactlyInAnyOrder("accepted", "unknown");
  }

  /** The first may have gone out with an uplink that the server dates some seconds earlier. */
  @Test
  void anUplinkShortlyBeforeTheCommandMayHaveTakenIt() {
    List<SinkRecord> both = List.of(bed.command(A, 1), bed.command(A, 2));
    queue(downlink(A, 2));
    bed.server.states.put(
        A, new DeviceState(bed.time.instant().minus(Duration.ofSeconds(9)), "CLASS_A"));
    takeOver(both);

    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.outcomes.texts()).containsExactly("unknown", "unknown");
  }

  @Test
  void whatHasExpiredNeedNotBeInTheQueue() {
    SinkRecord expired =
        bed.record(
            PARTITION,
            A,
            "{\"f_port\":1,\"data\":\"AQ==\",\"expires_at\":\"%s\"}"
                .formatted(bed.time.instant().plus(Duration.ofSeconds(5))));
    SinkRecord next = bed.command(A, 2);
    queue(downlink(A, 2));
    takeOver(List.of(expired, next));

    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.outcomes.texts()).containsExactly("unknown", "unknown");
  }

  @Test
  void anObjectMayBeWhateverIsQueuedOnItsPort() {
    SinkRecord object = bed.record(PARTITION, A, "{\"f_port\":1,\"object\":{\"on\":true}}");
    SinkRecord other = bed.record(PARTITION, B, "{\"f_port\":1,\"object\":{\"on\":true}}");
    queue(downlink(A, 1), downlink(B, 2));
    takeOver(List.of(object, other));

    assertThat(bed.server.portsOf(A)).isEmpty();
    assertThat(bed.server.portsOf(B)).containsExactly(1);
    assertThat(bed.context.reasons()).singleElement().asString().contains("recognized");
  }

  @Test
  void aPayloadForAFrameCounterIsFoundForCertain() {
    SinkRecord record =
        bed.record(
            PARTITION,
            A,
            "{\"f_port\":1,\"data\":\"AQ==\",\"is_encrypted\":true,\"f_cnt_down\":7}");
    queue(new Downlink(Target.device(A), 1, false, new byte[] {1}, null, null, 7L, false));
    takeOver(List.of(record));

    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.outcomes.written)
        .extracting(OutcomeRecord::state, OutcomeRecord::queueItemId)
        .containsExactly(tuple("accepted", "item-1"));
  }

  @Test
  void aFlushIsNotRepeatedWhenALaterCommandMayBeQueued() {
    List<SinkRecord> both =
        List.of(bed.record(PARTITION, A, "{\"command\":\"flush\"}"), bed.command(A, 2));
    queue(downlink(A, 2));
    takeOver(both);

    assertThat(bed.server.flushes).isEmpty();
    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.outcomes.texts()).containsExactly("unknown", "unknown");
  }

  @Test
  void theFirstCommandsAfterARestartAreSentEvenToAClassCDevice() {
    SinkRecord waiting = bed.command(A, 1);
    bed.server.states.put(A, new DeviceState(Instant.now(), "CLASS_C"));
    takeOver(List.of(waiting));

    assertThat(bed.server.portsOf(A)).containsExactly(1);
    assertThat(bed.context.reports).isEmpty();
  }

  @Test
  void commandsYoungerThanTheAssignmentGoAtOnce() {
    bed.start();
    bed.put(bed.command(A, 1));

    assertThat(bed.server.portsOf(A)).containsExactly(1);
    assertThat(bed.server.looks).isEmpty();
  }

  /** Written and sent before this task started, by a producer whose clock is some seconds ahead. */
  @Test
  void aProducersClockMayBeAhead() {
    SinkRecord sent = written(A, Duration.ofSeconds(33));
    queue(downlink(A, 1));
    takeOver(List.of(sent));

    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.outcomes.texts()).containsExactly("unknown");
  }

  /**
   * By how many seconds the clock is ahead shows only in what comes at once: this record comes
   * later than the time that it bears, so that it seems to be younger than the assignment.
   */
  @Test
  void aProducersClockThatIsAheadNeedNotShow() {
    SinkRecord sent = written(A, Duration.ofSeconds(33));
    SinkRecord younger = written(B, Duration.ofSeconds(36));
    queue(downlink(A, 1), downlink(B, 1));
    bed.time.advance(Duration.ofSeconds(30));
    bed.startNow();
    IntStream.range(0, 20)
        .forEach(
            i -> {
              bed.time.advance(Duration.ofMillis(500));
              bed.turn();
            });
    bed.put(sent, younger);
    bed.turns(Duration.ofSeconds(5));

    assertThat(bed.server.portsOf(A)).isEmpty();
    assertThat(bed.server.portsOf(B)).containsExactly(1);
    assertThat(bed.outcomes.texts()).containsExactlyInAnyOrder("unknown", "accepted");
  }

  /** What comes before it was written shows by how much the clock is ahead at the least. */
  @Test
  void aProducersClockMayBeFarAhead() {
    SinkRecord sent = written(A, Duration.ofHours(1));
    queue(downlink(A, 1));
    takeOver(List.of(sent));

    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.outcomes.texts()).containsExactly("unknown");
  }

  @Test
  void onlyWhatThePredecessorCanHaveReachedIsInDoubtAndAllOfItIsLookedForAtOnce() {
    List<SinkRecord> backlog =
        IntStream.range(0, 1_000).mapToObj(i -> bed.command(eui(i), 1)).toList();
    bed.time.advance(Duration.ofSeconds(30));
    bed.startNow();
    bed.put(backlog);
    bed.turns(Duration.ofMillis(Memory.SETTLE_MS));
    assertThat(bed.server.enqueues).isEmpty();
    long looks = bed.time.steadyMillis();
    while (bed.server.enqueues.size() < 1_000) {
      bed.turn();
      bed.time.advance(Duration.ofMillis(1));
    }

    assertThat(bed.server.looks).hasSize(512).doesNotHaveDuplicates();
    assertThat(bed.time.steadyMillis() - looks)
        .as("no command waits for a time of its own")
        .isLessThan(100);
    assertThat(bed.committed()).isEqualTo(1_000);
  }

  @Test
  void oneLookServesAllCommandsOfADeviceThatAreInDoubt() {
    List<SinkRecord> all =
        IntStream.range(0, 600).mapToObj(i -> bed.command(A, 1 + i % 9)).toList();
    bed.time.advance(Duration.ofSeconds(30));
    bed.startNow();
    bed.put(all.subList(0, 100));
    bed.turns(Duration.ofSeconds(5));
    bed.put(all.subList(100, 600));
    bed.turns(Duration.ofSeconds(5));

    assertThat(bed.server.looks).containsExactly(A);
    assertThat(bed.server.enqueues).hasSize(600);
  }

  @Test
  void aPredecessorsCallThatLandsLateIsSeen() {
    SinkRecord waiting = bed.command(B, 1);
    bed.time.advance(Duration.ofSeconds(30));
    bed.startNow();
    bed.put(waiting);
    bed.turns(Duration.ofMillis(1_900));
    queue(downlink(B, 1));
    bed.turns(Duration.ofSeconds(3));

    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.outcomes.texts()).containsExactly("unknown");
  }

  /** What was seen of a queue tells its items from those of a call that is cut off later. */
  @Test
  void whatWasThereBeforeIsNotTakenForACommandThatWasCutOff() {
    SinkRecord first = bed.command(A, 1);
    SinkRecord second = bed.command(A, 2);
    queue(downlink(A, 1));
    bed.server.states.put(A, new DeviceState(null, "CLASS_A"));
    bed.server.atOnce =
        call -> {
          if (call.port() == 1) {
            call.fail(FailureKind.IN_DOUBT, "connection lost");
            bed.server.answerAtOnce();
          } else {
            call.succeed();
          }
        };
    takeOver(List.of(first, second));
    bed.turns(Duration.ofSeconds(10));
    bed.put(List.of(bed.command(A, 1)));
    bed.turns(Duration.ofSeconds(10));

    assertThat(bed.server.portsOf(A)).containsExactly(2, 1, 1);
    assertThat(bed.outcomes.texts()).containsExactlyInAnyOrder("unknown", "accepted", "accepted");
  }

  private void takeOver(List<SinkRecord> records) {
    bed.time.advance(Duration.ofSeconds(30));
    bed.startNow();
    bed.put(records);
    bed.turns(Duration.ofSeconds(5));
  }

  private SinkRecord written(String devEui, Duration ahead) {
    return bed.record(
        PARTITION,
        devEui,
        "{\"f_port\":1,\"data\":\"AQ==\"}",
        bed.time.instant().plus(ahead).toEpochMilli());
  }

  private void queue(Downlink... downlinks) {
    for (Downlink downlink : downlinks) {
      bed.server.queue(downlink);
    }
  }

  private static Downlink downlink(String devEui, int port) {
    return new Downlink(
        Target.device(devEui), port, false, new byte[] {1}, null, null, null, false);
  }
}
