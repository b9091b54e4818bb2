package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayListItem;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayState;
import io.github.chirpconnect.proto.v4.GetDeviceProfileRequest;
import io.github.chirpconnect.proto.v4.GetGatewayRequest;
import io.github.chirpconnect.proto.v4.GetGatewayResponse;
import io.github.chirpconnect.proto.v4.GetMulticastGroupRequest;
import io.github.chirpconnect.proto.v4.ListApplicationsRequest;
import io.github.chirpconnect.proto.v4.ListDeviceProfilesRequest;
import io.github.chirpconnect.proto.v4.ListDevicesRequest;
import io.github.chirpconnect.proto.v4.ListGatewaysRequest;
import io.github.chirpconnect.proto.v4.ListMulticastGroupsRequest;
import io.github.chirpconnect.proto.v4.ListRelayGatewaysRequest;
import io.github.chirpconnect.proto.v4.ListTenantsRequest;
import io.github.chirpconnect.proto.v4.MulticastGroup;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;
import io.github.chirpconnect.proto.v4.RelayGatewayListItem;
import io.github.chirpconnect.proto.v4.TenantListItem;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.github.chirpconnect.proto.v4.common.Location;
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

class SimulatorInventoryTest {
  private static final Instant START = Instant.parse("2026-07-01T12:00:00Z");

  private final ManualTime time = new ManualTime(START);
  private final Simulator simulator = Simulator.builder().time(time).start();
  private final Network network = simulator.network();
  private final String alpha = network.tenantIds().get(0);
  private final String beta = network.tenantIds().get(1);
  private final String gateway = network.gatewayIds().get(0);
  private final Client client = new Client(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void tellsAGatewaysStateByItsStatisticsAndTheClock() {
    assertThat(gateway().getState()).isEqualTo(GatewayState.NEVER_SEEN);

    network.gatewayStats(gateway, Map.of("model", "lab"));
    assertThat(gateway().getState()).isEqualTo(GatewayState.ONLINE);
    assertThat(gateway().getPropertiesMap()).containsOnly(Map.entry("model", "lab"));

    time.advance(Duration.ofSeconds(60));
    assertThat(gateway().getState()).isEqualTo(GatewayState.ONLINE);
    time.advance(Duration.ofMillis(1));
    assertThat(gateway().getState()).isEqualTo(GatewayState.OFFLINE);
    assertThat(Moments.instant(gateway().getUpdatedAt())).isEqualTo(START);

    network.statsInterval(gateway, Duration.ofMinutes(5));
    assertThat(gateway().getState()).isEqualTo(GatewayState.ONLINE);
    network.gatewayLastSeenAt(gateway, time.now().minus(Duration.ofMinutes(11)));
    assertThat(gateway().getState()).isEqualTo(GatewayState.OFFLINE);
  }

  @Test
  void tellsMoreOfOneGateway() {
    network.gatewayTags(gateway, Map.of("roof", "a"));
    network.statsInterval(gateway, Duration.ofSeconds(45));

    GetGatewayResponse answer =
        client.call(
            GatewayServiceGrpc.getGetMethod(),
            admin(),
            GetGatewayRequest.newBuilder().setGatewayId(gateway).build());

    assertThat(answer.getGateway().getTagsMap()).containsOnly(Map.entry("roof", "a"));
    assertThat(answer.getGateway().getStatsInterval()).isEqualTo(45);
    assertThat(answer.getGateway().getTenantId()).isEqualTo(alpha);
    assertThat(answer.hasLastSeenAt()).isFalse();
  }

  @Test
  void ordersGatewaysAndKeepsThemFromOtherTenants() {
    network.addGateway(alpha, "00ef76829d30ffff", "zulu", Location.getDefaultInstance());

    List<GatewayListItem> byId =
        gateways(
            admin(),
            ListGatewaysRequest.newBuilder()
                .setLimit(10)
                .setOrderBy(ListGatewaysRequest.OrderBy.GATEWAY_ID)
                .setOrderByDesc(true));
    assertThat(byId)
        .extracting(GatewayListItem::getGatewayId)
        .hasSize(7)
        .isSortedAccordingTo((a, b) -> b.compareTo(a));
    assertThat(gateways(key(beta), ListGatewaysRequest.newBuilder().setTenantId(beta).setLimit(9)))
        .hasSize(3);
    assertThat(
            client.status(
                GatewayServiceGrpc.getListMethod(),
                key(beta),
                ListGatewaysRequest.newBuilder().setLimit(9).build()))
        .isEqualTo(Status.UNAUTHENTICATED);
  }

  @Test
  void knowsARelayFromItsFirstStatistics() {
    assertThat(relays(admin(), "")).isEmpty();

    network.relayStats(alpha, "01020304");
    network.relayStats(beta, "01020304");
    network.updateRelay(alpha, "01020304", row -> row.setName("barn").setDescription("north"));
    network.relayStats(alpha, "01020305");

    assertThat(relays(key(alpha), alpha))
        .extracting(RelayGatewayListItem::getName)
        .containsExactly("01020305", "barn");
    assertThat(relays(admin(), "")).hasSize(3);
    RelayGatewayListItem barn = relays(admin(), alpha).get(1);
    assertThat(barn.getRelayId()).isEqualTo("01020304");
    assertThat(barn.getRegionConfigId()).isEqualTo("eu868");
    assertThat(barn.getState()).isEqualTo(GatewayState.ONLINE);
    time.advance(Duration.ofSeconds(61));
    assertThat(relays(admin(), alpha).get(1).getState()).isEqualTo(GatewayState.OFFLINE);
    assertThat(
            client.status(
                GatewayServiceGrpc.getListRelayGatewaysMethod(),
                key(alpha),
                ListRelayGatewaysRequest.newBuilder().setLimit(9).build()))
        .isEqualTo(Status.UNAUTHENTICATED);
    network.deleteRelay(alpha, "01020304");
    assertThat(relays(admin(), alpha)).hasSize(1);
  }

  @Test
  void listsATenantsProfilesTogetherWithTheGlobalOnes() {
    String global = network.addDeviceProfile("", "all", false, Map.of(), null);
    network.updateDeviceProfile(global, row -> row.setVendorName("vendor").setDeviceName("d"));

    assertThat(profiles(key(alpha), request -> request.setTenantId(alpha)))
        .containsExactly("class-a", "class-c", "climate", "all");
    assertThat(profiles(key(alpha), request -> request.setTenantId(alpha).setTenantOnly(true)))
        .containsExactly("class-a", "class-c", "climate");
    assertThat(profiles(key(alpha), request -> request.setGlobalOnly(true))).containsExactly("all");
    assertThat(profiles(admin(), request -> request)).hasSize(7);
    assertThat(profiles(admin(), request -> request.setTenantOnly(true))).hasSize(6);
    assertThat(profiles(admin(), request -> request.setSearch("VEND"))).containsExactly("all");
  }

  @Test
  void tellsHowOftenDevicesAreExpectedToSend() {
    String profile = network.deviceProfileIds().get(0);
    network.uplinkInterval(profile, Duration.ofMinutes(15));

    assertThat(
            client
                .call(
                    DeviceProfileServiceGrpc.getGetMethod(),
                    admin(),
                    GetDeviceProfileRequest.newBuilder().setId(profile).build())
                .getDeviceProfile()
                .getUplinkInterval())
        .isEqualTo(900);
  }

  @Test
  void changesAndDeletesWhatItHas() {
    time.advance(Duration.ofMinutes(1));
    network.updateTenant(alpha, tenant -> tenant.setName("zeta").setMaxDeviceCount(5));
    String application = network.applicationIds().get(0);
    network.updateApplication(application, row -> row.setDescription("changed"));

    TenantListItem tenant = tenants().get(1);
    assertThat(tenant.getName()).isEqualTo("zeta");
    assertThat(tenant.getMaxDeviceCount()).isEqualTo(5);
    assertThat(Moments.instant(tenant.getCreatedAt())).isEqualTo(START);
    assertThat(Moments.instant(tenant.getUpdatedAt())).isEqualTo(time.now());
    assertThat(
            client
                .call(
                    ApplicationServiceGrpc.getListMethod(),
                    admin(),
                    ListApplicationsRequest.newBuilder().setTenantId(alpha).setLimit(1).build())
                .getResult(0)
                .getDescription())
        .isEqualTo("changed");

    String profile = network.device(network.devEuis().get(0)).getDeviceProfileId();
    network.deleteDeviceProfile(profile);
    assertThat(
            client
                .devices(simulator.adminKey())
                .list(ListDevicesRequest.newBuilder().setApplicationId(application).build())
                .getTotalCount())
        .isZero();
    network.deleteGateway(gateway);
    network.relayStats(alpha, "01020304");
    network.deleteTenant(alpha);

    assertThat(tenants()).extracting(TenantListItem::getName).containsExactly("beta");
    assertThat(gateways(admin(), ListGatewaysRequest.newBuilder().setLimit(9))).hasSize(3);
    assertThat(relays(admin(), "")).isEmpty();
    assertThat(profiles(admin(), request -> request)).hasSize(3);
  }

  @Test
  void changesAGroupWithItsKeys() {
    String group = network.multicastGroupIds().get(0);
    MulticastGroup before = network.multicastGroup(group);
    assertThat(before.getMcAppSKey()).hasSize(32);
    time.advance(Duration.ofMinutes(1));
    network.updateMulticastGroup(
        group, config -> config.setName("renamed").setMcAppSKey("0".repeat(32)));

    var answer =
        client.call(
            MulticastGroupServiceGrpc.getGetMethod(),
            admin(),
            GetMulticastGroupRequest.newBuilder().setId(group).build());
    assertThat(answer.getMulticastGroup().getMcAppSKey()).isEqualTo("0".repeat(32));
    assertThat(Moments.instant(answer.getUpdatedAt())).isEqualTo(time.now());
    network.deleteMulticastGroup(group);
    assertThat(
            client
                .call(
                    MulticastGroupServiceGrpc.getListMethod(),
                    admin(),
                    ListMulticastGroupsRequest.newBuilder()
                        .setLimit(9)
                        .setApplicationId(before.getApplicationId())
                        .build())
                .getResultList())
        .isEmpty();
  }

  private String admin() {
    return "Bearer " + simulator.adminKey();
  }

  private String key(String tenantId) {
    return "Bearer " + simulator.tenantKey(tenantId);
  }

  private GatewayListItem gateway() {
    return gateways(admin(), ListGatewaysRequest.newBuilder().setLimit(10)).stream()
        .filter(item -> item.getGatewayId().equals(gateway))
        .findFirst()
        .orElseThrow();
  }

  private List<GatewayListItem> gateways(String who, ListGatewaysRequest.Builder request) {
    return client.call(GatewayServiceGrpc.getListMethod(), who, request.build()).getResultList();
  }

  private List<RelayGatewayListItem> relays(String who, String tenantId) {
    return client
        .call(
            GatewayServiceGrpc.getListRelayGatewaysMethod(),
            who,
            ListRelayGatewaysRequest.newBuilder().setLimit(10).setTenantId(tenantId).build())
        .getResultList();
  }

  private List<TenantListItem> tenants() {
    return client
        .call(
            TenantServiceGrpc.getListMethod(),
            admin(),
            ListTenantsRequest.newBuilder().setLimit(10).build())
        .getResultList();
  }

  private interface Change {
    ListDeviceProfilesRequest.Builder apply(ListDeviceProfilesRequest.Builder request);
  }

  private List<String> profiles(String who, Change change) {
    return client
        .call(
            DeviceProfileServiceGrpc.getListMethod(),
            who,
            change.apply(ListDeviceProfilesRequest.newBuilder().setLimit(10)).build())
        .getResultList()
        .stream()
        .map(DeviceProfileListItem::getName)
        .toList();
  }
}
