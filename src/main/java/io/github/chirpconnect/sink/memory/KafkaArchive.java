package io.github.chirpconnect.sink.memory;

import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.sink.outcome.Origin;
import io.github.chirpconnect.sink.outcome.OutcomeFormat;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The outcome topic, read back with a consumer that lives as long as it reads. */
public final class KafkaArchive implements OutcomeArchive {
  private static final int API_TIMEOUT_MS = 30_000;
  private static final int REQUEST_TIMEOUT_MS = 10_000;

  private final String topic;
  private final OutcomeFormat format;
  private final Origin origin;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Executor background;
  private final Clocks clocks;
  private Consumer<byte[], byte[]> reading;
  private boolean closed;

  /**
   * @param background runs one task at a time, on another thread
   */
  public KafkaArchive(
      String topic,
      OutcomeFormat format,
      Origin origin,
      Map<String, Object> settings,
      Executor background,
      Clocks clocks) {
    this(topic, format, origin, () -> consumer(settings), background, clocks);
  }

  KafkaArchive(
      String topic,
      OutcomeFormat format,
      Origin origin,
      Supplier<Consumer<byte[], byte[]>> consumers,
      Executor background,
      Clocks clocks) {
    this.topic = topic;
    this.format = format;
    this.origin = origin;
    this.consumers = consumers;
    this.background = background;
    this.clocks = clocks;
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    return new KafkaConsumer<>(
        completed(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** The given settings, what a task needs where they say nothing, and what must not differ. */
  static Map<String, Object> completed(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>();
    all.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS);
    all.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    all.putAll(settings);
    all.remove(ConsumerConfig.GROUP_ID_CONFIG);
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    // An open transaction of another writer would hide outcomes that were written after it began.
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    return all;
  }

  @Override
  public void read(
      Map<TopicPartition, Long> firsts, BiConsumer<Map<TopicPartition, Recalled>, Exception> done) {
    Map<TopicPartition, Long> copy = Map.copyOf(firsts);
    background.execute(
        () -> {
          Map<TopicPartition, Recalled> recalled = null;
          Exception failure = null;
          try (Consumer<byte[], byte[]> consumer = begin()) {
            recalled = new TailReader(consumer, topic, format, origin, clocks, copy).read();
          } catch (RuntimeException e) {
            failure = e; // also what no one foresaw: the task must hear of it
          } finally {
            end();
          }
          done.accept(failure == null ? recalled : null, failure);
        });
  }

  private synchronized Consumer<byte[], byte[]> begin() {
    reading = consumers.get();
    if (closed) {
      reading.wakeup();
    }
    return reading;
  }

  private synchronized void end() {
    reading = null;
  }

  /** Ends a reading in progress. */
  @Override
  public synchronized void close() {
    closed = true;
    if (reading != null) {
      reading.wakeup();
    }
  }
}
