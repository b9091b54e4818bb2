package io.github.chirpconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one of four tasks does with the connector's limits. */
class SharesTest {
  private final SinkBed bed = new SinkBed();

  @BeforeEach
  void fourTasks() {
    bed.with("max.in.flight", 8).with("internal.task.count", 4);
  }

  @Test
  void aTaskWithTheOnlyPartitionMakesAllCallsThatTheConnectorMay() {
    withOutcomes().start();
    bed.put(commands(20));
    assertThat(bed.server.waiting()).hasSize(8);
  }

  @Test
  void aTaskLeavesTheOthersTheirShares() {
    bed.count.count = 2;
    withOutcomes().start();
    bed.put(commands(20));
    assertThat(bed.server.waiting()).hasSize(4);
  }

  @Test
  void withoutAnOutcomeTopicTheLimitIsDividedByAllTasks() {
    bed.start();
    bed.put(commands(20));
    assertThat(bed.server.waiting()).hasSize(2);
    assertThat(bed.count.asked).isEmpty();
  }

  @Test
  void aTaskThatGetsPartitionsMakesFewCallsUntilThoseOfTheTaskBeforeHaveEnded() {
    withOutcomes().start();
    bed.openNow(SinkBed.OTHER);
    bed.put(commands(20));
    assertThat(bed.server.waiting()).hasSize(2);
  }

  @Test
  void theRateIsDividedAlike() {
    withOutcomes().with("rate.limit.per.second", 4).start();
    bed.server.answerAtOnce();
    bed.put(commands(100));
    bed.turns(Duration.ofSeconds(10));
    assertThat(bed.server.enqueues.size()).isBetween(38, 46);
  }

  private SinkBed withOutcomes() {
    return bed.with("outcome.topic", "outcomes").with("outcome.bootstrap.servers", "k:9092");
  }

  private SinkRecord[] commands(int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> bed.command(DeliveryOrderTest.eui(i), i + 1))
        .toArray(SinkRecord[]::new);
  }
}
