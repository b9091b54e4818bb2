package io.github.chirpconnect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;

/**
 * A topic in Avro as clients of Confluent's registry read it: a zero byte, the schema's id, data.
 */
final class AvroTopic {
  private static final Duration POLL = Duration.ofMillis(100);

  private final String topic;
  private final String bootstrapServers;
  private final SchemaRegistry registry;
  private final Map<Integer, Schema> schemas = new HashMap<>();

  AvroTopic(String topic, String bootstrapServers, SchemaRegistry registry) {
    this.topic = topic;
    this.bootstrapServers = bootstrapServers;
    this.registry = registry;
  }

  /** Reads until what was read fulfils a condition; the topic has one partition. */
  List<GenericRecord> await(Duration patience, Predicate<List<GenericRecord>> condition) {
    List<GenericRecord> read = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      Awaitility.await(topic)
          .atMost(patience)
          .pollInterval(POLL)
          .until(
              () -> {
                consumer.poll(POLL).forEach(record -> read.add(decoded(record)));
                return condition.test(read);
              });
    }
    return read;
  }

  private GenericRecord decoded(ConsumerRecord<String, byte[]> record) {
    ByteBuffer bytes = ByteBuffer.wrap(record.value());
    assertThat(bytes.get()).isZero();
    Schema schema = schemas.computeIfAbsent(bytes.getInt(), this::schema);
    try {
      return new GenericDatumReader<GenericRecord>(schema)
          .read(
              null,
              DecoderFactory.get()
                  .binaryDecoder(record.value(), bytes.position(), bytes.remaining(), null));
    } catch (IOException e) {
      throw new UncheckedIOException("no " + schema.getFullName(), e);
    }
  }

  private Schema schema(int id) {
    return new Schema.Parser().parse(registry.get("/schemas/ids/" + id).path("schema").asText());
  }
}
