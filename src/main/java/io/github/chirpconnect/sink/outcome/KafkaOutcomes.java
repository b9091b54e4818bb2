package io.github.chirpconnect.sink.outcome;

import io.github.chirpconnect.context.LogContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes outcomes to a topic with its own producer: a task has no access to its worker's producer
 * or broker addresses.
 */
public final class KafkaOutcomes implements OutcomeLog {
  /** How long a write may block the task thread when the brokers do not answer. */
  private static final int MAX_BLOCK_MS = 500;

  private static final int DELIVERY_TIMEOUT_MS = 30_000;
  private static final int REQUEST_TIMEOUT_MS = 10_000;

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final OutcomeFormat format;
  private final Origin origin;

  public KafkaOutcomes(
      String topic, OutcomeFormat format, Origin origin, Map<String, Object> settings) {
    this(
        topic,
        format,
        origin,
        new KafkaProducer<>(
            completed(settings), new ByteArraySerializer(), new ByteArraySerializer()));
  }

  public KafkaOutcomes(
      String topic, OutcomeFormat format, Origin origin, Producer<byte[], byte[]> producer) {
    this.topic = topic;
    this.format = format;
    this.origin = origin;
    this.producer = producer;
  }

  /** The given settings, and what a task needs where they say nothing. */
  static Map<String, Object> completed(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>();
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
    all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    all.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    all.putAll(settings);
    return all;
  }

  @Override
  public void write(OutcomeRecord outcome, OptionalLong highest, Consumer<Exception> written) {
    Consumer<Exception> forUs = LogContext.handOn(written);
    try {
      producer.send(
          new ProducerRecord<>(
              topic,
              null,
              outcome.id().getBytes(StandardCharsets.UTF_8),
              format.write(topic, outcome),
              origin.headers(highest)),
          (metadata, failure) -> forUs.accept(failure));
    } catch (KafkaException | IllegalStateException e) {
      written.accept(e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    format.close();
  }
}
