package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.SinkBed.A;
import static io.github.chirpconnect.sink.SinkBed.B;
import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.FailureKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an operator sees of a sink task. */
class SinkMetricsTest {
  private final SinkBed bed = new SinkBed();

  @Test
  void outcomesAreCountedByTheirKind() {
    bed.with("command.max.age.ms", "60000").start();
    bed.server.failing(downlink -> downlink.fPort() == 2 ? FailureKind.BAD_REQUEST : null);
    long old = bed.time.instant().minus(Duration.ofHours(1)).toEpochMilli();

    bed.put(
        bed.command(A, 1),
        bed.command(B, 2),
        bed.record(PARTITION, A, "{}"),
        bed.record(PARTITION, A, "{\"f_port\":1,\"data\":\"AQ==\"}", old));
    bed.turns(Duration.ofSeconds(5));

    assertThat(shows("commands-accepted-total")).isEqualTo(1);
    assertThat(shows("commands-rejected-total")).isEqualTo(2);
    assertThat(shows("commands-expired-total")).isEqualTo(1);
    assertThat(shows("commands-unknown-total")).isZero();
    assertThat(shows("commands-waiting")).isZero();
    assertThat(shows("calls-in-flight")).isZero();
  }

  @Test
  void aServerThatIsAwayIsTimedAndWhatWaitsForItIsSeen() {
    bed.start();
    bed.put(bed.command(A, 1), bed.command(A, 2), bed.command(B, 3));
    assertThat(shows("calls-in-flight")).isEqualTo(2);
    assertThat(shows("commands-waiting")).isEqualTo(1);
    assertThat(shows("server-away-ms")).isZero();

    bed.server.failing(downlink -> FailureKind.TRANSIENT);
    bed.server.waiting().forEach(call -> call.fail(FailureKind.TRANSIENT, "away"));
    bed.turns(Duration.ofSeconds(60));
    assertThat(shows("commands-waiting")).isEqualTo(3);
    assertThat(shows("server-away-ms")).isBetween(59_000L, 61_000L);
    assertThat(shows("call-retries-total")).isGreaterThan(3);

    bed.server.answerAtOnce();
    bed.turns(Duration.ofSeconds(60));
    assertThat(shows("commands-accepted-total")).isEqualTo(3);
    assertThat(shows("commands-waiting")).isZero();
    assertThat(shows("server-away-ms")).isZero();
  }

  private long shows(String metric) {
    return bed.context.metrics.value(metric);
  }
}
