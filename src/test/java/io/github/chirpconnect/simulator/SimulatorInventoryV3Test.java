package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v3.DeviceProfileListItem;
import io.github.chirpconnect.proto.v3.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayListItem;
import io.github.chirpconnect.proto.v3.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v3.GetDeviceProfileRequest;
import io.github.chirpconnect.proto.v3.GetGatewayRequest;
import io.github.chirpconnect.proto.v3.GetGatewayResponse;
import io.github.chirpconnect.proto.v3.ListDeviceProfileRequest;
import io.github.chirpconnect.proto.v3.ListGatewayRequest;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.github.chirpconnect.simulator.time.Moments;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorInventoryV3Test {
  private static final Instant START = Instant.parse("2026-07-01T12:00:00Z");

  private final ManualTime time = new ManualTime(START);
  private final Simulator simulator =
      Simulator.builder().generation(Generation.V3).time(time).start();
  private final Network network = simulator.network();
  private final long alpha = Long.parseLong(network.tenantIds().get(0));
  private final long beta = Long.parseLong(network.tenantIds().get(1));
  private final String gateway = network.gatewayIds().get(0);
  private final Client client = new Client(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void movesAGatewaysTimesWithItsStatistics() {
    network.gatewayTags(gateway, Map.of("roof", "a"));
    assertThat(get().hasLastSeenAt()).isFalse();
    assertThat(get().getGateway().getTagsMap()).containsOnly(Map.entry("roof", "a"));

    network.gatewayStats(gateway, Map.of("serial", "1"));
    time.advance(Duration.ofMinutes(1));
    network.gatewayStats(gateway, Map.of("serial", "2"));

    assertThat(get().getGateway().getMetadataMap()).containsOnly(Map.entry("serial", "2"));
    assertThat(Moments.instant(get().getFirstSeenAt())).isEqualTo(START);
    assertThat(Moments.instant(get().getLastSeenAt())).isEqualTo(time.now());
    assertThat(Moments.instant(get().getUpdatedAt())).isEqualTo(time.now());
  }

  @Test
  void listsGatewaysByTheirOrganization() {
    List<GatewayListItem> found =
        client
            .call(
                GatewayServiceGrpc.getListMethod(),
                key(beta),
                ListGatewayRequest.newBuilder().setLimit(9).setOrganizationId(beta).build())
            .getResultList();

    assertThat(found)
        .extracting(GatewayListItem::getName)
        .containsExactly("beta-gw-1", "beta-gw-2", "beta-gw-3");
  }

  @Test
  void listsProfilesByOrganizationAndByApplication() {
    long application = Long.parseLong(network.applicationIds().get(0));

    assertThat(profiles(admin(), 0, 0)).hasSize(6);
    assertThat(profiles(key(alpha), alpha, 0)).containsExactly("class-a", "class-c", "climate");
    assertThat(profiles(key(alpha), 0, application)).hasSize(3);
    String ofApplication = "Bearer " + simulator.applicationKey(Long.toString(application));
    assertThat(profiles(ofApplication, 0, application)).hasSize(3);
    assertThat(refusal(ofApplication, alpha, 0).getDescription())
        .isEqualTo("authentication failed: not authorized");
    assertThat(refusal(key(alpha), 0, 0).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(refusal(key(alpha), beta, 0).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void tellsHowOftenDevicesAreExpectedToSend() {
    String profile = network.deviceProfileIds().get(1);
    network.uplinkInterval(profile, Duration.ofMinutes(15));

    var found =
        client
            .call(
                DeviceProfileServiceGrpc.getGetMethod(),
                admin(),
                GetDeviceProfileRequest.newBuilder().setId(profile).build())
            .getDeviceProfile();
    assertThat(found.getUplinkInterval().getSeconds()).isEqualTo(900);
    assertThat(found.getSupportsClassC()).isTrue();
    assertThat(found.getMacVersion()).isEqualTo("1.0.3");
    assertThat(found.getRfRegion()).isEqualTo("EU868");
  }

  private String admin() {
    return "Bearer " + simulator.adminKey();
  }

  private String key(long organizationId) {
    return "Bearer " + simulator.tenantKey(Long.toString(organizationId));
  }

  private GetGatewayResponse get() {
    return client.call(
        GatewayServiceGrpc.getGetMethod(),
        admin(),
        GetGatewayRequest.newBuilder().setId(gateway).build());
  }

  private static ListDeviceProfileRequest request(long organizationId, long applicationId) {
    return ListDeviceProfileRequest.newBuilder()
        .setLimit(10)
        .setOrganizationId(organizationId)
        .setApplicationId(applicationId)
        .build();
  }

  private List<String> profiles(String who, long organizationId, long applicationId) {
    return client
        .call(DeviceProfileServiceGrpc.getListMethod(), who, request(organizationId, applicationId))
        .getResultList()
        .stream()
        .map(DeviceProfileListItem::getName)
        .toList();
  }

  private Status refusal(String who, long organizationId, long applicationId) {
    return client.status(
        DeviceProfileServiceGrpc.getListMethod(), who, request(organizationId, applicationId));
  }
}
