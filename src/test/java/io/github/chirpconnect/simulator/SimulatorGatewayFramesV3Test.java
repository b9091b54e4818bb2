package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v3.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v3.StreamGatewayFrameLogsRequest;
import io.github.chirpconnect.proto.v3.StreamGatewayFrameLogsResponse;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.grpc.Status;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorGatewayFramesV3Test {
  private final ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00Z"));
  private final Simulator simulator =
      Simulator.builder().generation(Generation.V3).time(time).start();
  private final Network network = simulator.network();
  private final String gateway = network.gatewayIds().get(0);
  private final Client client = new Client(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void replaysTheLastTenFramesAndGoesOn() {
    for (int i = 0; i < 12; i++) {
      network.foreignUplink(gateway, "fe00aa01", i, 12);
    }

    Client.Stream<StreamGatewayFrameLogsResponse> stream = open(simulator.adminKey(), gateway);
    Client.soon(() -> stream.items.size() == 10);
    assertThat(stream.items.get(0).getUplinkFrame().getPhyPayloadJson()).contains("\"fCnt\":2,");
    assertThat(stream.items).allMatch(frame -> frame.getUplinkFrame().getRxInfoCount() == 1);

    network.foreignUplink(gateway, "fe00aa01", 12, 12);
    Client.soon(() -> stream.items.size() == 11);
  }

  @Test
  void holdsAConnectionOfTheNetworkServersPool() {
    Client.Stream<StreamGatewayFrameLogsResponse> stream = open(simulator.adminKey(), gateway);
    Client.soon(() -> simulator.observations().framePool().inUse() == 1);
    assertThat(simulator.observations().eventPool().inUse()).isZero();

    stream.cancel();
    Client.soon(() -> simulator.observations().framePool().inUse() == 0);
  }

  @Test
  void endsWhereItComesToAFrameThatNobodyCanRead() {
    network.foreignUplink(gateway, "fe00aa01", 1, 12);
    simulator.faults().poisonGatewayFrames(gateway);

    Client.Stream<StreamGatewayFrameLogsResponse> stream = open(simulator.adminKey(), gateway);
    Client.soon(() -> stream.status != null);
    assertThat(stream.items).hasSize(1);
    assertThat(stream.status.getCode()).isEqualTo(Status.Code.UNKNOWN);
  }

  @Test
  void refusesApplicationsKeys() {
    String key = simulator.applicationKey(network.applicationIds().get(0));

    Client.Stream<StreamGatewayFrameLogsResponse> stream = open(key, gateway);
    Client.soon(() -> stream.status != null);
    assertThat(stream.status.getDescription()).isEqualTo("authentication failed: not authorized");
  }

  private Client.Stream<StreamGatewayFrameLogsResponse> open(String token, String gatewayId) {
    return client.open(
        GatewayServiceGrpc.getStreamFrameLogsMethod(),
        "Bearer " + token,
        StreamGatewayFrameLogsRequest.newBuilder().setGatewayId(gatewayId).build(),
        Integer.MAX_VALUE);
  }
}
