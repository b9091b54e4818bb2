package io.github.chirpconnect.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.github.chirpconnect.harness.connect.ConnectClient;
import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.harness.kafka.Topics;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The main road, from end to end: a server, the package in a worker, a broker, and back. */
@Tag("matrix")
class SpineIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String SOURCE = "spine-source";
  private static final String SINK = "spine-sink";
  private static final String COMMANDS = "spine.commands";
  private static final String OUTCOMES = "spine.outcomes";
  private static final int PORT = 10;

  private final Simulator chirpStack = Simulator.builder().start();
  private final Topics topics = new Topics(KafkaBroker.shared());
  private final ConnectClient connect = ConnectWorker.shared().client();

  @AfterEach
  void close() {
    connect.delete(SOURCE);
    connect.delete(SINK);
    topics.close();
    chirpStack.close();
  }

  @Test
  void theWorkerFindsBothConnectorsInThePackage() {
    assertThat(connect.connectorPlugins())
        .contains(
            "io.github.chirpconnect.ChirpStackSourceConnector",
            "io.github.chirpconnect.ChirpStackSinkConnector");
  }

  @Test
  void devicesAndEventsArriveAndACommandIsQueued() {
    String devEui = chirpStack.network().devEuis().get(0);
    chirpStack.network().uplink(devEui, PORT, LabCodec.payload(21.5, 40));

    topics.create(COMMANDS);
    topics.create(OUTCOMES);
    connect.put(SOURCE, sourceConfig());
    connect.put(SINK, sinkConfig());
    connect.awaitRunning(SOURCE, 1);
    connect.awaitRunning(SINK, 1);

    assertDevices();
    // A second one once the stream is open: live, not replayed.
    assertUplink(devEui, 1, 21.5);
    chirpStack.network().uplink(devEui, PORT, LabCodec.payload(19.8, 40));
    assertUplink(devEui, 2, 19.8);

    byte[] payload = {1, 2, 3};
    topics.send(COMMANDS, devEui, command(payload));
    DeviceQueueItem queued =
        Awaitility.await("the command in the device's queue")
            .atMost(TIMEOUT)
            .until(() -> chirpStack.network().queue(devEui), queue -> !queue.isEmpty())
            .get(0);
    assertThat(queued.getData()).isEqualTo(ByteString.copyFrom(payload));
    assertThat(queued.getFPort()).isEqualTo(PORT);
    assertThat(queued.getConfirmed()).isTrue();
    assertThat(topics.read(OUTCOMES, 2, TIMEOUT).get(1).text()).contains(queued.getId());
  }

  private void assertDevices() {
    List<String> devEuis = chirpStack.network().devEuis();
    List<TopicRecord> records = topics.read("spine.devices", devEuis.size(), TIMEOUT);
    assertThat(records).extracting(TopicRecord::key).containsExactlyInAnyOrderElementsOf(devEuis);
    Map<String, JsonNode> byEui =
        records.stream().collect(Collectors.toMap(TopicRecord::key, TopicRecord::json));
    devEuis.forEach(
        devEui ->
            assertThat(byEui.get(devEui).path("name").asText())
                .isEqualTo(chirpStack.network().device(devEui).getName()));
  }

  private void assertUplink(String devEui, int count, double temperature) {
    TopicRecord record = topics.read("spine.device.up", count, TIMEOUT).get(count - 1);
    assertThat(record.key()).isEqualTo(devEui);
    assertThat(record.header("chirpstack.kind")).isEqualTo("up");
    assertThat(record.json().path("device_info").path("dev_eui").asText()).isEqualTo(devEui);
    assertThat(record.json().path("object").asText()).contains("\"temperature\":" + temperature);
  }

  private static String command(byte[] payload) {
    return "{\"f_port\": %d, \"confirmed\": true, \"data\": \"%s\"}"
        .formatted(PORT, Base64.getEncoder().encodeToString(payload));
  }

  private Map<String, String> sourceConfig() {
    return Map.of(
        "connector.class", "io.github.chirpconnect.ChirpStackSourceConnector",
        "tasks.max", "1",
        "chirpstack.url", chirpStack.url(),
        "chirpstack.token", chirpStack.adminKey(),
        "topic.prefix", "spine");
  }

  private Map<String, String> sinkConfig() {
    return Map.of(
        "connector.class",
        "io.github.chirpconnect.ChirpStackSinkConnector",
        "tasks.max",
        "1",
        "topics",
        COMMANDS,
        "chirpstack.url",
        chirpStack.url(),
        "chirpstack.token",
        chirpStack.adminKey(),
        "value.converter",
        "org.apache.kafka.connect.converters.ByteArrayConverter",
        "outcome.topic",
        OUTCOMES,
        "outcome.bootstrap.servers",
        KafkaBroker.shared().bootstrapServers());
  }
}
