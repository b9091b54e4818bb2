package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceStats;
import io.github.chirpconnect.proto.v3.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayStats;
import io.github.chirpconnect.proto.v3.GetDeviceStatsRequest;
import io.github.chirpconnect.proto.v3.GetGatewayStatsRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsRequest;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.github.chirpconnect.simulator.time.Moments;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorMetricsV3Test {
  private static final Instant START = Instant.parse("2026-07-01T12:30:00Z");

  private final ManualTime time = new ManualTime(START);
  private final Simulator simulator =
      Simulator.builder().generation(Generation.V3).time(time).start();
  private final Network network = simulator.network();
  private final String device = network.devEuis().get(0);
  private final Client client = new Client(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void countsByTheMinuteToo() {
    network.uplink(device, 10, new byte[7]);
    time.advance(Duration.ofMinutes(2));
    network.uplink(device, 10, new byte[7]);
    network.log(device, "ERROR", "UPLINK_MIC", "invalid MIC", Map.of());

    List<DeviceStats> rows = stats("minute");
    assertThat(rows)
        .extracting(row -> Moments.instant(row.getTimestamp()))
        .containsExactly(
            START, START.plus(Duration.ofMinutes(1)), START.plus(Duration.ofMinutes(2)));
    assertThat(rows).extracting(DeviceStats::getRxPackets).containsExactly(1, 0, 1);
    assertThat(rows.get(0).getGwRssi()).isBetween(-118f, -47f);
    assertThat(rows.get(1))
        .isEqualTo(DeviceStats.newBuilder().setTimestamp(rows.get(1).getTimestamp()).build());
    assertThat(rows.get(2).getRxPacketsPerDrMap()).containsOnly(Map.entry(5, 1));
    assertThat(rows.get(2).getErrorsMap()).containsOnly(Map.entry("DATA_UP_MIC", 1));
    assertThat(stats("MONTH")).extracting(DeviceStats::getRxPackets).containsExactly(2);
  }

  @Test
  void countsWhatGatewaysTellInTheirStatistics() {
    network.uplink(device, 10, new byte[7]);
    network.gatewayIds().forEach(id -> network.gatewayStats(id, Map.of()));

    int received =
        network.gatewayIds().stream()
            .flatMap(id -> gatewayStats(id).stream())
            .mapToInt(GatewayStats::getRxPacketsReceivedOk)
            .sum();
    // A join and an uplink, by two gateways each.
    assertThat(received).isEqualTo(4);
  }

  @Test
  void needsAConnectionOfTheApplicationServersPool() throws Exception {
    for (int i = 0; i < simulator.observations().eventPool().size(); i++) {
      client.open(
          DeviceServiceGrpc.getStreamEventLogsMethod(),
          admin(),
          StreamDeviceEventLogsRequest.newBuilder().setDevEui(device).build(),
          1);
    }
    Client.soon(() -> simulator.observations().eventPool().inUse() == 20);

    CompletableFuture<Status> answer =
        CompletableFuture.supplyAsync(
            () -> client.status(DeviceServiceGrpc.getGetStatsMethod(), admin(), request("HOUR")));
    Client.soon(
        () -> {
          time.advance(Duration.ofSeconds(1));
          return answer.isDone();
        });

    assertThat(answer.get().getCode()).isEqualTo(Status.Code.UNKNOWN);
    assertThat(answer.get().getDescription()).isEqualTo("redis: connection pool timeout");
  }

  private String admin() {
    return "Bearer " + simulator.adminKey();
  }

  private GetDeviceStatsRequest request(String interval) {
    return GetDeviceStatsRequest.newBuilder()
        .setDevEui(device)
        .setInterval(interval)
        .setStartTimestamp(Moments.timestamp(START))
        .setEndTimestamp(Moments.timestamp(time.now()))
        .build();
  }

  private List<DeviceStats> stats(String interval) {
    return client
        .call(DeviceServiceGrpc.getGetStatsMethod(), admin(), request(interval))
        .getResultList();
  }

  private List<GatewayStats> gatewayStats(String gatewayId) {
    return client
        .call(
            GatewayServiceGrpc.getGetStatsMethod(),
            admin(),
            GetGatewayStatsRequest.newBuilder()
                .setGatewayId(gatewayId)
                .setInterval("HOUR")
                .setStartTimestamp(Moments.timestamp(START))
                .setEndTimestamp(Moments.timestamp(time.now()))
                .build())
        .getResultList();
  }
}
