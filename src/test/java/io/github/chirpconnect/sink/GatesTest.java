package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.DeliveryOrderTest.eui;
import static io.github.chirpconnect.sink.SinkBed.A;
import static io.github.chirpconnect.sink.SinkBed.B;
import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.config.GateConfig;
import io.github.chirpconnect.testing.FakeQueues;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

/** Gates in a task: commands wait in their lanes, age while they wait, and hold nobody else up. */
class GatesTest {
  /** The bed's clock begins at 08:00 UTC. */
  private static final String OPENS_IN_TWO_HOURS = "10:00-12:00 UTC";

  private final SinkBed bed = new SinkBed();

  // --- rates

  @Test
  void aRateIsKeptAndTurnsAreTaken() {
    bed.with(GateConfig.RATE, 2).start();
    bed.server.answerAtOnce();
    bed.put(commands(0, 20));
    bed.turns(Duration.ofSeconds(4));
    assertThat(bed.server.enqueues.size()).isBetween(9, 11);

    bed.put(commands(20, 40));
    bed.turns(Duration.ofSeconds(30));
    assertThat(bed.server.enqueues)
        .extracting(call -> call.downlink.target().id())
        .containsExactlyElementsOf(
            IntStream.range(0, 40).mapToObj(DeliveryOrderTest::eui).toList());
    assertThat(bed.committed()).isEqualTo(40);
  }

  @Test
  void aRateOfADeviceHoldsUpNoOther() {
    bed.with(GateConfig.DEVICE_RATE, 2).start();
    bed.server.answerAtOnce();
    bed.put(
        bed.command(A, 1),
        bed.command(A, 2),
        bed.command(A, 3),
        bed.command(B, 4),
        bed.command(B, 5));
    bed.turns(Duration.ofSeconds(59));
    assertThat(bed.server.portsOf(A)).containsExactly(1, 2);
    assertThat(bed.server.portsOf(B)).containsExactly(4, 5);

    bed.turns(Duration.ofSeconds(2));
    assertThat(bed.server.portsOf(A)).containsExactly(1, 2, 3);
    assertThat(bed.committed()).isEqualTo(5);
  }

  /** A call that failed did not reach the device. */
  @Test
  void whatFailedDoesNotCountForTheDevice() {
    bed.with(GateConfig.DEVICE_RATE, 1).start();
    bed.put(bed.command(A, 1));
    bed.server.waiting().get(0).fail(FailureKind.TRANSIENT, "away");
    bed.server.answerAtOnce();
    bed.turns(Duration.ofSeconds(10));
    assertThat(bed.server.portsOf(A)).containsExactly(1, 1);
    assertThat(bed.committed()).isEqualTo(1);
  }

  /** Held for most of the retry timeout by a gate, it has not failed for as long. */
  @Test
  void aPauseBetweenTwoFailuresIsNoFailure() {
    bed.with(GateConfig.RATE, 0.005).with("retry.timeout.ms", 60_000).start();
    bed.put(bed.command(A, 1));
    bed.server.waiting().get(0).fail(FailureKind.TRANSIENT, "away");
    bed.turns(Duration.ofSeconds(205));
    bed.server.waiting().get(0).fail(FailureKind.TRANSIENT, "away");
    bed.server.answerAtOnce();
    bed.turns(Duration.ofSeconds(205));
    assertThat(bed.committed()).isEqualTo(1);
  }

  // --- queues

  @Test
  void aFullQueueRefusesAndTheOthersGoOn() {
    bed.with(GateConfig.DEVICE_QUEUE_MAX, 2).start();
    bed.server.answerAtOnce();
    bed.put(
        bed.command(A, 1),
        bed.command(A, 2),
        bed.command(A, 3),
        bed.command(A, 4),
        bed.command(B, 5));
    bed.turns(Duration.ofSeconds(1));
    assertThat(bed.server.portsOf(A)).containsExactly(1, 2);
    assertThat(bed.server.portsOf(B)).containsExactly(5);
    assertThat(bed.context.reasons())
        .hasSize(2)
        .containsOnly(
            "the queue of device 000000000000000a holds 2 downlinks, and may hold 2"
                + " (device.queue.max); send the command again when it has room");
    assertThat(bed.server.looks).containsExactlyInAnyOrder(A, A, B);
    assertThat(bed.committed()).isEqualTo(5);
  }

  @Test
  void aFullQueueIsWaitedForAndALaneGoesOnWhenItHasRoom() {
    bed.with(GateConfig.DEVICE_QUEUE_MAX, 1).with(GateConfig.DEVICE_QUEUE_FULL, "wait").start();
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 1), bed.command(A, 2), bed.command(A, 3));
    bed.turns(Duration.ofSeconds(100));
    assertThat(bed.server.portsOf(A)).containsExactly(1);
    assertThat(bed.server.looks.size()).isLessThan(10);

    bed.server.empty(A);
    bed.turns(Duration.ofSeconds(65));
    assertThat(bed.server.portsOf(A)).containsExactly(1, 2);
    bed.turns(Duration.ofMinutes(8));
    assertThat(bed.server.portsOf(A)).containsExactly(1, 2);
    assertThat(bed.context.reasons())
        .singleElement()
        .asString()
        .contains(
            "command.max.age.ms permits 600 s; device.queue.max held it back: the queue of device"
                + " 000000000000000a holds 1 downlinks, and may hold 1");
    assertThat(bed.committed()).isEqualTo(3);
  }

  /** What empties the queue helps; it must not wait for that. */
  @Test
  void aFlushIsNotHeldByAFullQueue() {
    bed.with(GateConfig.DEVICE_QUEUE_MAX, 1).start();
    bed.server.answerAtOnce();
    bed.put(
        bed.command(A, 1),
        bed.record(PARTITION, A, "{\"command\":\"flush\"}"),
        bed.command(A, 2),
        bed.record(PARTITION, A, "{\"f_port\":3,\"data\":\"AQ==\",\"flush_queue\":true}"));
    bed.turns(Duration.ofSeconds(1));
    assertThat(bed.server.portsOf(A)).containsExactly(1, 2, 3);
    assertThat(bed.server.flushes).containsExactly(A);
    assertThat(bed.context.reports).isEmpty();
  }

  @Test
  void aQueueThatMayNotBeReadIsThePermissionThatIsMissing() {
    bed.with(GateConfig.DEVICE_QUEUE_MAX, 1).start();
    bed.server.queueFailure = new ApiException(FailureKind.NOT_PERMITTED, "not permitted");
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofSeconds(1));
    assertThat(bed.context.reasons()).singleElement().asString().startsWith("not permitted");
    assertThat(bed.server.enqueues).isEmpty();
  }

  // --- the window

  @Test
  void outsideTheWindowCommandsWaitAndTheYoungOnesGoWhenItOpens() {
    bed.with(GateConfig.WINDOW, OPENS_IN_TWO_HOURS).with("command.max.age.ms", 3_600_000).start();
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofMinutes(59));
    assertThat(bed.context.reports).isEmpty();
    bed.turns(Duration.ofMinutes(2));
    assertThat(bed.context.reasons())
        .singleElement()
        .asString()
        .isEqualTo(
            "the record is 3600 s old, and command.max.age.ms permits 3600 s; command.window held it back: it is outside"
                + " of 10:00-12:00 UTC, which opens at 2026-07-23T10:00:00Z");

    bed.put(bed.command(A, 2), bed.record(PARTITION, B, "{\"command\":\"flush\"}"));
    bed.turns(Duration.ofMinutes(58));
    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.server.flushes).isEmpty();
    bed.turns(Duration.ofMinutes(2));
    assertThat(bed.server.portsOf(A)).containsExactly(2);
    assertThat(bed.server.flushes).containsExactly(B);
    assertThat(bed.committed()).isEqualTo(3);
  }

  @Test
  void whatExpiresWhileItWaitsIsReportedThen() {
    bed.with(GateConfig.WINDOW, OPENS_IN_TWO_HOURS).start();
    bed.put(
        bed.record(
            PARTITION,
            A,
            "{\"f_port\":1,\"data\":\"AQ==\",\"expires_at\":\""
                + bed.time.instant().plusSeconds(30)
                + "\"}"));
    bed.turns(Duration.ofSeconds(29));
    assertThat(bed.context.reports).isEmpty();
    bed.turns(Duration.ofSeconds(2));
    assertThat(bed.context.reasons())
        .singleElement()
        .asString()
        .startsWith("expires_at has passed: ")
        .contains("; command.window held it back: ");
  }

  /** The steady clock stands still while a machine sleeps: the wall clock decides. */
  @Test
  void aMachineThatSleptFindsTheWindowOpen() {
    bed.with(GateConfig.WINDOW, OPENS_IN_TWO_HOURS).with("command.max.age.ms", -1).start();
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 1));
    bed.time.sleep(Duration.ofHours(2));
    bed.turns(Duration.ofSeconds(62));
    assertThat(bed.server.portsOf(A)).containsExactly(1);
  }

  /** The call waits for the brokers, who take long to note that it will be made. */
  @Test
  void whatExpiresWhileItsCallIsAnnouncedIsNotSent() {
    bed.with("outcome.topic", "outcomes").with("outcome.bootstrap.servers", "kafka:9092").start();
    bed.server.answerAtOnce();
    bed.outcomes.announcementsWait = true;
    bed.put(
        bed.record(
            PARTITION,
            A,
            "{\"f_port\":1,\"data\":\"AQ==\",\"expires_at\":\""
                + bed.time.instant().plusSeconds(2)
                + "\"}"));
    bed.time.advance(Duration.ofMillis(2_500)); // a longer one would be a standstill
    bed.outcomes.announcementsWait = false;
    List.copyOf(bed.outcomes.waiting).forEach(done -> done.accept(null));
    bed.turns(Duration.ofSeconds(2));
    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.context.reasons())
        .singleElement()
        .asString()
        .startsWith("expires_at has passed");
    assertThat(bed.committed()).isEqualTo(1);
  }

  // --- in a task

  @Test
  void aTaskThatIsFullOfHeldCommandsPausesAndDoesNotSpin() {
    bed.with(GateConfig.WINDOW, OPENS_IN_TWO_HOURS).with("command.max.age.ms", -1).start();
    bed.put(commands(0, 200));
    assertThat(bed.context.paused).containsExactly(PARTITION);
    bed.turns(Duration.ofSeconds(1));
    assertThat(bed.context.timeout).isEqualTo(1_000);
    bed.turns(Duration.ofMinutes(119));
    bed.server.answerAtOnce();
    bed.turns(Duration.ofMinutes(2));
    assertThat(bed.server.enqueues).hasSize(200);
    assertThat(bed.context.paused).isEmpty();
  }

  @Test
  void theNextPutIsAskedForWhenAGateOpens() {
    bed.with(GateConfig.RATE, 4).start();
    bed.server.answerAtOnce();
    bed.turns(Duration.ofSeconds(2));
    bed.put(commands(0, 5));
    bed.preCommit();
    bed.put();
    assertThat(bed.context.timeout).isBetween(150L, 250L);
  }

  @Test
  void heldCommandsAreDroppedWithTheirPartition() {
    bed.with(GateConfig.WINDOW, OPENS_IN_TWO_HOURS).with("command.max.age.ms", -1).start();
    bed.put(bed.command(A, 1), bed.command(B, 2));
    assertThat(held("command-window")).isEqualTo(2);
    bed.close(PARTITION);
    assertThat(held("command-window")).isZero();
    bed.turns(Duration.ofHours(3));
    assertThat(bed.server.enqueues).isEmpty();
  }

  /** The queue shows it, so nothing is sent and nothing has to wait. */
  @Test
  void whatAnEarlierTaskSentNeedsNoGate() {
    bed.with(GateConfig.WINDOW, OPENS_IN_TWO_HOURS).startNow();
    SinkRecord command =
        bed.record(
            PARTITION,
            A,
            "{\"f_port\":1,\"data\":\"AQ==\",\"is_encrypted\":true,\"f_cnt_down\":7}",
            bed.time.instant().minusSeconds(20).toEpochMilli());
    bed.server.queue(
        new Downlink(Target.device(A), 1, false, new byte[] {1}, null, null, 7L, false));
    bed.put(command);
    bed.turns(Duration.ofSeconds(5));
    assertThat(bed.committed()).isEqualTo(1);
    assertThat(bed.server.enqueues).isEmpty();
  }

  // --- what an operator sees

  @Test
  void aGateThatStaysClosedIsNamedOnceAMinuteAndWhenItOpened() {
    bed.with(GateConfig.DEVICE_QUEUE_MAX, 1).with(GateConfig.DEVICE_QUEUE_FULL, "wait").start();
    bed.server.answerAtOnce();
    try (CapturedLog log = new CapturedLog(Level.INFO)) {
      bed.put(bed.command(A, 1), bed.command(B, 1), bed.command(A, 2), bed.command(B, 2));
      bed.turns(Duration.ofSeconds(59));
      assertThat(held("device-queue-max")).isEqualTo(2);
      assertThat(held("rate-limit-per-second")).isZero();
      assertThat(linesOf(log)).isEmpty();

      bed.turns(Duration.ofSeconds(179));
      assertThat(linesOf(log))
          .hasSize(3)
          .first()
          .asString()
          .contains(
              "device.queue.max holds back the next commands of 2 devices or groups, the first for 60 s: the queue of"
                  + " device 000000000000000");

      List.of(A, B).forEach(bed.server::empty);
      bed.turns(Duration.ofSeconds(62));
      assertThat(held("device-queue-max")).isZero();
      assertThat(linesOf(log))
          .last()
          .asString()
          .contains("device.queue.max holds no command back for long any more");
    }
  }

  @Test
  void nothingIsConfiguredAndNothingIsHeld() {
    bed.start();
    bed.server.answerAtOnce();
    bed.put(commands(0, 100));
    bed.turns(Duration.ofSeconds(1));
    assertThat(bed.server.enqueues).hasSize(100);
    assertThat(bed.server.looks).isEmpty();
    for (String gate :
        List.of(
            "command-window",
            "device-queue-max",
            "device-rate-limit-per-minute",
            "rate-limit-per-second")) {
      assertThat(held(gate)).isZero();
    }
  }

  @Test
  void aWindowThatIsClosedForLongerThanCommandsLiveIsWarnedOf() {
    assertThat(warnings(bed.with(GateConfig.WINDOW, OPENS_IN_TWO_HOURS)))
        .singleElement()
        .asString()
        .contains(
            "command.window is closed for 1320 minutes a day, but commands expire after 600 s");
    assertThat(warnings(new SinkBed().with(GateConfig.WINDOW, "00:05-00:00 UTC"))).isEmpty();
    assertThat(
            warnings(
                new SinkBed()
                    .with(GateConfig.WINDOW, OPENS_IN_TWO_HOURS)
                    .with("command.max.age.ms", -1)))
        .isEmpty();
  }

  private static List<String> warnings(SinkBed bed) {
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      bed.startNow();
      return warningsOf(log);
    }
  }

  private static List<String> warningsOf(CapturedLog log) {
    return log.lines().stream().filter(line -> line.startsWith("WARN")).toList();
  }

  /** No task can tell which of the others have partitions. */
  @Test
  void aTaskWithoutPartitionsSaysOnceThatItsShareIsNotUsed() {
    bed.with("internal.task.count", 4).start();
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      bed.close(PARTITION);
      bed.turns(Duration.ofSeconds(58));
      bed.open(PARTITION);
      bed.close(PARTITION);
      bed.turns(Duration.ofSeconds(58));
      assertThat(warningsOf(log)).isEmpty();
      bed.turns(Duration.ofSeconds(200));
      assertThat(warningsOf(log))
          .singleElement()
          .asString()
          .contains("max.in.flight and rate.limit.per.second, one of 4, is not used");
    }
  }

  /** One that may or may not be queued counts: the device may get it. */
  @Test
  void anUnknownOneCountsForTheDevice() {
    bed.with(GateConfig.DEVICE_RATE, 1).with("in.doubt", "drop").start();
    bed.server.atOnce = FakeQueues.Enqueue::loseAnswer;
    bed.put(bed.command(A, 1), bed.command(A, 2));
    bed.turns(Duration.ofSeconds(50));
    assertThat(bed.server.portsOf(A)).containsExactly(1);
  }

  private List<SinkRecord> commands(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> bed.command(eui(i), 1)).toList();
  }

  private static List<String> linesOf(CapturedLog log) {
    return log.lines().stream().filter(line -> line.contains(".gate.")).toList();
  }

  private long held(String gate) {
    return bed.context.metrics.value("commands-held-by-" + gate);
  }
}
