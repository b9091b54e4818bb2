package io.github.chirpconnect.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes commands to a topic as fast as a producer can, to one device after the other. */
final class CommandWriter implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final List<String> devEuis;

  CommandWriter(String bootstrapServers, String topic, List<String> devEuis) {
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.LINGER_MS_CONFIG,
                "5",
                // A topic that was created a moment ago may refuse the first batches, out of turn.
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                "false"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.topic = topic;
    this.devEuis = devEuis;
  }

  /** Returns when all are written. */
  void write(int commands) {
    AtomicReference<Exception> failed = new AtomicReference<>();
    for (int i = 0; i < commands; i++) {
      byte[] devEui = devEuis.get(i % devEuis.size()).getBytes(StandardCharsets.UTF_8);
      byte[] value = "{\"fPort\":10,\"data\":\"AQIDBAUGBwg=\"}".getBytes(StandardCharsets.UTF_8);
      producer.send(
          new ProducerRecord<>(topic, devEui, value),
          (metadata, failure) -> {
            if (failure != null) {
              failed.set(failure);
            }
          });
    }
    producer.flush();
    if (failed.get() != null) {
      throw new IllegalStateException("commands could not be written", failed.get());
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
