package io.github.chirpconnect.sink.memory;

import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.sink.outcome.Origin;
import io.github.chirpconnect.sink.outcome.OutcomeFormat;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.connect.errors.DataException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the outcome topic backwards, until nothing older can matter.
 *
 * <p>How far is enough follows from offsets alone, without any clock. Each record says the highest
 * offset of its partition of commands of which anything had been written until then, by whatever
 * task. Let {@code C} be the first offset that is not committed. Where that highest offset is below
 * {@code C}, all that was written before is about offsets below {@code C}. That holds in each
 * partition of the outcome topic for itself, since a partition keeps the order of writing; so it
 * does not matter how many of them there are, or were. Compaction removes only what a later record
 * of the same command replaces.
 *
 * <p>So each partition of the outcome topic is read from its end in growing steps, until such a
 * record is found of each partition of commands, or its beginning is reached. After {@link
 * #MOST_RECORDS} it is given up: the partition of commands is young or was idle for long, and the
 * topic is full of others' records. Retention may have removed records, too. Then all is known only
 * of commands that are younger than the oldest record that was read.
 */
final class TailReader {
  private static final Logger LOG = LoggerFactory.getLogger(TailReader.class);

  private static final long FIRST_STEP = 1_000;
  private static final long GROWTH = 8;

  /** Of all partitions together: some seconds, and some ten megabytes. */
  static final long MOST_RECORDS = 100_000;

  private static final Duration POLL = Duration.ofMillis(500);
  private static final long PATIENCE_MS = 30_000;

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final OutcomeFormat format;
  private final Origin origin;
  private final Clocks clocks;
  private final Map<TopicPartition, Long> firsts;
  private final Map<TopicPartition, Long> highest = new HashMap<>();
  private final Set<TopicPartition> unreadable = new HashSet<>();
  private final Set<String> others = new HashSet<>();
  private long read;

  /**
   * @param firsts see {@link OutcomeArchive#read}
   */
  TailReader(
      Consumer<byte[], byte[]> consumer,
      String topic,
      OutcomeFormat format,
      Origin origin,
      Clocks clocks,
      Map<TopicPartition, Long> firsts) {
    this.consumer = consumer;
    this.topic = topic;
    this.format = format;
    this.origin = origin;
    this.clocks = clocks;
    this.firsts = firsts;
  }

  Map<TopicPartition, Recalled> read() {
    List<Tail> tails = tails();
    for (long depth = FIRST_STEP; read < MOST_RECORDS; depth *= GROWTH) {
      List<Tail> open = tails.stream().filter(tail -> !tail.isRead(firsts.keySet())).toList();
      if (open.isEmpty()) {
        break;
      }
      long each = Math.max(FIRST_STEP, Math.min(depth, MOST_RECORDS / open.size()));
      open.forEach(tail -> tail.deepen(each));
      read(open);
      if (each < depth) {
        break;
      }
    }
    return sorted(tails);
  }

  /** Ends first: what is written from now on is not looked for. */
  private List<Tail> tails() {
    List<PartitionInfo> known = consumer.partitionsFor(topic);
    List<TopicPartition> partitions =
        known == null
            ? List.of()
            : known.stream().map(each -> new TopicPartition(topic, each.partition())).toList();
    consumer.assign(partitions); // of others it would warn each time
    Map<TopicPartition, Long> last = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
    return partitions.stream()
        .map(each -> new Tail(each, Math.min(first.get(each), last.get(each)), last.get(each)))
        .toList();
  }

  private void read(List<Tail> open) {
    Map<TopicPartition, Tail> left = new HashMap<>();
    open.forEach(tail -> left.put(tail.partition(), tail));
    consumer.assign(left.keySet());
    consumer.resume(left.keySet()); // assigned again, they are paused as they were
    open.forEach(tail -> consumer.seek(tail.partition(), tail.from()));
    dropEnded(left); // before the first poll, which would wait where there is nothing to read
    long progressAt = clocks.steadyMillis();
    while (!left.isEmpty()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        progressAt = clocks.steadyMillis();
        Tail tail = left.get(new TopicPartition(topic, record.partition()));
        if (tail != null && record.offset() < tail.to()) {
          read++;
          take(tail, record);
        }
      }
      if (dropEnded(left)) {
        progressAt = clocks.steadyMillis();
      }
      if (clocks.steadyMillis() - progressAt > PATIENCE_MS) {
        throw new TimeoutException("nothing came from " + left.keySet());
      }
    }
  }

  /** Whether some were read to their end, which are not polled any more. */
  private boolean dropEnded(Map<TopicPartition, Tail> left) {
    // Not the last record: what compaction or a transaction left out counts as read.
    boolean ended =
        left.values().removeIf(tail -> consumer.position(tail.partition()) >= tail.to());
    if (ended) {
      consumer.pause(
          consumer.assignment().stream().filter(each -> !left.containsKey(each)).toList());
    }
    return ended;
  }

  private void take(Tail tail, ConsumerRecord<byte[], byte[]> record) {
    Optional<CommandPlace> place = CommandPlace.of(record.key());
    place.ifPresent(each -> tail.sees(record.offset(), record.timestamp()));
    if (place.isEmpty() || !firsts.containsKey(place.get().partition())) {
      return;
    }
    TopicPartition commands = place.get().partition();
    Optional<String> other = origin.otherThan(record.headers());
    if (other.isPresent()) {
      passOver(commands, other.get());
      return;
    }
    OptionalLong most = Origin.highest(record.headers());
    if (most.isPresent() && most.getAsLong() < firsts.get(commands)) {
      tail.ended(commands);
    }
    highest.merge(commands, Math.max(place.get().offset(), most.orElse(-1)), Math::max);
    try {
      OutcomeRecord outcome = format.read(topic, record.value());
      if (outcome != null && outcome.source().equals(commands) && outcome.time() != null) {
        tail.add(outcome, Origin.task(record.headers()));
      }
    } catch (DataException e) {
      if (unreadable.add(commands)) {
        LOG.warn(
            "The record at {} of {} can't be read back, so the task does not know what was sent of"
                + " {} before: {}",
            record.offset(),
            tail.partition(),
            commands,
            e.getMessage());
      }
    }
  }

  private void passOver(TopicPartition commands, String connector) {
    if (others.add(connector)) {
      LOG.warn(
          "The connector {} writes its outcomes of {} into {}, too; one may hide the other's: give"
              + " each an outcome.topic of its own (if it is this connector's name of before, what"
              + " was sent then is not known)",
          connector,
          commands.topic(),
          topic);
    }
  }

  private Map<TopicPartition, Recalled> sorted(List<Tail> tails) {
    Map<TopicPartition, List<OutcomeRecord>> records = new HashMap<>();
    firsts.keySet().forEach(commands -> records.put(commands, new ArrayList<>()));
    tails.stream()
        .flatMap(tail -> tail.records().stream())
        // Tasks and partitions keep no order among each other: if a call was announced by any, in
        // any, it is in doubt.
        .sorted(Comparator.comparing(OutcomeRecord::isSending))
        .forEach(outcome -> records.get(outcome.source()).add(outcome));
    boolean whole = tails.stream().allMatch(Tail::isWhole);
    Map<TopicPartition, Recalled> all = new HashMap<>();
    records.forEach(
        (commands, its) -> {
          boolean readable = !unreadable.contains(commands);
          Instant since =
              tails.stream()
                  .map(tail -> tail.since(commands))
                  .max(Comparator.naturalOrder())
                  .orElse(Instant.MIN);
          all.put(
              commands,
              new Recalled(
                  its,
                  readable ? since : Instant.MAX,
                  whole && readable,
                  highest.getOrDefault(commands, -1L)));
        });
    return all;
  }
}
