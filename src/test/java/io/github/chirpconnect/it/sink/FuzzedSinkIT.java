package io.github.chirpconnect.it.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.SinkUnderTest;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.network.Enqueues.DeviceEnqueue;
import io.github.chirpconnect.sink.command.RandomCommand;
import io.github.chirpconnect.sink.command.RandomForm;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random bytes and commands in a topic, through the worker's own converters: each is queued as it
 * is meant, or is in the dead letter queue, and the task goes on.
 */
@Timeout(180)
class FuzzedSinkIT {
  private static final int RECORDS = 200;
  private static final long SEED = 11;

  private final Random random = new Random(SEED);
  private final Simulator chirpStack = SimulatedServer.V4_GRPC.builder().empty().start();
  private final List<String> devEuis = SmallNetwork.heard(chirpStack, 10).devEuis();

  @AfterEach
  void close() {
    chirpStack.close();
  }

  @ParameterizedTest
  @CsvSource({
    "org.apache.kafka.connect.converters.ByteArrayConverter, false",
    "org.apache.kafka.connect.storage.StringConverter, false",
    "org.apache.kafka.connect.json.JsonConverter, false",
    "org.apache.kafka.connect.json.JsonConverter, true"
  })
  void eachRecordIsQueuedAsItIsMeantOrReported(String converter, boolean schemas) {
    try (SinkUnderTest sink =
        new SinkUnderTest(chirpStack, 1)
            .with("value.converter", converter)
            .with("value.converter.schemas.enable", Boolean.toString(schemas))
            .start()) {
      Map<Integer, RandomCommand> meant = new HashMap<>();
      List<Integer> broken = new ArrayList<>();
      for (int i = 0; i < RECORDS; i++) {
        RandomCommand command =
            RandomCommand.ofBytes(
                random, Target.device(devEuis.get(random.nextInt(devEuis.size()))));
        RandomForm form = new RandomForm(random);
        byte[] json =
            schemas
                ? form.textWithSchema(command)
                : form.text(command).getBytes(StandardCharsets.UTF_8);
        if (random.nextBoolean()) {
          meant.put(i, command);
        } else {
          broken.add(i);
          json = random.nextBoolean() ? noise() : Arrays.copyOf(json, random.nextInt(json.length));
        }
        sink.topics().send(sink.topic(), json);
      }
      sink.awaitCommitted(RECORDS);

      List<Integer> reported =
          sink.deadLetters().stream()
              .map(record -> Integer.valueOf(record.header("__connect.errors.offset")))
              .toList();
      assertThat(reported).containsExactlyInAnyOrderElementsOf(broken);
      assertThat(sink.deadLetters())
          .allSatisfy(record -> assertThat(record.header(SinkUnderTest.REASON)).isNotBlank());
      assertQueued(sink, meant);
      sink.awaitRunning();
    }
  }

  private void assertQueued(SinkUnderTest sink, Map<Integer, RandomCommand> meant) {
    Map<String, DeviceQueueItem> items =
        chirpStack.observations().enqueues().stream()
            .map(DeviceEnqueue::item)
            .collect(Collectors.toMap(DeviceQueueItem::getId, item -> item));
    Map<Integer, String> accepted = new HashMap<>();
    sink.outcomes().stream()
        .map(TopicRecord::json)
        .filter(outcome -> outcome.path("state").asText().equals("accepted"))
        .forEach(
            outcome ->
                accepted.put(
                    outcome.path("command_offset").asInt(),
                    outcome.path("queue_item_id").asText()));
    assertThat(accepted).containsOnlyKeys(meant.keySet());
    assertThat(items).containsOnlyKeys(accepted.values());
    meant.forEach(
        (offset, command) ->
            assertThat(command.difference(downlink(items.get(accepted.get(offset)), command)))
                .as("seed %d, offset %d, %s", SEED, offset, items.get(accepted.get(offset)))
                .isEmpty());
  }

  /** What is in the queue; whether that was emptied before is not to be seen there. */
  private static Downlink downlink(DeviceQueueItem item, RandomCommand command) {
    return new Downlink(
        Target.device(item.getDevEui()),
        item.getFPort(),
        item.getConfirmed(),
        item.getData().toByteArray(),
        null,
        item.hasExpiresAt()
            ? Instant.ofEpochSecond(
                item.getExpiresAt().getSeconds(), item.getExpiresAt().getNanos())
            : null,
        item.getIsEncrypted() ? Integer.toUnsignedLong(item.getFCntDown()) : null,
        command.flushQueue);
  }

  private byte[] noise() {
    byte[] bytes = new byte[1 + random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }
}
