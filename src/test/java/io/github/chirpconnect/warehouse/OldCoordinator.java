package io.github.chirpconnect.warehouse;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;

/**
 * Has the control topic of Iceberg's sink, as a coordinator of its commits that is about to leave
 * the group: the sink begins with another one whenever partitions are assigned anew, as each new
 * topic makes it do. What tasks announce until the next coordinator has the topic, that one has to
 * find there.
 */
final class OldCoordinator implements AutoCloseable {
  private static final String CONTROL_TOPIC = "control-iceberg";
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;

  /**
   * @param sink the connector's name
   */
  OldCoordinator(String bootstrapServers, String sink) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.GROUP_ID_CONFIG,
                "connect-" + sink + "-coord",
                // The first member by name gets the only partition, and others have UUIDs.
                ConsumerConfig.CLIENT_ID_CONFIG,
                "!",
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                RangeAssignor.class.getName(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(CONTROL_TOPIC));
    Awaitility.await("the control topic")
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              consumer.poll(POLL);
              return !consumer.assignment().isEmpty();
            });
  }

  /** Waits until a task has announced files, and so has committed that it read their records. */
  void awaitAnnouncement(Duration patience) {
    Awaitility.await("files that a task announces")
        .atMost(patience)
        .pollInterval(POLL)
        .until(this::sawAnnouncement);
  }

  private boolean sawAnnouncement() {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      // Each has its schema with it.
      if (new String(record.value(), StandardCharsets.ISO_8859_1).contains("DataWritten")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
