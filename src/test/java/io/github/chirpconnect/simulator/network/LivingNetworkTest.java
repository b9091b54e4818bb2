package io.github.chirpconnect.simulator.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.redis.History;
import io.github.chirpconnect.simulator.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LivingNetworkTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00.250Z"));
  private final Simulator simulator =
      Simulator.builder().time(time).history(History.exactly(1000)).start();
  private final Network network = simulator.network();

  @AfterEach
  void close() {
    simulator.close();
  }

  @Test
  void makesEveryKindOfEventAndFrame() {
    simulator.living().tick(48 * 10);

    Set<String> events =
        network.devEuis().stream()
            .flatMap(device -> network.events(device).stream())
            .map(LogItem::getDescription)
            .collect(Collectors.toSet());
    assertThat(events).containsExactlyInAnyOrder("join", "up", "status", "log", "location");
    Set<String> frames =
        network.gatewayIds().stream()
            .flatMap(gateway -> network.gatewayFrames(gateway).stream())
            .map(LogItem::getDescription)
            .collect(Collectors.toSet());
    assertThat(frames).containsExactlyInAnyOrder("JoinRequest", "JoinAccept", "UnconfirmedDataUp");
    assertThat(network.devEuis()).hasSize(48).allMatch(network::hasJoined);
  }

  @Test
  void keepsItsRate() {
    simulator.living().start(30);
    time.advance(Duration.ofSeconds(10));
    assertThat(uplinks()).isBetween(298L, 301L);
    simulator.living().start(480);
    time.advance(Duration.ofSeconds(1));
    assertThat(uplinks()).isBetween(770L, 785L);

    simulator.living().stop();
    long before = uplinks();
    time.advance(Duration.ofMinutes(1));
    assertThat(uplinks()).isEqualTo(before);
  }

  @Test
  void movesLastSeenAtWithUplinks() {
    String device = network.devEuis().get(0);
    network.join(device);
    assertThat(network.lastSeenAt(device)).isEmpty();
    network.uplink(device, 10, new byte[0]);
    assertThat(network.lastSeenAt(device)).contains(time.now());
  }

  /** The JSON as a real server writes it, down to what is left out and how numbers look. */
  @Test
  void writesAnUplinkLikeARealServer() throws Exception {
    String device = network.devEuis().get(0);
    network.uplink(device, 10, LabCodec.payload(27, 100));

    LogItem up = network.events(device).get(1);
    assertThat(up.getPropertiesMap())
        .containsEntry("DR", "5")
        .containsEntry("FPort", "10")
        .containsEntry("FCnt", "0")
        .containsEntry("Data", "0167010e0268c8");
    assertThat(up.getBody())
        .contains("\"time\":\"2026-11-24T12:00:00.250+00:00\"")
        .contains("\"data\":\"AWcBDgJoyA==\"")
        .contains(
            "\"object\":{\"temperature\":27.0,\"humidity\":100.0,\"ok\":true,\"label\":\"lab\",\"nothing\":null,")
        .contains("\"fCnt\":0,\"fPort\":10,\"confirmed\":false")
        .contains("\"regionConfigId\":\"eu868\"");
    JsonNode body = JSON.readTree(up.getBody());
    assertThat(names(body))
        .containsExactly(
            "deduplicationId",
            "time",
            "deviceInfo",
            "devAddr",
            "adr",
            "dr",
            "fCnt",
            "fPort",
            "confirmed",
            "data",
            "object",
            "rxInfo",
            "txInfo",
            "regionConfigId");
    assertThat(names(body.path("deviceInfo").path("tags")))
        .containsExactlyInAnyOrder("kind", "vendor", "floor", "building");
  }

  @Test
  void writesFloatsOfFramesWithTheDigitsOfDoubles() throws Exception {
    String device = network.devEuis().get(0);
    network.uplink(device, 10, new byte[] {1});

    JsonNode event = JSON.readTree(network.events(device).get(1).getBody()).path("rxInfo").path(0);
    LogItem frame = network.frames(device).get(2);
    JsonNode reception = JSON.readTree(frame.getBody()).path("rx_info").path(0);
    assertThat(frame.getDescription()).isEqualTo("UnconfirmedDataUp");
    assertThat(reception.path("snr").asDouble())
        .isEqualTo((double) (float) event.path("snr").asDouble());
    assertThat(JSON.readTree(frame.getBody()).at("/phy_payload/payload/frm_payload").asText())
        .isEqualTo("01");
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  private long uplinks() {
    return network.devEuis().stream()
        .flatMap(device -> network.events(device).stream())
        .filter(event -> event.getDescription().equals("up"))
        .count();
  }
}
