package io.github.chirpconnect.chaos;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Another member of a sink's consumer group. It gets the first partition, since its name comes
 * first, so that the others go from task to task; it commits nothing. When it is closed, they go
 * back.
 */
final class Rival implements AutoCloseable {
  private final CompletableFuture<Void> reading;
  private volatile boolean over;

  Rival(String brokers, CommandSite site) {
    Map<String, Object> settings =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            brokers,
            ConsumerConfig.GROUP_ID_CONFIG,
            site.group(),
            ConsumerConfig.CLIENT_ID_CONFIG,
            "a-rival",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false);
    reading = CompletableFuture.runAsync(() -> read(settings, site.commands()));
  }

  private void read(Map<String, Object> settings, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(Set.of(topic));
      while (!over) {
        consumer.poll(Duration.ofMillis(100));
      }
    }
  }

  /** Leaves the group. */
  @Override
  public void close() {
    over = true;
    reading.join();
  }
}
