package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.DeliveryOrderTest.eui;
import static io.github.chirpconnect.sink.SinkBed.A;
import static io.github.chirpconnect.sink.SinkBed.B;
import static io.github.chirpconnect.sink.SinkBed.OTHER;
import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.testing.FakeQueues;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/** What happens when partitions come and go. */
class RebalanceTest {
  private final SinkBed bed = new SinkBed();

  @Test
  void aCommitThatNobodyAskedForWaitsForCallsUnderWayAndSendsNothing() {
    bed.start();
    bed.put(bed.command(A, 1), bed.command(A, 2));
    bed.whileWaiting = () -> bed.server.waiting().forEach(FakeQueues.Enqueue::succeed);

    assertThat(bed.committed()).isEqualTo(1);
    assertThat(bed.server.portsOf(A)).containsExactly(1);
  }

  @Test
  void commandsThatOthersHaveOvertakenAreSentSoThatNothingIsInDoubt() {
    bed.start();
    bed.put(bed.command(A, 1), bed.command(A, 2), bed.command(B, 3), bed.command(B, 4));
    bed.server.enqueues.get(1).succeed();
    bed.whileWaiting =
        () -> bed.server.waiting().stream().findFirst().ifPresent(FakeQueues.Enqueue::succeed);

    assertThat(bed.committed()).isEqualTo(3);
    assertThat(bed.server.portsOf(A)).containsExactly(1, 2);
    assertThat(bed.server.portsOf(B)).containsExactly(3);
  }

  @Test
  void itWaitsNoLongerThanAllTasksTogetherMay() {
    bed.start();
    bed.put(bed.command(A, 1));
    Instant before = bed.time.instant();

    assertThat(bed.committed()).isZero();
    assertThat(Duration.between(before, bed.time.instant()))
        .isLessThanOrEqualTo(Duration.ofMillis(1_500));
  }

  @Test
  void aCommitThatTheTaskAskedForDoesNotHoldItUp() {
    bed.start();
    bed.put(bed.command(A, 1), bed.command(B, 1));
    bed.server.waiting().get(0).succeed();
    bed.time.advance(Duration.ofMillis(500));
    bed.put();
    bed.put();
    assertThat(bed.context.commitRequested).isTrue();
    Instant before = bed.time.instant();

    assertThat(bed.committed()).isEqualTo(1);
    assertThat(bed.time.instant()).isEqualTo(before);
  }

  @Test
  void failedCommandsAreReportedInTheLastCommitAndCountOnlyWhenTheReportIsSafe() {
    bed.start();
    bed.put(bed.command(A, 1));
    bed.server.waiting().get(0).fail(FailureKind.BAD_REQUEST, "no");
    bed.context.reported =
        new CompletableFuture<>() {
          @Override
          public Void get(long timeout, TimeUnit unit) throws TimeoutException {
            throw new TimeoutException();
          }
        };
    assertThat(bed.committed()).isZero();
    assertThat(bed.context.reports).hasSize(1);

    bed.context.reported = CompletableFuture.completedFuture(null);
    assertThat(bed.committed()).isEqualTo(1);
  }

  @Test
  void whatWasNotSentIsDroppedWithItsPartitionAndTheOtherGoesOn() {
    bed.start(PARTITION, OTHER);
    bed.put(
        bed.command(PARTITION, A, 1),
        bed.command(PARTITION, A, 2),
        bed.command(OTHER, A, 3),
        bed.command(OTHER, B, 4));
    bed.close(PARTITION);

    bed.server.waiting().forEach(FakeQueues.Enqueue::succeed);
    bed.put();
    bed.server.waiting().forEach(FakeQueues.Enqueue::succeed);
    bed.put();

    assertThat(bed.server.portsOf(A)).containsExactly(1, 3);
    assertThat(bed.server.portsOf(B)).containsExactly(4);
    assertThat(bed.committed(OTHER)).isEqualTo(2);
  }

  @Test
  void answersAfterACloseConcernNobody() {
    bed.with("outcome.topic", "outcomes").with("outcome.bootstrap.servers", "k:9092").start();
    bed.put(bed.command(A, 1), bed.command(B, 2));
    bed.close(PARTITION);
    bed.server.waiting().get(0).succeed();
    bed.server.waiting().get(0).fail(FailureKind.BAD_REQUEST, "no");
    bed.put();

    assertThat(bed.context.reports).isEmpty();
    assertThat(bed.outcomes.written).isEmpty();

    bed.rewind(PARTITION, 0);
    bed.open(PARTITION);
    bed.server.queues.clear();
    bed.put(bed.command(A, 3));
    assertThat(bed.committed()).isZero();
    bed.server.waiting().forEach(FakeQueues.Enqueue::succeed);
    assertThat(bed.committed()).isEqualTo(1);
  }

  /** Connect may still ask for them, and warns of an answer. */
  @Test
  void offersNothingOfPartitionsThatItHasNoMore() {
    bed.start(PARTITION, OTHER);
    bed.server.answerAtOnce();
    bed.put(bed.command(PARTITION, A, 1), bed.command(OTHER, B, 2));
    bed.put();
    bed.close(OTHER);
    bed.current.put(OTHER, new OffsetAndMetadata(1));

    assertThat(bed.preCommit()).containsOnlyKeys(PARTITION);
  }

  @Test
  void whatWasDoneButNotCommittedIsRecognizedWhenItComesAgainToTheSameTask() {
    bed.start();
    SinkRecord notAnswered = bed.command(A, 1);
    SinkRecord done = bed.command(B, 2);
    bed.put(notAnswered, done);
    bed.server.enqueues.get(1).succeed();
    assertThat(bed.committed()).isZero();
    bed.close(PARTITION);
    bed.server.enqueues.get(0).succeed();
    bed.server.answerAtOnce();
    bed.time.advance(Duration.ofSeconds(1));

    bed.open(PARTITION);
    bed.put(notAnswered, done);
    bed.turns(Duration.ofSeconds(5));

    assertThat(bed.server.portsOf(A)).containsExactly(1);
    assertThat(bed.server.portsOf(B)).containsExactly(2);
    assertThat(bed.committed()).isEqualTo(2);
  }

  /** Whatever others' items showed then has left the queue, and with it why it was passed over. */
  @Test
  void whatWasPassedOverIsNotSentBehindALaterCommandWhenThePartitionComesBack() {
    bed.server.states.put(A, new DeviceState(bed.time.instant(), "CLASS_A"));
    bed.server.queue(downlink(A, 2));
    bed.server.atOnce =
        call -> {
          if (call.downlink.target().id().equals(A)) {
            call.succeed();
          }
        };
    List<SinkRecord> all =
        List.of(bed.command(B, 9), bed.command(A, 1), bed.command(A, 2), bed.command(A, 3));
    bed.startNow(PARTITION);
    bed.put(all);
    bed.turns(Duration.ofSeconds(3));
    assertThat(bed.server.portsOf(A)).containsExactly(3);
    assertThat(bed.committed()).isZero();

    bed.close(PARTITION);
    bed.server.queues.get(A).remove(0);
    bed.server.waiting().forEach(FakeQueues.Enqueue::succeed);
    bed.openNow(PARTITION);
    bed.put(all);
    bed.turns(Duration.ofSeconds(5));

    assertThat(bed.server.portsOf(A)).containsExactly(3);
    assertThat(bed.server.portsOf(B)).containsExactly(9);
    assertThat(bed.committed()).isEqualTo(4);
  }

  @Test
  void aFlushThatWasNotCommittedIsRepeatedWhenThePartitionComesBack() {
    List<SinkRecord> all =
        List.of(bed.command(B, 9), bed.record(PARTITION, A, "{\"command\":\"flush\"}"));
    bed.startNow(PARTITION);
    bed.put(all);
    bed.turns(Duration.ofSeconds(3));
    assertThat(bed.server.flushes).containsExactly(A);

    bed.close(PARTITION);
    bed.server.waiting().forEach(FakeQueues.Enqueue::succeed);
    bed.openNow(PARTITION);
    bed.put(all);
    bed.turns(Duration.ofSeconds(5));

    assertThat(bed.server.flushes).containsExactly(A, A);
    assertThat(bed.context.reports).isEmpty();
    assertThat(bed.committed()).isEqualTo(2);
  }

  @Test
  void whatWasCommittedBeforeTheRebalanceIsNotTakenForALaterCommandOfTheSameContent() {
    bed.start();
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 1));
    assertThat(bed.committed()).isEqualTo(1);
    SinkRecord same = bed.command(A, 1);
    bed.close(PARTITION);
    bed.time.advance(Duration.ofSeconds(1));

    bed.open(PARTITION);
    bed.put(same);
    bed.turns(Duration.ofSeconds(5));

    assertThat(bed.server.portsOf(A)).containsExactly(1, 1);
  }

  @Test
  void aDeviceWaitsForItsCallFromBeforeTheRebalance() {
    bed.start();
    bed.put(bed.command(A, 1));
    bed.close(PARTITION);
    bed.open(PARTITION);
    bed.put(bed.command(A, 2));
    assertThat(bed.server.portsOf(A)).containsExactly(1);

    bed.server.waiting().get(0).succeed();
    bed.put();
    assertThat(bed.server.portsOf(A)).containsExactly(1, 2);
  }

  @Test
  void partitionsThatWerePausedAreResumedByARebalance() {
    bed.start(PARTITION);
    bed.put(IntStream.range(0, 1_200).mapToObj(i -> bed.command(eui(i), 1)).toList());
    assertThat(bed.context.paused).containsExactly(PARTITION);

    bed.openNow(OTHER);
    assertThat(bed.context.paused).isEmpty();

    // Still full: paused again, the new one too.
    bed.put();
    assertThat(bed.context.paused).containsExactlyInAnyOrder(PARTITION, OTHER);
  }

  @Test
  void stopsAtOnceWithCallsUnderWay() {
    bed.start();
    bed.put(bed.command(A, 1));
    Instant before = bed.time.instant();

    bed.task.stop();

    assertThat(bed.server.closed).isTrue();
    assertThat(bed.time.instant()).isEqualTo(before);
    bed.server.waiting().get(0).succeed(); // harmless
  }

  private static Downlink downlink(String devEui, int port) {
    return new Downlink(
        Target.device(devEui), port, false, new byte[] {1}, null, null, null, false);
  }
}
