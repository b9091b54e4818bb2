package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.StreamGatewayFramesRequest;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.History;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorGatewayFramesTest {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00Z"));
  private final Simulator simulator =
      Simulator.builder().time(time).history(History.exactly(10)).start();
  private final Network network = simulator.network();
  private final String device = network.devEuis().get(0);
  private final String gateway = network.gatewayIds().get(0);
  private final Client client = new Client(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void bringsWhatEachGatewayHeardWithItsOwnReceptionAlone() {
    network.join(device);
    List<String> heardJoin = network.heardBy(device);
    network.uplink(device, 10, new byte[] {1, 2, 3});

    List<String> heardBy = network.heardBy(device);
    assertThat(heardBy).hasSize(2);
    for (String heard : heardBy) {
      Client.Stream<LogItem> stream = open(simulator.adminKey(), heard);
      Client.soon(() -> Client.kinds(stream).contains("UnconfirmedDataUp"));
      LogItem up = last(stream.items, "UnconfirmedDataUp");
      assertThat(up.getPropertiesMap())
          .containsEntry("DevAddr", network.devAddr(device).orElseThrow())
          .containsEntry("DevEUI", "");
      assertThat(up.getBody().split("gatewayId", -1)).hasSize(2);
      assertThat(up.getBody()).contains(heard).doesNotContain("\"frm_payload\":\"010203\"");
    }
    for (String heard : heardJoin) {
      Client.Stream<LogItem> stream = open(simulator.adminKey(), heard);
      Client.soon(() -> Client.kinds(stream).contains("JoinRequest"));
      assertThat(last(stream.items, "JoinRequest").getPropertiesMap())
          .containsEntry("DevAddr", "")
          .containsEntry("DevEUI", device);
    }
  }

  @Test
  void bringsFramesOfOtherNetworks() {
    network.foreignUplink(gateway, "fe00aa01", 70_000, 12);

    Client.Stream<LogItem> stream = open(simulator.adminKey(), gateway);
    Client.soon(() -> stream.items.size() == 1);
    assertThat(stream.items.get(0).getPropertiesMap()).containsEntry("DevAddr", "fe00aa01");
    // The 16 low bits.
    assertThat(stream.items.get(0).getBody()).contains("\"f_cnt\":4464");
    assertThat(network.devEuis()).allMatch(devEui -> network.events(devEui).isEmpty());
  }

  @Test
  void losesFramesOfABusyGatewayAtTenASecond() {
    Client.Stream<LogItem> stream = open(simulator.adminKey(), gateway);
    Client.soon(() -> stream.headers);
    for (int i = 0; i < 30; i++) {
      network.foreignUplink(gateway, "fe00aa01", i, 12);
    }

    time.advance(LOOK);
    Client.soon(() -> stream.items.size() == 10);
    assertThat(stream.items.get(0).getBody()).contains("\"f_cnt\":20,");
    time.advance(LOOK);
    time.advance(LOOK);
    assertThat(stream.items).hasSize(10);
  }

  @Test
  void looksIntoRedisOnceASecondForEachStream() {
    long before = simulator.observations().streamReads();
    Client.Stream<LogItem> frames = open(simulator.adminKey(), gateway);
    Client.Stream<LogItem> events = client.events(simulator.adminKey(), device);
    Client.soon(() -> frames.headers && events.headers);
    Client.soon(() -> simulator.observations().streamReads() == before + 2);

    for (int i = 0; i < 5; i++) {
      time.advance(LOOK);
    }

    assertThat(simulator.observations().streamReads()).isEqualTo(before + 12);
    assertThat(simulator.observations().streamedGatewayFrames()).containsExactly(gateway);
  }

  @Test
  void refusesTheGatewaysOfOthersAndIsSilentOfUnknownOnes() {
    String beta = simulator.tenantKey(network.tenantIds().get(1));

    Client.Stream<LogItem> refused = open(beta, gateway);
    Client.soon(() -> refused.status != null);
    assertThat(refused.status).isEqualTo(Status.UNAUTHENTICATED);
    Client.Stream<LogItem> unknown = open(simulator.adminKey(), "ffffffffffffffff");
    Client.soon(() -> unknown.headers);
    time.advance(LOOK);
    assertThat(unknown.items).isEmpty();
    assertThat(unknown.status).isNull();
  }

  private Client.Stream<LogItem> open(String token, String gatewayId) {
    return client.open(
        InternalServiceGrpc.getStreamGatewayFramesMethod(),
        "Bearer " + token,
        StreamGatewayFramesRequest.newBuilder().setGatewayId(gatewayId).build(),
        Integer.MAX_VALUE);
  }

  private static LogItem last(List<LogItem> items, String kind) {
    return items.stream()
        .filter(item -> item.getDescription().equals(kind))
        .reduce((first, second) -> second)
        .orElseThrow();
  }
}
