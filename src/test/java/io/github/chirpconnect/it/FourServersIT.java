package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.redis.History;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What source and sink promise of whichever server they are given: each test meets all four. */
@Timeout(180)
@ParameterizedClass
@EnumSource
class FourServersIT {
  private static final String BAD = "{\"fPort\":0,\"data\":\"AQ==\"}";
  private static final String FLUSH = "{\"command\":\"flush\"}";
  private static final String SOURCE = "io.github.chirpconnect.ChirpStackSourceConnector";
  private static final String NO_STREAMS =
      "ChirpStack v4's REST interface has no streams; use its gRPC port, or feeds of inventory and"
          + " metrics alone";

  @Parameter SimulatedServer server;

  /** Across an absence of the server and a restart of the connector. */
  @Test
  void eachEntryArrivesOnceAndInOrder() {
    assumeThat(server.hasStreams()).isTrue();
    try (Simulator chirpStack = empty();
        SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      SmallNetwork network = new SmallNetwork(chirpStack, 2);
      network.uplinks(2);
      source.start();
      source.awaitLogs();

      chirpStack.stop();
      network.uplinks(2);
      chirpStack.start();
      source.awaitLogs();

      source.restart();
      network.uplinks(1);
      source.assertEachEntryOnceInOrder();
      source.awaitTwoWalks();

      List<TopicRecord> written = source.records();
      assertThat(written)
          .allSatisfy(
              record -> {
                assertThat(record.header("chirpstack.api"))
                    .isEqualTo(server.generation().toString());
                assertThat(record.header("chirpstack.gap")).isNull();
              });
      assertThat(Logs.in(written))
          .extracting(Logs.Entry::topic)
          .contains("device.up", "device.join", "device.frames");
      assertDevicesOnce(source, network);
      source.client().awaitRunning(source.name(), 1);
    }
  }

  @Test
  void theInventoryIsWrittenOnceAndFollowed() {
    try (Simulator chirpStack = empty();
        SourceUnderTest source = new SourceUnderTest(chirpStack).with("feeds", "devices")) {
      SmallNetwork network = new SmallNetwork(chirpStack, 5);
      source.start();
      source.await("the devices", all -> all.size() == 5);

      chirpStack.stop();
      String added = network.addDevice();
      chirpStack.start();
      source.await("the new device", all -> all.size() == 6);
      source.client().restart(source.name());
      source.awaitTwoWalks();
      assertDevicesOnce(source, network);

      chirpStack.network().deleteDevice(added);
      source.await("its tombstone", all -> all.stream().anyMatch(TopicRecord::isTombstone));
      assertThat(source.records()).hasSize(7).last().extracting(TopicRecord::key).isEqualTo(added);
    }
  }

  /** The forms differ, and nothing else does: keys, headers, topics, ids. */
  @Test
  void eachFormatSaysTheSame() {
    try (Simulator chirpStack = empty();
        SourceUnderTest struct = written(chirpStack, "struct", "true");
        SourceUnderTest flat =
            written(chirpStack, "flat", "true")
                .with("object.columns", "warmth=temperature:float64");
        SourceUnderTest json = written(chirpStack, "json", "false")) {
      SmallNetwork network = new SmallNetwork(chirpStack, 2);
      network.uplinks(2);
      Map<String, TopicRecord> structs = read(struct, chirpStack);
      Map<String, TopicRecord> flats = read(flat, chirpStack);
      Map<String, TopicRecord> jsons = read(json, chirpStack);
      assertThat(flats.keySet()).isEqualTo(structs.keySet());
      assertThat(jsons.keySet()).isEqualTo(structs.keySet());
      structs.forEach(
          (name, record) -> {
            assertThat(flats.get(name).headers()).isEqualTo(record.headers());
            assertThat(jsons.get(name).headers()).isEqualTo(record.headers());
            Struct value = Formats.struct(record);
            Formats.assertFlat(Formats.struct(flats.get(name)), value, "warmth");
            Formats.assertJson(jsons.get(name).json(), value);
          });
    }
  }

  private static SourceUnderTest written(Simulator chirpStack, String format, String schemas) {
    return new SourceUnderTest(chirpStack)
        .with("value.format", format)
        .with("value.converter", "org.apache.kafka.connect.json.JsonConverter")
        .with("value.converter.schemas.enable", schemas);
  }

  /** All that there is, by topic, key and id. */
  private Map<String, TopicRecord> read(SourceUnderTest source, Simulator chirpStack) {
    source.start();
    int entries = server.hasStreams() ? Logs.of(chirpStack).size() : 0;
    List<TopicRecord> all =
        source.await("all entries and devices", records -> records.size() >= entries + 2);
    return all.stream()
        .collect(
            Collectors.toMap(
                record ->
                    String.join(
                        " ",
                        record.topic().substring(source.name().length()),
                        record.key(),
                        record.header("chirpstack.id")),
                record -> record));
  }

  @Test
  void streamsAreRefusedByTheirNameWhereThereAreNone() {
    assumeThat(server.hasStreams()).isFalse();
    try (Simulator chirpStack = empty();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack).with("feeds", SourceUnderTest.ALL_FEEDS)) {
      new SmallNetwork(chirpStack, 1);
      Map<String, String> config = source.config();
      assertThat(source.client().validate(SOURCE, config))
          .isEqualTo(Map.of("feeds", List.of(NO_STREAMS + " (device-events, device-frames)")));
      config.put("chirpstack.api.version", "v4");
      config.put("validate.connection", "false");
      assertThat(source.client().validate(SOURCE, config))
          .isEqualTo(Map.of("feeds", List.of(NO_STREAMS + " (device-events, device-frames)")));

      source.with("validate.connection", "false").configure();
      assertThat(source.client().awaitFailed(source.name())).contains(": " + NO_STREAMS + "\n");
    }
  }

  /** Across an absence of the server. */
  @Test
  void commandsAreQueuedInOrderOnceAndABadOneStandsAside() {
    int commands = 60;
    int bad = 30;
    try (Simulator chirpStack = empty();
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 2)) {
      List<String> devices = SmallNetwork.heard(chirpStack, 3).devEuis();
      sink.start();
      sink.send(devices.get(0), 0);
      sink.awaitCommitted(1);
      chirpStack.stop();
      for (int i = 1; i < commands; i++) {
        sink.send(devices.get(i % 3), i == bad ? BAD : SinkUnderTest.command(i));
      }
      chirpStack.start();
      sink.awaitCommitted(commands);

      for (int device = 0; device < 3; device++) {
        int first = device;
        assertThat(sink.accepted(devices.get(device)))
            .containsExactlyElementsOf(
                IntStream.range(0, commands)
                    .filter(i -> i % 3 == first && i != bad)
                    .boxed()
                    .toList());
      }
      assertThat(sink.deadLetters()).extracting(TopicRecord::text).containsExactly(BAD);
      assertThat(sink.deadLetters().get(0).header(SinkUnderTest.REASON))
          .isEqualTo("f_port is 0, which carries MAC commands; write 1-223");
      assertOutcomesNameTheItems(sink);

      sink.send(devices.get(0), FLUSH);
      sink.awaitCommitted(commands + 1);
      assertThat(chirpStack.network().queue(devices.get(0))).isEmpty();
      assertThat(chirpStack.network().queue(devices.get(1))).hasSize(commands / 3);
      sink.awaitRunning();
    }
  }

  private void assertOutcomesNameTheItems(SinkUnderTest sink) {
    String named =
        switch (server.generation()) {
          case V3 -> "f_cnt_down";
          case V4 -> "queue_item_id";
        };
    String other = named.equals("f_cnt_down") ? "queue_item_id" : "f_cnt_down";
    assertThat(sink.outcomes())
        .extracting(TopicRecord::json)
        .filteredOn(outcome -> outcome.path("state").asText().equals("accepted"))
        .hasSize(59)
        .allSatisfy(
            outcome -> {
              assertThat(outcome.path(named).isNull()).as(named + " of " + outcome).isFalse();
              assertThat(outcome.path(other).isNull()).as(other + " of " + outcome).isTrue();
            });
  }

  private static void assertDevicesOnce(SourceUnderTest source, SmallNetwork network) {
    assertThat(source.records("devices"))
        .extracting(TopicRecord::key)
        .containsExactlyInAnyOrderElementsOf(network.devEuis());
    assertThat(Set.copyOf(source.records("devices"))).hasSameSizeAs(network.devEuis());
  }

  private Simulator empty() {
    return server.builder().empty().history(History.exactly(100)).start();
  }
}
