package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.testing.FakeChirpStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator sees of a source task. */
class SourceMetricsTest {
  private static final String A = "0101010101010101";
  private static final String B = "0202020202020202";

  private final TaskUnderTest task = new TaskUnderTest("devices", "device-events");
  private final FakeChirpStack chirpStack = task.chirpStack;

  @Test
  void countsWhatIsGivenToConnectAndHowOldItIs() {
    chirpStack.add(A);
    chirpStack.add(B);
    chirpStack.log(Logs.up(A, id(Duration.ofSeconds(-20))));
    task.start();
    task.runSeconds(3);

    assertThat(task.shows("inventory-records-total")).isEqualTo(2);
    assertThat(task.shows("entries-total")).isEqualTo(1);
    assertThat(task.shows("entry-lag-ms")).isBetween(20_000L, 21_500L);
    assertThat(task.shows("devices")).isEqualTo(2);
    assertThat(task.shows("streams-open")).isEqualTo(2);
    assertThat(task.shows("server-away-ms")).isZero();

    chirpStack.log(Logs.up(B, id(Duration.ZERO)));
    task.runSeconds(2);
    assertThat(task.shows("entries-total")).isEqualTo(2);
    assertThat(task.shows("entry-lag-ms")).isBetween(0L, 1_500L);
    assertThat(task.shows("gaps-total")).isZero();
  }

  @Test
  void aServerThatIsAwayIsTimed() {
    chirpStack.add(A);
    task.start();
    task.runSeconds(3);
    chirpStack.goAway();
    task.runSeconds(100);

    assertThat(task.shows("streams-open")).isZero();
    assertThat(task.shows("stream-ends-total")).isPositive();
    assertThat(task.shows("server-away-ms")).isBetween(98_000L, 100_000L);
    assertThat(task.shows("inventory-age-ms")).isBetween(100_000L, 103_000L);

    chirpStack.comeBack();
    task.runSeconds(120);
    assertThat(task.shows("streams-open")).isEqualTo(1);
    assertThat(task.shows("server-away-ms")).isZero();
    assertThat(task.shows("inventory-age-ms")).isLessThan(61_000);
  }

  @Test
  void aKeyThatIsRefusedIsTimedThoughStreamsStayOpen() {
    task.properties.put("chirpstack.token.grace.ms", "3600000");
    chirpStack.add(A);
    task.start();
    task.runSeconds(3);
    assertThat(task.shows("server-away-ms")).isZero();

    ApiException refused = new ApiException(FailureKind.TOKEN_REFUSED, "the key was deleted");
    chirpStack.walkFailure = refused;
    chirpStack.probeFailure = refused;
    task.runSeconds(400);
    assertThat(task.shows("streams-open")).isEqualTo(1);
    assertThat(task.shows("server-away-ms")).isBetween(60_000L, 400_000L);

    chirpStack.comeBack();
    task.runSeconds(200);
    assertThat(task.shows("server-away-ms")).isZero();
  }

  @Test
  void whatWaitsForKafkaIsSeen() {
    task.properties.put("queue.max.records", "2");
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"), Logs.up(A, "2-0"), Logs.up(A, "3-0"));
    task.start();
    // Nobody polls.
    task.time.advance(Duration.ofSeconds(5));

    assertThat(task.shows("queue-records")).isEqualTo(2);
    assertThat(task.shows("queue-bytes")).isGreaterThan(400);
    assertThat(task.shows("streams-stalled")).isEqualTo(1);
    assertThat(task.shows("entries-total")).isZero();

    task.runSeconds(3);
    assertThat(task.shows("queue-records")).isZero();
    assertThat(task.shows("queue-bytes")).isZero();
    assertThat(task.shows("streams-stalled")).isZero();
    assertThat(task.shows("entries-total")).isEqualTo(3);
  }

  @Test
  void gapsAndRefusalsAreCounted() {
    chirpStack.historyLimit = 2;
    chirpStack.add(A);
    chirpStack.log(Logs.up(A, "1-0"), Logs.up(A, "2-0"));
    task.start();
    task.runSeconds(3);
    task.restart();
    chirpStack.log(Logs.up(A, "3-0"), Logs.up(A, "4-0"), Logs.up(A, "5-0"));
    task.runSeconds(3);
    assertThat(task.shows("gaps-total")).isEqualTo(1);
    assertThat(task.shows("stream-refusals-total")).isZero();

    chirpStack.generation = Generation.V3;
    chirpStack.room = 0;
    task.restart();
    task.runSeconds(10);
    assertThat(task.shows("stream-refusals-total")).isPositive();
  }

  /** At a v3 server only as many tasks have work as there are streams. */
  @Test
  void aTaskWithoutWorkIsNotLate() {
    List<Long> ages = new ArrayList<>();
    chirpStack.generation = Generation.V3;
    chirpStack.add(A);
    task.properties.put("internal.task.index", "4");
    task.properties.put("internal.task.count", "5");
    task.start();
    for (int i = 0; i < 3; i++) {
      task.runSeconds(600);
      ages.add(task.shows("inventory-age-ms"));
    }
    assertThat(ages).containsOnly(0L);
  }

  private String id(Duration fromNow) {
    return task.time.clock.instant().plus(fromNow).toEpochMilli() + "-0";
  }
}
