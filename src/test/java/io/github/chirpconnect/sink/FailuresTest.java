package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.DeliveryOrderTest.eui;
import static io.github.chirpconnect.sink.SinkBed.A;
import static io.github.chirpconnect.sink.SinkBed.B;
import static io.github.chirpconnect.sink.SinkBed.OTHER;
import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.feed.Generation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong, and who hears of it. */
class FailuresTest {
  private final SinkBed bed = new SinkBed();

  @Test
  void aPoisonedRecordAmongAThousandIsReportedAndTheOthersFlow() {
    bed.start();
    bed.server.answerAtOnce();
    List<SinkRecord> batch =
        new ArrayList<>(IntStream.range(0, 500).mapToObj(i -> bed.command(eui(i), 1)).toList());
    batch.add(bed.record(PARTITION, A, "{\"f_prot\":1,\"data\":\"AQ==\"}"));
    batch.addAll(IntStream.range(500, 1_000).mapToObj(i -> bed.command(eui(i), 1)).toList());

    bed.put(batch);
    bed.turns(Duration.ofSeconds(1));

    assertThat(bed.server.enqueues).hasSize(1_000);
    assertThat(bed.context.reports)
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.record()).isSameAs(batch.get(500));
              assertThat(report.reason()).hasMessageContaining("unknown field 'f_prot'");
            });
    assertThat(bed.committed()).isEqualTo(1_001);
  }

  @ParameterizedTest
  @EnumSource(names = {"BAD_REQUEST", "NOT_PERMITTED"})
  void whatTheServerRefusesIsReportedInItsWordsAndTheNextGoes(FailureKind kind) {
    bed.start();
    bed.server.failing(downlink -> downlink.fPort() == 1 ? kind : null);

    bed.put(bed.command(A, 1), bed.command(A, 2));
    bed.put();

    assertThat(bed.context.reasons()).containsExactly(kind + " said the server");
    assertThat(bed.server.portsOf(A)).containsExactly(1, 2);
    assertThat(bed.committed()).isEqualTo(2);
  }

  /** A time in microseconds has sixteen digits too. */
  @Test
  void aRefusalSaysThatTheDeviceCameFromAKeyOfDigits() {
    bed.start();
    bed.server.failing(downlink -> FailureKind.NOT_PERMITTED);

    bed.put(
        bed.record(PARTITION, "1795521440000000", "{\"f_port\":1,\"data\":\"\"}"),
        bed.record(
            PARTITION,
            "1795521440000000",
            "{\"dev_eui\":\"1795521440000000\",\"f_port\":1,\"data\":\"\"}"));
    bed.put();

    assertThat(bed.context.reasons())
        .containsExactly(
            "NOT_PERMITTED said the server; the EUI was taken from the record's key '1795521440000000'"
                + " (16 decimal digits are read as an EUI; if the key is a time in microseconds, use another key);"
                + " to name another device, write dev_eui",
            "NOT_PERMITTED said the server");
  }

  @Test
  void whatTheServerGaveUpIsAskedForAgainWhileOtherDevicesGoOn() {
    bed.start();
    bed.server.failing(
        downlink ->
            downlink.fPort() == 1 && bed.server.portsOf(A).size() < 3
                ? FailureKind.CODEC_TIMEOUT
                : null);

    bed.put(bed.command(A, 1), bed.command(A, 2), bed.command(B, 3));
    bed.turns(Duration.ofSeconds(10));

    assertThat(bed.context.reports).isEmpty();
    assertThat(bed.server.portsOf(A)).containsExactly(1, 1, 1, 2);
    assertThat(bed.server.portsOf(B)).containsExactly(3);
    assertThat(bed.committed()).isEqualTo(3);
  }

  @Test
  void whatTheServerAlwaysGivesUpIsRefusedWithoutFailingTheTask() {
    bed.with("retry.timeout.ms", "1000").start();
    bed.server.failing(downlink -> downlink.fPort() == 1 ? FailureKind.CODEC_TIMEOUT : null);

    bed.put(bed.command(A, 1), bed.command(A, 2));
    bed.turns(Duration.ofSeconds(20));

    assertThat(bed.context.reasons()).containsExactly("CODEC_TIMEOUT said the server");
    assertThat(bed.server.portsOf(A)).containsExactly(1, 1, 1, 1, 1, 1, 2);
    assertThat(bed.committed()).isEqualTo(2);
  }

  @Test
  void withoutReporterAFailedCommandIsPassedOverWhereErrorsAreTolerated() {
    bed.context.hasReporter = false;
    bed.start();
    bed.server.answerAtOnce();

    bed.put(bed.record(PARTITION, A, "{}"), bed.command(A, 2));
    bed.put();

    assertThat(bed.server.portsOf(A)).containsExactly(2);
    assertThat(bed.committed()).isEqualTo(2);
  }

  @Test
  void withoutReporterAFailedCommandFailsTheTaskWhereErrorsAreNotTolerated() {
    bed.context.hasReporter = false;
    bed.with("errors.tolerance", "none").start();
    bed.put(bed.command(B, 1), bed.record(PARTITION, A, "{}"), bed.command(A, 2));

    // What was before it is delivered first: restarted, the task begins with the bad one.
    bed.put();
    bed.server.waiting().get(0).succeed();
    assertThatThrownBy(() -> bed.put(bed.command(B, 3)))
        .isInstanceOf(ConnectException.class)
        .isNotInstanceOf(RetriableException.class)
        .hasMessageContaining("commands-0@1")
        .hasMessageContaining("f_port is missing")
        .hasMessageContaining("errors.tolerance is none");

    assertThat(bed.committed()).isEqualTo(1);
    assertThat(bed.server.enqueues).hasSize(1);
  }

  @Test
  void aReporterThatThrowsFailsTheTaskWithTheReason() {
    bed.context.tolerant = false;
    bed.with("errors.tolerance", "none").start();
    bed.put(bed.record(PARTITION, A, "{}"));

    assertThatThrownBy(() -> bed.put())
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("f_port is missing");
    assertThat(bed.committed()).isZero();
  }

  @Test
  void isSentAgainWithGrowingPausesWhileTheServerIsAway() {
    bed.start();
    bed.server.failing(downlink -> FailureKind.TRANSIENT);
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofSeconds(20));
    assertThat(bed.server.enqueues).hasSizeBetween(7, 10);

    bed.server.answerAtOnce();
    bed.turns(Duration.ofSeconds(10));
    assertThat(bed.committed()).isEqualTo(1);
  }

  @Test
  void aThousandDevicesDoNotHammerAServerThatIsAway() {
    bed.start();
    bed.server.failing(downlink -> FailureKind.TRANSIENT);
    bed.put(IntStream.range(0, 1_000).mapToObj(i -> bed.command(eui(i), 1)).toList());
    bed.turns(Duration.ofSeconds(20));
    assertThat(bed.server.enqueues).hasSizeLessThan(8 + 10);

    bed.server.answerAtOnce();
    bed.turns(Duration.ofSeconds(15));
    assertThat(bed.committed()).isEqualTo(1_000);
  }

  @Test
  void afterTheRetryTimeoutTheTaskFailsAndNothingIsSkipped() {
    bed.with("retry.timeout.ms", 30_000).start();
    bed.server.failing(downlink -> FailureKind.TRANSIENT);
    bed.put(IntStream.range(0, 50).mapToObj(i -> bed.command(eui(i), 1)).toList());
    bed.turns(Duration.ofSeconds(29));

    assertThatThrownBy(() -> bed.turns(Duration.ofSeconds(2)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("retry.timeout.ms")
        .hasMessageContaining("no command was skipped")
        .hasMessageContaining("TRANSIENT said the server");
    assertThat(bed.committed()).isZero();
    assertThat(bed.context.reports).isEmpty();
  }

  /** One device's command always fails; those of the others flow, some of them all the time. */
  @ParameterizedTest
  @EnumSource(names = {"TRANSIENT", "BUSY"})
  void whatAloneFailsWhileTheServerIsWellIsThatCommandsFault(FailureKind kind) {
    bed.with("retry.timeout.ms", 30_000).start();
    bed.server.failing(downlink -> downlink.fPort() == 1 ? kind : null);
    bed.put(bed.command(A, 1), bed.command(A, 2));
    for (int i = 0; i < 35; i++) {
      bed.put(bed.command(eui(100 + i), 3));
      bed.turns(Duration.ofSeconds(1));
    }

    assertThat(bed.context.reasons())
        .singleElement()
        .asString()
        .contains("unknown whether it was queued", "retry.timeout.ms", kind + " said the server");
    assertThat(bed.server.portsOf(A)).endsWith(2);
    assertThat(bed.server.queues).hasSize(36);
    assertThat(bed.committed()).isEqualTo(37);
  }

  /** Nothing else comes meanwhile, so one call more shows that the server is well. */
  @Test
  void whatFailsAloneIsItsFaultAlsoWhereOthersWereServedLongAgo() {
    bed.with("retry.timeout.ms", 30_000).start();
    bed.server.failing(downlink -> downlink.fPort() == 1 ? FailureKind.TRANSIENT : null);
    bed.put(bed.command(A, 1), bed.command(B, 2), bed.command(A, 3));
    bed.turns(Duration.ofSeconds(60));

    assertThat(bed.context.reports).hasSize(1);
    assertThat(bed.server.looks).containsExactly(B);
    assertThat(bed.committed()).isEqualTo(3);
  }

  @Test
  void theOnlyCommandIsItsOwnFaultWhereItsDevicesQueueCanBeRead() {
    bed.with("retry.timeout.ms", 30_000).start();
    bed.server.failing(downlink -> FailureKind.TRANSIENT);
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofSeconds(60));

    assertThat(bed.context.reports).hasSize(1);
    assertThat(bed.server.looks).containsExactly(A);
    assertThat(bed.committed()).isEqualTo(1);
  }

  @Test
  void theOnlyCommandFailsTheTaskWhereTheServerAnswersNothing() {
    bed.with("retry.timeout.ms", 30_000).start();
    bed.server.failing(downlink -> FailureKind.TRANSIENT);
    bed.server.queueFailure = new ApiException(FailureKind.TRANSIENT, "nobody there");
    bed.put(bed.command(A, 1));

    assertThatThrownBy(() -> bed.turns(Duration.ofSeconds(60)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("ChirpStack has not answered for 30 s (retry.timeout.ms)");
    assertThat(bed.context.reports).isEmpty();
    assertThat(bed.committed()).isZero();
  }

  /** Its partition goes while it is found out whose fault it is. */
  @Test
  void aCommandThatIsAnothersByNowFailsNothing() {
    bed.with("retry.timeout.ms", 30_000).start();
    bed.server.failing(downlink -> FailureKind.TRANSIENT);
    CompletableFuture<List<QueuedDownlink>> answer = new CompletableFuture<>();
    bed.server.queueAnswer = answer;
    bed.put(bed.command(A, 1));
    while (bed.server.looks.isEmpty()) {
      bed.turns(Duration.ofSeconds(1));
    }
    bed.close(PARTITION);
    answer.completeExceptionally(new ApiException(FailureKind.TRANSIENT, "nobody there"));
    bed.server.queueAnswer = null;
    bed.server.answerAtOnce();
    bed.open(PARTITION);

    bed.put(bed.command(A, 2));
    bed.turns(Duration.ofSeconds(15));
    assertThat(bed.server.queues.get(A)).hasSize(1);
  }

  /** Another command has failed for long and went with its partition: this one has just begun. */
  @Test
  void aCommandThatHasJustBegunToFailIsNotGivenUpForAnother() {
    bed.with("retry.timeout.ms", 30_000).start(PARTITION, OTHER);
    bed.server.failing(downlink -> FailureKind.TRANSIENT);
    bed.put(bed.command(PARTITION, A, 1));
    bed.turns(Duration.ofSeconds(24));
    bed.put(bed.command(OTHER, B, 2));
    bed.turns(Duration.ofSeconds(4));
    bed.close(PARTITION);
    bed.turns(Duration.ofSeconds(12));
    assertThat(bed.context.reports).isEmpty();

    bed.server.answerAtOnce();
    bed.turns(Duration.ofSeconds(12));
    assertThat(bed.server.queues.get(B)).hasSize(1);
    assertThat(bed.context.reports).isEmpty();
  }

  /** The server can be read, but takes nobody's commands: nothing may be skipped for that. */
  @Test
  void whatFailsForAllIsTheServersFault() {
    bed.with("retry.timeout.ms", 30_000).start();
    bed.server.failing(downlink -> FailureKind.TRANSIENT);
    bed.put(bed.command(A, 1), bed.command(B, 2));

    assertThatThrownBy(() -> bed.turns(Duration.ofSeconds(60)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("no command was skipped");
    assertThat(bed.context.reports).isEmpty();
    assertThat(bed.committed()).isZero();
  }

  @Test
  void aDeviceWhoseCommandsAloneFailDoesNotStopTheOthers() {
    bed.start();
    bed.server.failing(downlink -> downlink.target().id().equals(A) ? FailureKind.TRANSIENT : null);
    bed.put(bed.command(A, 1), bed.command(A, 2));
    bed.put(IntStream.range(100, 200).mapToObj(i -> bed.command(eui(i), 1)).toList());
    bed.turns(Duration.ofSeconds(5));

    assertThat(bed.server.portsOf(A)).doesNotContain(2);
    assertThat(bed.server.queues).hasSize(100);
  }

  @ParameterizedTest
  @EnumSource(names = {"READ_ONLY", "WRONG_SERVER"})
  void whatTimeDoesNotHealFailsTheTaskAtOnce(FailureKind kind) {
    bed.start();
    bed.put(bed.command(A, 1));
    bed.server.waiting().get(0).fail(kind, "no command can succeed");

    assertThatThrownBy(() -> bed.put(bed.command(B, 2)))
        .isInstanceOf(ConnectException.class)
        .hasMessage("no command can succeed");
    assertThat(bed.committed()).isZero();
    assertThat(bed.server.enqueues).hasSize(1);
  }

  @Test
  void aRefusedKeyFromTheConfigurationHasAGrace() {
    bed.with("chirpstack.token.grace.ms", 60_000).with("retry.timeout.ms", 10_000).start();
    bed.server.failing(downlink -> FailureKind.TOKEN_REFUSED);
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofSeconds(59));

    assertThatThrownBy(() -> bed.turns(Duration.ofSeconds(2)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("chirpstack.token");
  }

  @Test
  void aRefusedKeyFromAFileIsWaitedForWithoutEnd(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("key"), "a.b.c");
    bed.config.remove("chirpstack.token");
    bed.with("chirpstack.token.file", file).with("command.max.age.ms", -1).start();
    bed.server.failing(downlink -> FailureKind.TOKEN_REFUSED);
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofHours(1));

    bed.server.answerAtOnce();
    bed.turns(Duration.ofSeconds(11));
    assertThat(bed.committed()).isEqualTo(1);
  }

  @Test
  void aCommandFromLongAgoIsRefused() {
    bed.with("in.doubt", "resend").start();
    long old = bed.time.instant().minus(Duration.ofMinutes(11)).toEpochMilli();
    bed.put(bed.record(PARTITION, A, "{\"f_port\":1,\"data\":\"\"}", old));
    bed.put();

    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.context.reasons()).singleElement().asString().contains("command.max.age.ms");
    assertThat(bed.committed()).isEqualTo(1);
  }

  @Test
  void aCommandWithoutTimestampIsTakenToBeFresh() {
    bed.with("in.doubt", "resend").start();
    bed.put(bed.record(PARTITION, A, "{\"f_port\":1,\"data\":\"\"}", null));

    assertThat(bed.server.enqueues).hasSize(1);
  }

  @Test
  void aCommandThatExpiresWhileItWaitsIsNotSentAnyMore() {
    bed.start();
    bed.server.failing(downlink -> FailureKind.TRANSIENT);
    bed.put(
        bed.record(
            PARTITION, A, "{\"f_port\":1,\"data\":\"\",\"expires_at\":\"2026-07-23T08:00:05Z\"}"));
    bed.turns(Duration.ofSeconds(20));

    assertThat(bed.context.reasons()).singleElement().asString().contains("expires_at has passed");
    assertThat(bed.committed()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Feature.class)
  void whatThisServerWouldIgnoreIsRefused(Feature feature) {
    bed.start();
    bed.server.answerAtOnce();
    bed.server.features.remove(feature);
    String field =
        switch (feature) {
          case EXPIRES_AT -> "\"expires_at\":\"2027-01-01T00:00:00Z\"";
          case FLUSH_QUEUE -> "\"flush_queue\":true";
          case ENCRYPTED -> "\"is_encrypted\":true,\"f_cnt_down\":5";
        };
    bed.put(bed.record(PARTITION, A, "{\"f_port\":1,\"data\":\"\"," + field + "}"));
    bed.put();

    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.context.reasons())
        .singleElement()
        .asString()
        .startsWith(
            "this server shows no sign of supporting "
                + feature.field()
                + ", which came with ChirpStack "
                + feature.since());
  }

  @Test
  void whatV3WouldIgnoreIsRefusedWithoutWordsAboutReleasesOfV4() {
    bed.start();
    bed.server.answerAtOnce();
    bed.server.generation = Generation.V3;
    bed.server.features.remove(Feature.FLUSH_QUEUE);
    bed.put(bed.record(PARTITION, A, "{\"f_port\":1,\"data\":\"\",\"flush_queue\":true}"));
    bed.put();

    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.context.reasons())
        .containsExactly(
            "ChirpStack v3 does not know flush_queue and would ignore it; leave it out");
  }

  @Test
  void whatThisServerKnowsIsSent() {
    bed.start();
    bed.server.answerAtOnce();
    bed.put(
        bed.record(
            PARTITION,
            A,
            "{\"f_port\":1,\"data\":\"\",\"flush_queue\":true,\"expires_at\":\"2027-01-01T00:00:00Z\"}"),
        bed.record(PARTITION, A, "{\"command\":\"flush\"}"));
    bed.put();

    assertThat(bed.server.enqueues).hasSize(1);
    assertThat(bed.server.flushes).containsExactly(A);
    assertThat(bed.committed()).isEqualTo(2);
  }
}
