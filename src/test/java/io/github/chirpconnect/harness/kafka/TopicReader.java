package io.github.chirpconnect.harness.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads topics from their beginning. What {@link #await} and {@link #readToEnd} read is kept, and
 * counts for the next of them. A topic that does not exist yet is read as soon as it does. For one
 * thread.
 */
public final class TopicReader implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration LOOK_FOR_TOPICS = Duration.ofMillis(500);
  private static final int SHOWN_ON_FAILURE = 10;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Predicate<String> topics;
  private final String description;
  private final List<TopicRecord> records = new ArrayList<>();
  private final Set<TopicPartition> assigned = new HashSet<>();
  private long looked;
  private boolean started;

  TopicReader(
      KafkaConsumer<byte[], byte[]> consumer, Predicate<String> topics, String description) {
    this.consumer = consumer;
    this.topics = topics;
    this.description = description;
  }

  /** Waits a moment at most for more records, and returns those that came without keeping them. */
  public List<TopicRecord> poll() {
    lookForTopics();
    if (assigned.isEmpty()) {
      pause();
      return List.of();
    }
    List<TopicRecord> news = new ArrayList<>();
    consumer.poll(POLL).forEach(record -> news.add(TopicRecord.of(record)));
    return news;
  }

  /**
   * Reads until what was read fulfils a condition.
   *
   * @param what is waited for, for the failure's message
   * @return all records kept so far, those of one partition in its order
   * @throws AssertionError when the time is over; it tells what was read instead
   */
  public List<TopicRecord> await(
      String what, Duration timeout, Predicate<List<TopicRecord>> condition) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!condition.test(List.copyOf(records))) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(
            "Waited %.1f s for %s in %s; read: %s"
                .formatted(timeout.toMillis() / 1000.0, what, description, summary()));
      }
      records.addAll(poll());
    }
    return List.copyOf(records);
  }

  /** Reads until so many records of all the topics are there. */
  public List<TopicRecord> await(int count, Duration timeout) {
    return await(count + " records", timeout, all -> all.size() >= count);
  }

  /** Reads all that is there by now: up to the present end of each topic. */
  public List<TopicRecord> readToEnd() {
    looked = 0;
    started = false;
    lookForTopics();
    Map<TopicPartition, Long> ends = consumer.endOffsets(assigned);
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      records.addAll(poll());
    }
    return List.copyOf(records);
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void lookForTopics() {
    if (started && System.nanoTime() - looked < LOOK_FOR_TOPICS.toNanos()) {
      return;
    }
    started = true;
    looked = System.nanoTime();
    List<TopicPartition> added = new ArrayList<>();
    for (List<PartitionInfo> partitions : consumer.listTopics().values()) {
      for (PartitionInfo partition : partitions) {
        TopicPartition name = new TopicPartition(partition.topic(), partition.partition());
        if (topics.test(name.topic()) && assigned.add(name)) {
          added.add(name);
        }
      }
    }
    if (!added.isEmpty()) {
      consumer.assign(assigned);
      consumer.seekToBeginning(added);
    }
  }

  /** A consumer without partitions refuses to poll, which would have waited as long. */
  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a topic", e);
    }
  }

  private String summary() {
    Map<String, Long> counts =
        records.stream()
            .collect(
                Collectors.groupingBy(TopicRecord::topic, TreeMap::new, Collectors.counting()));
    String last =
        records.stream()
            .skip(Math.max(0, records.size() - SHOWN_ON_FAILURE))
            .map(record -> "\n  " + record)
            .collect(Collectors.joining());
    return counts + ", the last of them:" + (last.isEmpty() ? " none" : last);
  }
}
