package io.github.chirpconnect.it.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.ServersWithStreams;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.record.FieldCase;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.History;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What networks in the field make of events arrives in topics as it should. */
@Timeout(120)
@ServersWithStreams
class FieldCasesIT {
  private static final int HUGE = 1_200_000;

  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final Network network;
  private final String device;
  private final String other;

  FieldCasesIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().history(History.exactly(50)).start();
    network = chirpStack.network();
    List<String> devices = new SmallNetwork(chirpStack, 2).devEuis();
    device = devices.get(0);
    other = devices.get(1);
  }

  @AfterEach
  void tearDown() {
    chirpStack.close();
  }

  @Test
  void eachEventBecomesTheRecordThatItShould() {
    List<FieldCase> cases = FieldCase.of(server.generation(), Instant.now());
    network.status(other, 7, false, -1);
    for (FieldCase each : cases) {
      network.event(device, each.kind(), each.time(), each.body());
    }
    try (SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      source.start();
      List<TopicRecord> written =
          source.await("the events", all -> of(all, device).size() >= cases.size());
      List<TopicRecord> events = of(written, device);
      assertThat(events).hasSize(cases.size());
      for (int i = 0; i < cases.size(); i++) {
        FieldCase given = cases.get(i);
        TopicRecord record =
            of(written, device, source.topic("device." + given.kind()))
                .get(
                    (int)
                        cases.subList(0, i).stream()
                            .filter(before -> before.kind().equals(given.kind()))
                            .count());
        given.assertRecord(record.json(), record.timestamp(), record.header("chirpstack.id"));
      }
      List<TopicRecord> inventory =
          source.await("the device", all -> !of(all, other, source.topic("devices")).isEmpty());
      JsonNode status =
          of(inventory, other, source.topic("devices")).get(0).json().path("device_status");
      assertThat(status.path("margin").asInt()).isEqualTo(7);
      assertThat(status.path("battery_level").isNull()).as("not an empty battery").isTrue();
    }
  }

  /** The worker's producer is at its defaults: it refuses a record of more than a megabyte. */
  @Test
  void anObjectOfAMegabyteStopsNothing() {
    try (SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      assertNothingStops(source);
    }
  }

  /** Of one server: what a worker does with records is the same for each. */
  @Test
  void norDoesItWithExactlyOnceSupport() {
    assumeThat(server).isEqualTo(SimulatedServer.V4_GRPC);
    try (ConnectWorker worker = ConnectWorker.on(KafkaBroker.shared()).exactlyOnce().start();
        SourceUnderTest source =
            new SourceUnderTest(worker, chirpStack)
                .readCommitted()
                .with("exactly.once.support", "required")) {
      assertNothingStops(source);
    }
  }

  private void assertNothingStops(SourceUnderTest source) {
    network.uplink(other, 10, new byte[] {1});
    network.uplink(device, 10, new byte[] {1});
    network.event(device, "up", Instant.now(), withObjectOf(HUGE));
    network.uplink(device, 10, new byte[] {2});
    source
        .with("feeds", "devices,device-events")
        .with("value.converter", "org.apache.kafka.connect.json.JsonConverter")
        .with("value.converter.schemas.enable", "true");
    source.start();
    source.await("the large entry", all -> !of(all, device, unreadable(source)).isEmpty());
    network.event(device, "up", Instant.now(), withObjectOf(700_000));
    network.uplink(other, 10, new byte[] {3});
    source.await(
        "those after it", all -> ups(all, source, device) == 3 && ups(all, source, other) == 2);
    source.restart();
    source.awaitTwoWalks();
    network.uplink(other, 10, new byte[] {4});
    List<TopicRecord> written =
        source.await("those after a restart", all -> ups(all, source, other) == 3);

    assertThat(of(written, device, unreadable(source)))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.header("chirpstack.kind")).isEqualTo("up");
              JsonNode value = record.json().path("payload");
              assertThat(value.path("id").asText()).isEqualTo(record.header("chirpstack.id"));
              assertThat(value.path("size").asLong()).isGreaterThan(HUGE);
              assertThat(value.path("error").asText())
                  .contains(
                      "record.max.bytes",
                      server.generation() == Generation.V3 ? "objectJSON" : "object");
              assertThat(value.path("body").asText()).contains("\"fCnt\":77").hasSizeLessThan(500);
            });
    assertThat(written.stream().map(TopicRecord::topic)).contains(source.topic("devices"));
    source.client().awaitRunning(source.name(), 1);
  }

  private String withObjectOf(int size) {
    String object = "{\"waveform\":\"" + "x".repeat(size) + "\"}";
    return server.generation() == Generation.V3
        ? "{\"fCnt\":77,\"objectJSON\":\"" + object.replace("\"", "\\\"") + "\"}"
        : "{\"fCnt\":77,\"object\":" + object + "}";
  }

  private static String unreadable(SourceUnderTest source) {
    return source.topic("device.unreadable");
  }

  private static int ups(List<TopicRecord> all, SourceUnderTest source, String devEui) {
    return of(all, devEui, source.topic("device.up")).size();
  }

  private static List<TopicRecord> of(List<TopicRecord> all, String devEui, String topic) {
    return all.stream()
        .filter(record -> record.key().equals(devEui) && record.topic().equals(topic))
        .toList();
  }

  /** Events alone. */
  private static List<TopicRecord> of(List<TopicRecord> all, String devEui) {
    return all.stream()
        .filter(record -> record.key().equals(devEui))
        .filter(record -> "device-events".equals(record.header("chirpstack.feed")))
        .toList();
  }
}
