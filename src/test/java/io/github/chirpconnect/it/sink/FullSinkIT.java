package io.github.chirpconnect.it.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.SinkUnderTest;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * More commands than the sink takes at once, so that all its partitions are paused, while those
 * partitions move; and a topic that was written long before. One server of each generation and of
 * each transport: what is asked of Connect is the same for all, and they differ in how a command is
 * found again.
 */
@Timeout(180)
@ParameterizedClass
@EnumSource(names = {"V4_GRPC", "V3_REST"})
class FullSinkIT {
  private static final int COMMANDS = 2_400;
  private static final int PARTITIONS = 4;

  /** What a task pauses its partitions by; it says so when it does. */
  private static final String CONTEXT = "org.apache.kafka.connect.runtime.WorkerSinkTaskContext";

  private final Simulator chirpStack;
  private final List<String> devices;

  FullSinkIT(SimulatedServer server) {
    chirpStack = server.builder().empty().start();
    devices = SmallNetwork.heard(chirpStack, 40).devEuis();
  }

  /**
   * Another consumer joins the group and takes partitions away, which Connect leaves paused where
   * they stay; then it leaves, and they come back.
   */
  @Test
  void partitionsThatGoAndComeBackNeitherStallNorReplay() {
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, PARTITIONS)) {
      fill(sink);
      int before;
      try (KafkaConsumer<byte[], byte[]> other = consumer(sink)) {
        other.subscribe(Set.of(sink.topic()));
        Awaitility.await("partitions for the other consumer")
            .atMost(SinkUnderTest.PATIENCE)
            .until(
                () -> {
                  other.poll(Duration.ofMillis(100));
                  return !other.assignment().isEmpty();
                });
        before = sink.accepted().size();
        // What stayed with the sink goes on.
        sink.awaitAccepted(before + 20);
      }
      chirpStack.faults().clearCalls();
      assertAllAcceptedOnce(sink);
    }
  }

  @Test
  void changesOfTasksNeitherStallNorReplay() {
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, PARTITIONS)) {
      fill(sink);
      int before = sink.accepted().size();
      sink.with("tasks.max", "2").start();
      sink.awaitAccepted(before + 20);
      before = sink.accepted().size();
      sink.client().restart(sink.name());
      sink.awaitAccepted(before + 20);
      sink.client().pause(sink.name());
      sink.client().resume(sink.name());
      chirpStack.faults().clearCalls();
      assertAllAcceptedOnce(sink);
      sink.awaitRunning();
    }
  }

  @Test
  void aNewSinkOnAnOldTopicMovesNothingThatIsTooOld() {
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, PARTITIONS)) {
      Instant now = Instant.now();
      int old = 300;
      for (int i = 0; i < old; i++) {
        sink.send(now.minus(Duration.ofMinutes(11).plusMinutes(i)), device(i), i);
      }
      sink.send(now.minus(Duration.ofMinutes(8)), device(0), old);
      sink.send(device(1), old + 1);
      sink.start();
      sink.awaitCommitted(old + 2);

      assertThat(sink.accepted()).containsExactlyInAnyOrder(old, old + 1);
      List<TopicRecord> dead = sink.deadLetters();
      assertThat(dead)
          .extracting(TopicRecord::text)
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, old).mapToObj(SinkUnderTest::command).toList());
      assertThat(dead)
          .extracting(record -> record.header(SinkUnderTest.REASON))
          .allSatisfy(
              reason ->
                  assertThat(reason)
                      .matches("the record is \\d+ s old, and command.max.age.ms permits 600 s"));
      assertThat(sink.outcomes())
          .extracting(record -> record.json().path("state").asText())
          .hasSize(old + 2)
          .contains("accepted", "expired")
          .filteredOn("expired"::equals)
          .hasSize(old);
    }
  }

  /** Slow answers, and more commands than the sink takes, until it has its partitions paused. */
  private void fill(SinkUnderTest sink) {
    for (int i = 0; i < COMMANDS; i++) {
      sink.send(device(i), i);
    }
    sink.client().logLevel(CONTEXT, "DEBUG");
    chirpStack.faults().delayAnswers(Duration.ofMillis(300));
    sink.start();
    Awaitility.await("all partitions paused")
        .atMost(SinkUnderTest.PATIENCE)
        .until(() -> logged("Pausing partitions", sink.topic() + "-" + (PARTITIONS - 1)));
    sink.client().logLevel(CONTEXT, "INFO");
    sink.awaitAccepted(40);
  }

  private static boolean logged(String what, String ofWhat) throws IOException {
    try (Stream<String> lines = Files.lines(ConnectWorker.shared().log())) {
      return lines.anyMatch(line -> line.contains(what) && line.contains(ofWhat));
    }
  }

  private void assertAllAcceptedOnce(SinkUnderTest sink) {
    sink.awaitCommitted(COMMANDS);
    for (String device : devices) {
      assertThat(sink.accepted(device))
          .containsExactlyElementsOf(
              IntStream.range(0, COMMANDS).filter(i -> device(i).equals(device)).boxed().toList());
    }
    assertThat(sink.deadLetters()).isEmpty();
  }

  private String device(int number) {
    return devices.get(number % devices.size());
  }

  private static KafkaConsumer<byte[], byte[]> consumer(SinkUnderTest sink) {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            KafkaBroker.shared().bootstrapServers(),
            ConsumerConfig.GROUP_ID_CONFIG,
            sink.group(),
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            "false",
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            "1"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
