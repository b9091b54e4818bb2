package io.github.chirpconnect.sink.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.config.SinkConfig;
import io.github.chirpconnect.config.Subscription;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class KafkaPartitionCountTest {
  private static final TopicPartition A0 = new TopicPartition("a", 0);
  private static final TopicPartition A1 = new TopicPartition("a", 1);
  private static final TopicPartition B0 = new TopicPartition("b", 0);

  private final KafkaPartitionCount count =
      new KafkaPartitionCount(subscription(Map.of("topics", "a")), Map.of(), Runnable::run);

  @Test
  void allPartitionsOfTheTopicsCountWhoeverHasThem() {
    assertThat(count.all(Set.of(A0), List.of(Set.of(), Set.of(A0)), Set.of(A0, A1)))
        .containsExactlyInAnyOrder(A0, A1);
  }

  /** An outcome principal may be permitted to see less than the worker's. */
  @Test
  void partitionsOfTopicsThatAreNotSeenCountIfAnotherTaskHasThem() {
    assertThat(count.all(Set.of(A0), List.of(Set.of(B0), Set.of(A0)), Set.of(A0)))
        .containsExactlyInAnyOrder(A0, B0);
  }

  /** A mirror has topics of the same names, perhaps with fewer partitions, but not the members. */
  @Test
  void anotherClusterIsToldByItsGroup() {
    assertThatThrownBy(() -> count.all(Set.of(A0), List.of(), Set.of(A0)))
        .hasMessageContainingAll("connect-valves", "another cluster", "outcome.bootstrap.servers");
    assertThatThrownBy(() -> count.all(Set.of(A0), List.of(Set.of(), Set.of(A1)), Set.of(A0, A1)))
        .hasMessageContaining("has no member with this task's partitions");
  }

  @Test
  void anAdminClientGetsTheConsumersSettingsThatItKnows() {
    Map<String, Object> settings =
        KafkaPartitionCount.forAdmin(
            Map.of(
                "bootstrap.servers", "k:9093",
                "security.protocol", "SSL",
                "max.poll.records", "10",
                "request.timeout.ms", "5000",
                "own.login.secret", "s"));
    assertThat(settings)
        .containsEntry("bootstrap.servers", "k:9093")
        .containsEntry("security.protocol", "SSL")
        .containsEntry("request.timeout.ms", "5000")
        .containsEntry("own.login.secret", "s")
        .doesNotContainKey("max.poll.records");
  }

  @Test
  void theSubscriptionIsReadFromConnectsKeys() {
    assertThat(subscription(Map.of("topics", " a, b ,,")))
        .isEqualTo(new Subscription(Set.of("a", "b"), Optional.empty(), "connect-valves"));
    Subscription pattern =
        subscription(Map.of("topics.regex", "v.*", "consumer.override.group.id", "g"));
    assertThat(pattern.topics()).isEmpty();
    assertThat(pattern.pattern()).get().asString().isEqualTo("v.*");
    assertThat(pattern.group()).isEqualTo("g");
  }

  private static Subscription subscription(Map<String, String> keys) {
    Map<String, String> config = new HashMap<>(keys);
    config.put("name", "valves");
    config.put("chirpstack.url", "localhost:8080");
    config.put("chirpstack.token", "a.b.c");
    return new SinkConfig(config).subscription();
  }
}
