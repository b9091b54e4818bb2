package io.github.chirpconnect.harness.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker's topics, for tests: creates, writes and reads them. Safe for use by many threads. */
public final class Topics implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final String bootstrapServers;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  public Topics(KafkaBroker broker) {
    this.bootstrapServers = broker.bootstrapServers();
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.LINGER_MS_CONFIG,
                "0",
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                TIMEOUT.toMillis()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Creates a topic of one partition. */
  public void create(String topic) {
    create(topic, 1);
  }

  public void create(String topic, int partitions) {
    NewTopic description = new NewTopic(topic, partitions, (short) 1);
    done("creating topic " + topic, admin.createTopics(Set.of(description)).all());
  }

  /** Creates a topic of one partition, of which the broker keeps the last record of each key. */
  public void createCompacted(String topic) {
    NewTopic description =
        new NewTopic(topic, 1, (short) 1)
            .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    done("creating topic " + topic, admin.createTopics(Set.of(description)).all());
  }

  public Set<String> names() {
    return done("listing topics", admin.listTopics().names());
  }

  public void delete(String topic) {
    done("deleting topic " + topic, admin.deleteTopics(Set.of(topic)).all());
  }

  /** Writes bytes that need be no text. */
  public RecordMetadata send(String topic, byte[] value) {
    return send(new ProducerRecord<>(topic, value));
  }

  /**
   * Writes a record and waits until the broker has it.
   *
   * @param key null for none
   * @param value null for a tombstone
   */
  public RecordMetadata send(String topic, String key, String value) {
    return send(topic, key, value, Map.of());
  }

  public RecordMetadata send(String topic, String key, String value, Map<String, String> headers) {
    return send(topic, null, key, value, headers);
  }

  /** Writes a record that claims to be of another time than now. */
  public RecordMetadata send(
      String topic, Instant timestamp, String key, String value, Map<String, String> headers) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            null,
            timestamp == null ? null : timestamp.toEpochMilli(),
            bytes(key),
            bytes(value));
    headers.forEach((name, text) -> record.headers().add(new RecordHeader(name, bytes(text))));
    return send(record);
  }

  private RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
    try {
      return producer.send(record).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw failed("writing to topic " + record.topic(), e);
    }
  }

  /** Reads topics, those of aborted transactions too. Close it. */
  public TopicReader reader(String... topics) {
    return reader("read_uncommitted", Set.of(topics)::contains, String.join(", ", topics));
  }

  /** Reads topics as a consumer does that cares for transactions. Close it. */
  public TopicReader committedReader(String... topics) {
    return reader("read_committed", Set.of(topics)::contains, String.join(", ", topics));
  }

  /** Reads all topics whose names begin so, those created later too. Close it. */
  public TopicReader prefixReader(String prefix) {
    return reader("read_uncommitted", name -> name.startsWith(prefix), prefix + "*");
  }

  /** As {@link #prefixReader}, without what aborted transactions wrote. Close it. */
  public TopicReader committedPrefixReader(String prefix) {
    return reader("read_committed", name -> name.startsWith(prefix), prefix + "*");
  }

  /**
   * Reads a topic from its beginning until so many records are there.
   *
   * @throws AssertionError when they are not there in time; it tells what was read
   */
  public List<TopicRecord> read(String topic, int count, Duration timeout) {
    try (TopicReader reader = reader(topic)) {
      return reader.await(count, timeout);
    }
  }

  /** What a consumer group has committed; a sink connector's group is {@code connect-<name>}. */
  public Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    return done(
        "reading the offsets of " + group,
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
  }

  /**
   * How many members of a consumer group have partitions; none while the group rebalances, or
   * before it exists.
   */
  public long consumers(String group) {
    ConsumerGroupDescription description;
    try {
      description =
          done("describing " + group, admin.describeConsumerGroups(Set.of(group)).all()).get(group);
    } catch (IllegalStateException e) {
      if (e.getCause().getCause() instanceof GroupIdNotFoundException) {
        return 0;
      }
      throw e;
    }
    return description.groupState() == GroupState.STABLE
        ? description.members().stream()
            .filter(member -> !member.assignment().topicPartitions().isEmpty())
            .count()
        : 0;
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
  }

  private TopicReader reader(String isolation, Predicate<String> topics, String description) {
    Map<String, Object> config =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
            // A topic that is new is not read before the fetch of the others has come back.
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "100",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    return new TopicReader(
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
        topics,
        description);
  }

  private static <T> T done(String what, KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw failed(what, e);
    }
  }

  private static IllegalStateException failed(String what, Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return new IllegalStateException(what + " failed: " + e, e);
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
