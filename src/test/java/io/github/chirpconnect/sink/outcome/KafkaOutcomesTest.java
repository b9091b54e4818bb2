package io.github.chirpconnect.sink.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaOutcomesTest {
  /** Kafka's own default is a minute, in which the task would neither send nor commit. */
  @Test
  void aWriteBlocksTheTaskForHalfASecondAtMost() {
    assertThat(KafkaOutcomes.completed(Map.of("bootstrap.servers", "kafka:9092")))
        .containsEntry("bootstrap.servers", "kafka:9092")
        .containsEntry("max.block.ms", 500);
  }

  @Test
  void whatIsConfiguredGoesFirst() {
    assertThat(KafkaOutcomes.completed(Map.of("max.block.ms", "100")))
        .containsEntry("max.block.ms", "100");
  }
}
