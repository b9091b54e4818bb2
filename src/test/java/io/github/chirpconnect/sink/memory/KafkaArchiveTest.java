package io.github.chirpconnect.sink.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.sink.outcome.JsonOutcomes;
import io.github.chirpconnect.sink.outcome.Origin;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.testing.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

/** How far back outcomes are read, and what that is worth. */
class KafkaArchiveTest {
  private static final String TOPIC = "outcomes";
  private static final TopicPartition COMMANDS = new TopicPartition("a-commands", 0);
  private static final TopicPartition OTHERS = new TopicPartition("a-commands", 1);
  private static final Origin ORIGIN = new Origin("valves", "1");
  private static final Instant TIME = Instant.parse("2026-07-23T08:00:00Z");

  private final ManualTime time = new ManualTime();
  private final Topic topic = new Topic();
  private Exception failure;

  @Test
  void readsBackWhatBecameOfCommands() {
    topic.write(0, outcome(COMMANDS, 7, "sending"));
    topic.write(0, outcome(COMMANDS, 7, "accepted"));
    topic.write(1, outcome(COMMANDS, 8, "sending"));
    topic.write(1, outcome(OTHERS, 8, "accepted"));

    Recalled recalled = read(Map.of(COMMANDS, 5L)).get(COMMANDS);

    assertThat(recalled.records())
        .extracting(OutcomeRecord::offset, OutcomeRecord::state)
        .containsExactlyInAnyOrder(
            tuple(7L, "sending"), tuple(7L, "accepted"), tuple(8L, "sending"));
    assertThat(recalled.since()).isEqualTo(Instant.MIN);
    assertThat(recalled.whole()).isTrue();
  }

  /** In each partition of the topic for itself: they keep no order among each other. */
  @Test
  void endsWhereNothingThatMattersHadBeenWritten() {
    for (long offset = 0; offset < 30_000; offset++) {
      for (int partition = 0; partition < 2; partition++) {
        topic.write(partition, outcome(COMMANDS, offset, "accepted"));
      }
    }

    Recalled recalled = read(Map.of(COMMANDS, 28_000L)).get(COMMANDS);

    assertThat(recalled.since()).isEqualTo(Instant.MIN);
    assertThat(recalled.whole()).isFalse();
    assertThat(recalled.records().stream().map(OutcomeRecord::offset).distinct())
        .containsAll(LongStream.range(28_000, 30_000).boxed().toList());
    assertThat(topic.fetched).isLessThan(20_000);
  }

  @Test
  void aPartitionWithoutSuchAnOutcomeIsReadFromItsBeginning() {
    topic.write(1, outcome(COMMANDS, 99, "accepted"));
    for (long offset = 0; offset < 5_000; offset++) {
      topic.write(0, outcome(COMMANDS, 0, "accepted"));
      topic.write(1, outcome(OTHERS, offset, "accepted"));
    }

    Recalled recalled = read(Map.of(COMMANDS, 50L)).get(COMMANDS);

    assertThat(recalled.records()).extracting(OutcomeRecord::offset).contains(99L);
    assertThat(recalled.since()).isEqualTo(Instant.MIN);
  }

  @Test
  void givesUpInATopicThatIsFullOfOthers() {
    topic.write(0, outcome(COMMANDS, 60, "accepted"));
    for (long offset = 0; offset < TailReader.MOST_RECORDS + 5_000; offset++) {
      topic.write(0, outcome(OTHERS, offset, "accepted"));
    }

    Map<TopicPartition, Recalled> recalled = read(Map.of(COMMANDS, 50L, OTHERS, 100_000L));

    assertThat(recalled.get(COMMANDS).since())
        .as("what was read begins after the first 5,000")
        .isBetween(TIME.plusMillis(4_000), TIME.plusMillis(6_000));
    assertThat(recalled.get(OTHERS).since()).isEqualTo(Instant.MIN);
    assertThat(topic.fetched).isLessThan(TailReader.MOST_RECORDS + 10_000);
  }

  /**
   * Calls in flight were many before a crash, and few after it, so the second task was done with a
   * few commands when it crashed, too. What the first had announced lies before all that.
   */
  @Test
  void readsOnToWhatATaskAnnouncedThatHadMoreInFlight() {
    for (long offset = 0; offset < 100; offset++) {
      topic.write(0, outcome(COMMANDS, offset, "accepted"));
    }
    topic.write(0, outcome(COMMANDS, 5_000, "sending"));
    for (long offset = 100; offset < 3_000; offset++) {
      topic.write(0, outcome(COMMANDS, offset, "accepted"));
    }

    Recalled recalled = read(Map.of(COMMANDS, 3_000L)).get(COMMANDS);

    assertThat(recalled.records()).extracting(OutcomeRecord::offset).contains(5_000L);
    assertThat(recalled.since()).isEqualTo(Instant.MIN);
    assertThat(recalled.highest()).isEqualTo(5_000);
  }

  /** The topic got another partition: a command's records are in both. */
  @Test
  void whatWasAnnouncedInAnyPartitionIsInDoubt() {
    topic.write(1, outcome(COMMANDS, 7, "sending"));
    topic.write(1, outcome(COMMANDS, 7, "waiting"));
    topic.write(0, outcome(COMMANDS, 7, "sending"));
    topic.write(1, outcome(COMMANDS, 8, "sending"));
    topic.write(1, outcome(COMMANDS, 8, "waiting"));

    Recalled recalled = read(Map.of(COMMANDS, 7L)).get(COMMANDS);

    assertThat(recalled.records())
        .extracting(OutcomeRecord::offset, OutcomeRecord::state)
        .containsExactly(tuple(7L, "waiting"), tuple(8L, "waiting"), tuple(7L, "sending"));
  }

  /** Brokers were slow to write what a task before said, and another announced the call since. */
  @Test
  void onlyTheTaskThatAnnouncedACallTakesItBack() {
    topic.write(0, outcome(COMMANDS, 7, "sending"));
    topic.task = "2";
    topic.write(0, outcome(COMMANDS, 7, "sending"));
    topic.task = "1";
    topic.write(0, outcome(COMMANDS, 7, "waiting"));

    Recalled recalled = read(Map.of(COMMANDS, 7L)).get(COMMANDS);

    assertThat(recalled.records())
        .extracting(OutcomeRecord::state)
        .containsExactly("waiting", "sending");
  }

  /** Two sinks may send the same commands to two servers; what one sent, the other did not. */
  @Test
  void anotherConnectorsOutcomesMeanNothing() {
    topic.connector = "lamps";
    topic.write(0, outcome(COMMANDS, 6, "accepted"));
    topic.connector = ORIGIN.connector();
    topic.write(0, outcome(COMMANDS, 7, "accepted"));
    Recalled recalled;
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      recalled = read(Map.of(COMMANDS, 5L)).get(COMMANDS);
      assertThat(log.lines()).singleElement().asString().contains("lamps", "outcome.topic");
    }
    assertThat(recalled.records()).extracting(OutcomeRecord::offset).containsExactly(7L);
  }

  /** Rows of the source's feed, tombstones and others' records; a compacted topic has gaps. */
  @Test
  void passesOverWhatIsNoOutcome() {
    topic.write(0, null, "{}");
    topic.write(0, "0650c53f-7068-4c79-9e5c-78bb34df1d3c", "{\"state\":\"sent\"}");
    topic.write(0, "a-commands-0-5", null);
    topic.skip(0, 400);
    topic.write(0, "a-commands-0-x", "not JSON");
    topic.write(0, outcome(COMMANDS, 7, "accepted"));
    topic.skip(0, 3);

    Recalled recalled = read(Map.of(COMMANDS, 0L)).get(COMMANDS);

    assertThat(recalled.records()).extracting(OutcomeRecord::offset).containsExactly(7L);
    assertThat(recalled.since()).isEqualTo(Instant.MIN);
  }

  @Test
  void whatRetentionHasRemovedIsNotWhole() {
    topic.begin(0, 2);
    topic.write(0, outcome(COMMANDS, 1, "accepted"));
    topic.write(0, outcome(COMMANDS, 2, "accepted"));
    topic.write(0, outcome(COMMANDS, 7, "accepted"));

    Recalled recalled = read(Map.of(COMMANDS, 0L)).get(COMMANDS);

    assertThat(recalled.records()).extracting(OutcomeRecord::offset).containsExactly(7L);
    assertThat(recalled.since()).as("when the oldest was written").isEqualTo(TIME.plusMillis(2));
    assertThat(recalled.whole()).isFalse();
  }

  @Test
  void anUnreadableOutcomeIsWorthNothing() {
    topic.write(0, "a-commands-0-7", "{\"cut");

    Recalled recalled = read(Map.of(COMMANDS, 0L, OTHERS, 0L)).get(COMMANDS);

    assertThat(recalled.since()).isEqualTo(Instant.MAX);
    assertThat(recalled.whole()).isFalse();
  }

  @Test
  void aTopicThatIsNotThereHoldsNothing() {
    Recalled recalled = read(Map.of(COMMANDS, 0L)).get(COMMANDS);

    assertThat(recalled.records()).isEmpty();
  }

  /** A new sink's first commands wait for the reading. */
  @Test
  void doesNotWaitForWhatAnEmptyTopicMayYetGet() {
    topic.skip(0, 0);
    topic.skip(1, 0);
    long begun = time.clocks().steadyMillis();

    Recalled recalled = read(Map.of(COMMANDS, 0L)).get(COMMANDS);

    assertThat(recalled.records()).isEmpty();
    assertThat(recalled.whole()).isTrue();
    assertThat(time.clocks().steadyMillis()).isEqualTo(begun);
  }

  @Test
  void brokersThatSendNothingAreAFailure() {
    topic.write(0, outcome(COMMANDS, 7, "accepted"));
    topic.silent = true;

    assertThat(read(Map.of(COMMANDS, 0L))).isNull();
    assertThat(failure).isInstanceOf(TimeoutException.class).hasMessageContaining("outcomes-0");
  }

  @Test
  void whatTheConsumerThrowsIsAFailure() {
    topic.write(0, outcome(COMMANDS, 7, "accepted"));
    topic.thrown = new KafkaException("no brokers");

    assertThat(read(Map.of(COMMANDS, 0L))).isNull();
    assertThat(failure).hasMessage("no brokers");
    assertThat(topic.consumer.closed()).isTrue();
  }

  @Test
  void aReadingEndsWithTheTask() {
    topic.write(0, outcome(COMMANDS, 7, "accepted"));
    KafkaArchive archive = archive();
    archive.close();
    archive.read(Map.of(COMMANDS, 0L), (recalled, e) -> failure = e);

    assertThat(failure).isInstanceOf(WakeupException.class);
  }

  /** An open transaction of another writer would hide outcomes that were written after it began. */
  @Test
  void readsWhatIsBehindOpenTransactionsAndJoinsNoGroup() {
    Map<String, Object> settings =
        KafkaArchive.completed(
            Map.of(
                "isolation.level", "read_committed", "group.id", "g", "security.protocol", "SSL"));

    assertThat(settings)
        .containsEntry("isolation.level", "read_uncommitted")
        .containsEntry("security.protocol", "SSL")
        .containsEntry("allow.auto.create.topics", false)
        .doesNotContainKey("group.id");
  }

  private Map<TopicPartition, Recalled> read(Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Recalled> all = new HashMap<>();
    archive()
        .read(
            ends,
            (recalled, e) -> {
              failure = e;
              if (recalled != null) {
                all.putAll(recalled);
              }
            });
    return failure == null ? all : null;
  }

  private KafkaArchive archive() {
    return new KafkaArchive(
        TOPIC, new JsonOutcomes(), ORIGIN, topic::open, Runnable::run, time.clocks());
  }

  private static OutcomeRecord outcome(TopicPartition commands, long offset, String state) {
    return new OutcomeRecord(
        null,
        Target.device("000000000000000a"),
        state,
        "item-" + offset,
        null,
        null,
        commands.topic(),
        commands.partition(),
        offset,
        5L,
        null,
        TIME);
  }

  /** The outcome topic. A poll returns some hundred records of those that are asked for. */
  private final class Topic {
    private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> logs = new HashMap<>();
    private final Map<TopicPartition, Long> begins = new HashMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Map<TopicPartition, Long> highest = new HashMap<>();
    private String connector = ORIGIN.connector();
    private String task = "1";
    private MockConsumer<byte[], byte[]> consumer;
    private long fetched;
    private boolean silent;
    private KafkaException thrown;

    /** A task writes it. Each record is a millisecond younger than the one before it. */
    void write(int partition, OutcomeRecord outcome) {
      Headers headers = new RecordHeaders();
      headers.add(Origin.CONNECTOR, bytes(connector));
      headers.add(Origin.TASK, bytes(task));
      long most = highest.merge(outcome.source(), outcome.offset(), Math::max);
      headers.add(Origin.HIGHEST, bytes(Long.toString(most)));
      write(
          partition,
          outcome.id(),
          new String(new JsonOutcomes().write(TOPIC, outcome), StandardCharsets.UTF_8),
          headers);
    }

    void write(int partition, String key, String value) {
      write(partition, key, value, new RecordHeaders());
    }

    private void write(int partition, String key, String value, Headers headers) {
      TopicPartition at = new TopicPartition(TOPIC, partition);
      long offset = ends.merge(at, 1L, Long::sum) - 1;
      logs.computeIfAbsent(at, each -> new ArrayList<>())
          .add(
              new ConsumerRecord<>(
                  TOPIC,
                  partition,
                  offset,
                  TIME.toEpochMilli() + offset,
                  TimestampType.CREATE_TIME,
                  0,
                  0,
                  bytes(key),
                  bytes(value),
                  headers,
                  Optional.empty()));
    }

    private static byte[] bytes(String text) {
      return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /** Offsets that hold nothing that a consumer gets. */
    void skip(int partition, long offsets) {
      ends.merge(new TopicPartition(TOPIC, partition), offsets, Long::sum);
    }

    /** What is before is not there any more. */
    void begin(int partition, long offset) {
      begins.put(new TopicPartition(TOPIC, partition), offset);
    }

    MockConsumer<byte[], byte[]> open() {
      consumer =
          new MockConsumer<>("earliest") {
            @Override
            public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
              super.poll(Duration.ZERO); // throws what a wake-up means
              if (thrown != null) {
                throw thrown;
              }
              time.advance(timeout);
              if (silent) {
                return ConsumerRecords.empty();
              }
              Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> polled = new HashMap<>();
              assignment().stream()
                  .filter(each -> !paused().contains(each))
                  .forEach(each -> polled.put(each, next(each)));
              return new ConsumerRecords<>(polled, Map.of());
            }
          };
      List<PartitionInfo> infos =
          ends.keySet().stream()
              .map(each -> new PartitionInfo(TOPIC, each.partition(), null, null, null))
              .toList();
      consumer.updatePartitions(TOPIC, infos);
      Map<TopicPartition, Long> first = new HashMap<>();
      ends.keySet().forEach(each -> first.put(each, begins.getOrDefault(each, 0L)));
      consumer.updateBeginningOffsets(first);
      consumer.updateEndOffsets(ends);
      return consumer;
    }

    private List<ConsumerRecord<byte[], byte[]>> next(TopicPartition partition) {
      long position = consumer.position(partition);
      List<ConsumerRecord<byte[], byte[]>> next =
          logs.getOrDefault(partition, List.of()).stream()
              .filter(record -> record.offset() >= position)
              .limit(2_000)
              .toList();
      fetched += next.size();
      consumer.seek(
          partition, next.isEmpty() ? ends.get(partition) : next.get(next.size() - 1).offset() + 1);
      return next;
    }
  }
}
