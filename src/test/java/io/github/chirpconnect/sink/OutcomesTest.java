package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.DeliveryOrderTest.eui;
import static io.github.chirpconnect.sink.SinkBed.A;
import static io.github.chirpconnect.sink.SinkBed.B;
import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.sink.outcome.JsonOutcomes;
import io.github.chirpconnect.sink.outcome.KafkaOutcomes;
import io.github.chirpconnect.sink.outcome.Origin;
import io.github.chirpconnect.sink.outcome.OutcomeFormat;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.testing.FakeQueues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

/** One record for each command says what became of it. */
class OutcomesTest {
  private static final Instant TIME = Instant.parse("2026-07-23T08:00:00Z");
  private static final OutcomeFormat JSON = new JsonOutcomes();

  private static final Pattern SHOWN =
      Pattern.compile("```json\\n(\\{[^`]*\"command_id\"[^`]*\\})\\n```");

  private final SinkBed bed =
      new SinkBed().with("outcome.topic", "outcomes").with("outcome.bootstrap.servers", "k:9092");

  @Test
  void saysWhatBecameOfEachCommand() {
    bed.start();
    bed.server.failing(downlink -> downlink.fPort() == 2 ? FailureKind.NOT_PERMITTED : null);
    bed.put(
        bed.command(A, 1),
        bed.command(A, 2),
        bed.record(PARTITION, B, "{\"id\":\"x\",\"f_port\":0,\"data\":\"\"}"),
        bed.record(
            PARTITION, B, "{\"f_port\":1,\"data\":\"\",\"expires_at\":\"2026-07-23T07:00:00Z\"}"));
    bed.put();

    assertThat(bed.outcomes.texts())
        .containsExactlyInAnyOrder("accepted", "rejected", "rejected", "expired");
    assertThat(bed.committed()).isEqualTo(4);
  }

  @Test
  void isJsonUnderThePlaceOfItsCommand() {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(
            true,
            new RoundRobinPartitioner(),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    OutcomeRecord outcome =
        new OutcomeRecord(
            "c1",
            Target.device(A),
            "accepted",
            "item-1",
            null,
            null,
            "commands",
            0,
            7,
            5L,
            A,
            TIME);
    List<Exception> written = new ArrayList<>();

    new KafkaOutcomes("outcomes", JSON, new Origin("valves", "1"), producer)
        .write(outcome, OptionalLong.of(9), written::add);

    assertThat(written).containsExactly((Exception) null);
    assertThat(producer.history())
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.topic()).isEqualTo("outcomes");
              assertThat(Origin.highest(record.headers())).hasValue(9);
              assertThat(new Origin("valves", "1").otherThan(record.headers())).isEmpty();
              assertThat(new Origin("lamps", "1").otherThan(record.headers())).contains("valves");
              assertThat(new String(record.key(), StandardCharsets.UTF_8))
                  .isEqualTo("commands-0-7");
              assertThat(new String(record.value(), StandardCharsets.UTF_8))
                  .isEqualTo(
                      "{\"id\":\"commands-0-7\",\"downlink\":\"item-1\",\"state\":\"accepted\","
                          + "\"dev_eui\":\"000000000000000a\",\"multicast_group_id\":null,\"gap\":null,"
                          + "\"time\":1784793600000,\"time_text\":\"2026-07-23T08:00:00Z\",\"queue_item_id\":\"item-1\","
                          + "\"f_cnt_down\":null,\"certainty\":\"certain\",\"gateway_id\":null,\"code\":null,\"reason\":null,"
                          + "\"command_id\":\"c1\",\"command_topic\":\"commands\",\"command_partition\":0,\"command_offset\":7,\"command_timestamp\":5,"
                          + "\"command_key\":\"000000000000000a\",\"tenant_id\":null,\"tenant_name\":null,"
                          + "\"application_id\":null,\"application_name\":null,\"device_profile_id\":null,"
                          + "\"device_profile_name\":null,\"device_name\":null}");
            });
  }

  @Test
  void hasTheFieldsThatTheDocumentShows() throws IOException {
    bed.start();
    bed.put(bed.record(PARTITION, A, "{}"));
    bed.put();
    Matcher shown = SHOWN.matcher(Files.readString(Path.of("docs/commands.md")));
    assertThat(shown.find()).isTrue();

    ObjectMapper json = new ObjectMapper();
    JsonNode written = json.readTree(JSON.write("outcomes", bed.outcomes.written.get(0)));
    assertThat(json.readTree(shown.group(1)).fieldNames())
        .toIterable()
        .containsExactlyElementsOf(written::fieldNames);
  }

  /** What Kafka does not take for its size fails each time, and with it the task. */
  @Test
  void isSmallWhateverTheSenderWrote() {
    String key = "\u0001".repeat(400_000);
    bed.start();
    bed.put(
        bed.record(
            PARTITION,
            key,
            "{\"dev_eui\":\"000000000000000a\",\"id\":\""
                + "x".repeat(400_000)
                + "\",\"command\":\""
                + "y".repeat(400_000)
                + "\"}"));
    bed.put();

    assertThat(bed.outcomes.written)
        .singleElement()
        .satisfies(
            outcome -> {
              assertThat(outcome.commandId()).startsWith("xxx").endsWith("x…");
              assertThat(outcome.reason()).startsWith("command is 'yyy").endsWith("y…");
              assertThat(JSON.write("outcomes", outcome)).hasSizeLessThan(200_000);
            });
  }

  @Test
  void isATextThatDatabasesTakeWhateverTheSenderWrote() {
    bed.start();
    bed.put(
        bed.record(
            PARTITION,
            "\ud800",
            "{\"dev_eui\":\"000000000000000a\",\"id\":\"a\\ud800\\u0000\",\"command\":\"\\udc00b\"}"));
    bed.put();

    assertThat(bed.outcomes.written)
        .singleElement()
        .satisfies(
            outcome ->
                assertThat(new String(JSON.write("outcomes", outcome), StandardCharsets.UTF_8))
                    .contains(
                        "\"command_id\":\"a\ufffd\ufffd\"",
                        "\"command_key\":\"\ufffd\"",
                        "command is '\ufffdb'"));
  }

  /** The answer for one is lost, and it is found; the other is answered. */
  @Test
  void hasTheFrameCounterWhereQueueItemsHaveNoId() {
    bed.server.countsFrames = true;
    bed.server.atOnce = FakeQueues.Enqueue::loseAnswer;
    bed.start();

    bed.put(bed.command(A, 1));
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 2));
    bed.turns(Duration.ofSeconds(12));

    assertThat(bed.server.portsOf(A)).containsExactly(1, 2);
    assertThat(bed.outcomes.written)
        .extracting(OutcomeRecord::state, OutcomeRecord::queueItemId, OutcomeRecord::fCntDown)
        .containsExactly(tuple("accepted", null, 0L), tuple("accepted", null, 1L));
  }

  @Test
  void aProducerThatThrowsIsAFailureLikeAnother() {
    MockProducer<byte[], byte[]> producer = new MockProducer<>();
    producer.close();
    List<Exception> written = new ArrayList<>();

    new KafkaOutcomes("outcomes", JSON, new Origin("valves", "1"), producer)
        .write(
            new OutcomeRecord(
                null, null, "rejected", null, null, "r", "commands", 0, 7, null, null, TIME),
            OptionalLong.empty(),
            written::add);

    assertThat(written).singleElement().isInstanceOf(IllegalStateException.class);
  }

  @Test
  void nothingIsCommittedBeforeItsOutcomeIsSafe() {
    bed.start();
    bed.server.answerAtOnce();
    bed.outcomes.waits = true;
    bed.put(bed.command(A, 1));
    bed.put();
    assertThat(bed.committed()).isZero();

    bed.outcomes.waiting.get(0).accept(null);
    assertThat(bed.committed()).isEqualTo(1);
  }

  @Test
  void whileOutcomesCantBeWrittenNothingIsSent() {
    bed.start();
    bed.server.answerAtOnce();
    bed.outcomes.failure = new TimeoutException("no brokers");
    bed.put(bed.command(A, 1));
    bed.put(bed.command(B, 1));
    bed.turns(Duration.ofSeconds(30));
    assertThat(bed.server.enqueues).isEmpty();
    assertThat(bed.context.paused).containsExactly(PARTITION);
    assertThat(bed.committed()).isZero();

    bed.outcomes.failure = null;
    bed.turns(Duration.ofSeconds(15));
    assertThat(bed.outcomes.texts()).containsExactly("accepted", "accepted");
    assertThat(bed.context.paused).isEmpty();
    assertThat(bed.committed()).isEqualTo(2);
  }

  @Test
  void afterTheRetryTimeoutTheTaskFails() {
    bed.with("retry.timeout.ms", 10_000).start();
    bed.server.answerAtOnce();
    bed.outcomes.failure = new TimeoutException("no brokers");
    bed.put(bed.command(A, 1));

    assertThatThrownBy(() -> bed.turns(Duration.ofSeconds(25)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("outcome.bootstrap.servers")
        .hasMessageContaining("no brokers");
    assertThat(bed.committed()).isZero();
  }

  /**
   * What was to be written goes with its partition, and nothing is left to try the brokers with.
   */
  @Test
  void goesOnWhenTheBrokersComeBackAfterPartitionsMoved() {
    bed.start();
    bed.server.answerAtOnce();
    bed.outcomes.failure = new TimeoutException("no brokers");
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofSeconds(5));
    bed.close(PARTITION);
    bed.outcomes.failure = null;
    bed.open(PARTITION);

    bed.put(bed.command(B, 2));
    bed.turns(Duration.ofSeconds(60));

    assertThat(bed.server.portsOf(B)).containsExactly(2);
    assertThat(bed.outcomes.written).extracting(OutcomeRecord::commandId).contains("c2");
    assertThat(bed.context.paused).isEmpty();
  }

  /** Partitions moved, and the brokers are away still: one announcement tries, the others wait. */
  @Test
  void afterPartitionsMovedOneAnnouncementTriesTheBrokers() {
    bed.start();
    bed.server.answerAtOnce();
    bed.outcomes.failure = new TimeoutException("no brokers");
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofSeconds(5));
    bed.close(PARTITION);
    bed.open(PARTITION);
    bed.put(IntStream.range(10, 60).mapToObj(i -> bed.command(eui(i), i)).toList());
    bed.turns(Duration.ofSeconds(30));

    assertThat(bed.server.enqueues).isEmpty();
    bed.outcomes.failure = null;
    bed.turns(Duration.ofSeconds(30));
    assertThat(bed.server.enqueues).hasSize(50);
  }

  @Test
  void thatOutcomesCannotBeWrittenIsSaidOnceAMinute() {
    bed.with("retry.timeout.ms", 600_000).start();
    bed.outcomes.failure = new TimeoutException("no brokers");
    List<String> lines;
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      bed.put(bed.record(PARTITION, A, "{}"));
      bed.turns(Duration.ofMinutes(5));
      lines = log.lines().stream().filter(line -> line.contains("no brokers")).toList();
    }

    assertThat(lines).hasSizeBetween(4, 6);
    assertThat(lines.get(0)).contains("no command is sent until they can");
    assertThat(lines.subList(1, lines.size()))
        .allSatisfy(line -> assertThat(line).contains("Outcomes have not been written for"));
  }

  /** The time in which nothing was there to be written does not count as failing time. */
  @Test
  void theFirstOutcomeAfterPartitionsMovedHasTheWholeRetryTimeout() {
    bed.with("retry.timeout.ms", 60_000).start();
    bed.server.answerAtOnce();
    bed.outcomes.failure = new TimeoutException("no brokers");
    bed.put(bed.command(A, 1));
    bed.turns(Duration.ofSeconds(5));
    bed.close(PARTITION);
    bed.turns(Duration.ofSeconds(60));
    bed.open(PARTITION);

    bed.put(bed.command(B, 2));
    bed.turns(Duration.ofSeconds(30));
    bed.outcomes.failure = null;
    bed.turns(Duration.ofSeconds(30));

    assertThat(bed.outcomes.written).extracting(OutcomeRecord::commandId).contains("c2");
  }

  /** Each attempt blocks the task for a while, since the topic's metadata are not known. */
  @Test
  void oneOutcomeTriesTheBrokersAndTheOthersWait() {
    bed.start();
    bed.outcomes.failure = new TimeoutException("no metadata");
    bed.put(IntStream.range(0, 500).mapToObj(i -> bed.record(PARTITION, A, "{}")).toList());

    bed.put();
    assertThat(bed.outcomes.attempts).isEqualTo(1);
    bed.preCommit();
    assertThat(bed.outcomes.attempts).isEqualTo(1);
    bed.turns(Duration.ofSeconds(20));
    assertThat(bed.outcomes.attempts).isBetween(5, 12);

    bed.outcomes.failure = null;
    bed.turns(Duration.ofSeconds(11));
    assertThat(bed.outcomes.written)
        .extracting(OutcomeRecord::offset)
        .containsExactlyElementsOf(LongStream.range(0, 500).boxed().toList());
    assertThat(bed.committed()).isEqualTo(500);
  }

  /** The brokers go while outcomes are on their way, which fail one after the other. */
  @Test
  void outcomesThatFailTogetherAreWrittenInTheirOrder() {
    bed.start();
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 1));
    bed.put();
    bed.outcomes.waits = true;
    for (int port = 2; port <= 5; port++) {
      bed.put(bed.command(A, port));
    }
    bed.outcomes.failure = new TimeoutException("no brokers");
    bed.outcomes.waiting.forEach(done -> done.accept(bed.outcomes.failure));
    bed.outcomes.written.clear();
    bed.turns(Duration.ofSeconds(10));

    bed.outcomes.waits = false;
    bed.outcomes.failure = null;
    bed.turns(Duration.ofSeconds(11));
    assertThat(bed.outcomes.written)
        .extracting(OutcomeRecord::commandId)
        .containsExactly("c2", "c3", "c4", "c5");
    assertThat(bed.committed()).isEqualTo(5);
  }
}
