package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v3.GetDeviceStatsRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayListItem;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayState;
import io.github.chirpconnect.proto.v4.GetGatewayDutyCycleMetricsRequest;
import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.ListDeviceProfilesRequest;
import io.github.chirpconnect.proto.v4.ListDevicesRequest;
import io.github.chirpconnect.proto.v4.ListGatewaysRequest;
import io.github.chirpconnect.proto.v4.ListMulticastGroupsRequest;
import io.github.chirpconnect.proto.v4.ListRelayGatewaysRequest;
import io.github.chirpconnect.proto.v4.MulticastGroupListItem;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;
import io.github.chirpconnect.simulator.network.Network;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorVersionsTest {
  private Simulator simulator;
  private Network network;
  private Client client;

  private void start(Generation generation, String version) {
    simulator = Simulator.builder().generation(generation).version(version).start();
    network = simulator.network();
    client = new Client(simulator);
  }

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void doesNotKnowCallsThatCameLater() {
    start(Generation.V4, "4.7");

    assertThat(
            client.status(
                GatewayServiceGrpc.getListRelayGatewaysMethod(),
                admin(),
                ListRelayGatewaysRequest.getDefaultInstance()))
        .isEqualTo(Status.UNIMPLEMENTED);
    assertThat(
            client.status(
                GatewayServiceGrpc.getGetDutyCycleMetricsMethod(),
                null,
                GetGatewayDutyCycleMetricsRequest.getDefaultInstance()))
        .isEqualTo(Status.UNIMPLEMENTED);
    assertThat(
            client.status(
                InternalServiceGrpc.getGetVersionMethod(), admin(), Empty.getDefaultInstance()))
        .isEqualTo(Status.UNIMPLEMENTED);
  }

  @Test
  void refusesKeysTheListOfAlgorithmsBefore43() {
    start(Generation.V4, "4.2");

    assertThat(
            client.status(
                DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
                admin(),
                Empty.getDefaultInstance()))
        .isEqualTo(Status.UNAUTHENTICATED);
  }

  @Test
  void ignoresAndLeavesOutFieldsThatCameLater() {
    start(Generation.V4, "4.11");
    network.gatewayStats(network.gatewayIds().get(0), Map.of());

    List<DeviceListItem> devices =
        client
            .call(
                DeviceServiceGrpc.getListMethod(),
                admin(),
                ListDevicesRequest.newBuilder()
                    .setLimit(2)
                    .setApplicationId(network.applicationIds().get(0))
                    .setOrderBy(ListDevicesRequest.OrderBy.DEV_EUI)
                    .setOrderByDesc(true)
                    .build())
            .getResultList();
    assertThat(devices)
        .extracting(DeviceListItem::getName)
        .containsExactly("sensor-001", "sensor-002");
    assertThat(devices).allMatch(device -> device.getTagsMap().isEmpty());
    GatewayListItem gateway = gateways().get(0);
    assertThat(gateway.getState()).isEqualTo(GatewayState.ONLINE);
    assertThat(gateway.getDownlinkPriority()).isZero();
  }

  @Test
  void hadNoStatesOfGatewaysAtFirst() {
    start(Generation.V4, "4.0");
    network.gatewayStats(network.gatewayIds().get(0), Map.of());

    assertThat(gateways().get(0).hasLastSeenAt()).isTrue();
    assertThat(gateways().get(0).getState()).isEqualTo(GatewayState.NEVER_SEEN);
  }

  @Test
  void listsProfilesOfOneTenantAloneBefore416() {
    start(Generation.V4, "4.15");
    network.addDeviceProfile("", "global", false, Map.of(), null);

    assertThat(profiles(ListDeviceProfilesRequest.newBuilder()).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(profiles(ListDeviceProfilesRequest.newBuilder().setGlobalOnly(true)).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(
            client
                .call(
                    DeviceProfileServiceGrpc.getListMethod(),
                    admin(),
                    ListDeviceProfilesRequest.newBuilder()
                        .setTenantId(network.tenantIds().get(0))
                        .build())
                .getTotalCount())
        .isEqualTo(3);
  }

  private Status profiles(ListDeviceProfilesRequest.Builder request) {
    return client.status(DeviceProfileServiceGrpc.getListMethod(), admin(), request.build());
  }

  @Test
  void listsGroupsOfOneApplicationAloneBefore418() {
    start(Generation.V4, "4.17");
    String tenant = network.tenantIds().get(0);

    assertThat(
            client
                .status(
                    MulticastGroupServiceGrpc.getListMethod(),
                    admin(),
                    ListMulticastGroupsRequest.newBuilder().setTenantId(tenant).build())
                .getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    MulticastGroupListItem group =
        client
            .call(
                MulticastGroupServiceGrpc.getListMethod(),
                admin(),
                ListMulticastGroupsRequest.newBuilder()
                    .setLimit(1)
                    .setApplicationId(network.applicationIds().get(0))
                    .build())
            .getResult(0);
    assertThat(group.getName()).isEqualTo("all sensors");
    assertThat(group.getApplicationId()).isEmpty();
  }

  @Test
  void writesLogsInTheFormOfTheTime() {
    start(Generation.V4, "4.3");
    String device = network.devEuis().get(0);
    network.uplink(device, 10, new byte[7]);

    assertThat(network.frames(device)).allMatch(frame -> frame.getBody().contains("\"m_type\""));
    assertThat(network.events(device))
        .noneMatch(event -> event.getBody().contains("regionConfigId"))
        .noneMatch(event -> event.getBody().contains("deviceClassEnabled"));
  }

  @Test
  void leftOutDefaultsAtFirst() {
    start(Generation.V4, "4.0");
    String device = network.devEuis().get(0);
    network.uplink(device, 10, new byte[7]);

    assertThat(network.events(device))
        .last()
        .satisfies(
            up ->
                assertThat(up.getBody())
                    .contains("\"adr\":true", "\"fPort\":10", "\"rxInfo\":[{")
                    .doesNotContain("fCnt", "confirmed", "nsTime", "crcStatus"));
    assertThat(network.frames(device)).noneMatch(frame -> frame.getBody().contains("nsTime"));
  }

  @Test
  void refusesInV3sWords() {
    start(Generation.V3, "3.16");

    assertThat(
            client.status(
                io.github.chirpconnect.proto.v3.DeviceServiceGrpc.getGetStatsMethod(),
                admin(),
                GetDeviceStatsRequest.getDefaultInstance()))
        .satisfies(
            status -> {
              assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
              assertThat(status.getDescription())
                  .isEqualTo("unknown method GetStats for service api.DeviceService");
            });
  }

  @Test
  void hasNoStreamIdsBefore3172() {
    start(Generation.V3, "3.17.1");
    String device = network.devEuis().get(0);
    network.uplink(device, 10, new byte[7]);

    Client.Stream<StreamDeviceEventLogsResponse> stream =
        client.open(
            io.github.chirpconnect.proto.v3.DeviceServiceGrpc.getStreamEventLogsMethod(),
            admin(),
            StreamDeviceEventLogsRequest.newBuilder().setDevEui(device).build(),
            10);
    Client.soon(() -> stream.items.size() >= 2);
    assertThat(stream.items)
        .allMatch(event -> event.getStreamId().isEmpty() && event.hasPublishedAt());
  }

  @Test
  void hasNoHistoryBefore316() {
    start(Generation.V3, "3.15");
    String device = network.devEuis().get(0);
    network.uplink(device, 10, new byte[7]);

    Client.Stream<StreamDeviceEventLogsResponse> stream =
        client.open(
            io.github.chirpconnect.proto.v3.DeviceServiceGrpc.getStreamEventLogsMethod(),
            admin(),
            StreamDeviceEventLogsRequest.newBuilder().setDevEui(device).build(),
            10);
    Client.soon(() -> simulator.observations().eventPool().inUse() == 1);
    network.uplink(device, 11, new byte[7]);
    Client.soon(() -> !stream.items.isEmpty());

    assertThat(stream.items)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getType()).isEqualTo("up");
              assertThat(event.getPayloadJson()).contains("\"fPort\":11");
              assertThat(event.hasPublishedAt()).isFalse();
              assertThat(event.getPayloadJson())
                  .contains("devAddr")
                  .doesNotContain("publishedAt", "deviceProfileID");
            });
  }

  private String admin() {
    return "Bearer " + simulator.adminKey();
  }

  private List<GatewayListItem> gateways() {
    return client
        .call(
            GatewayServiceGrpc.getListMethod(),
            admin(),
            ListGatewaysRequest.newBuilder().setLimit(9).build())
        .getResultList();
  }
}
