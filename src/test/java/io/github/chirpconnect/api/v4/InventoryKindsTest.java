package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.grpc.ScriptedServer.refused;
import static io.github.chirpconnect.api.grpc.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.inventory.PageSizes;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.ApplicationListItem;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.GetApplicationResponse;
import io.github.chirpconnect.proto.v4.GetTenantResponse;
import io.github.chirpconnect.proto.v4.ListApplicationsResponse;
import io.github.chirpconnect.proto.v4.ListDeviceProfileAdrAlgorithmsResponse;
import io.github.chirpconnect.proto.v4.ListDeviceProfilesRequest;
import io.github.chirpconnect.proto.v4.ListDeviceProfilesResponse;
import io.github.chirpconnect.proto.v4.ListDevicesResponse;
import io.github.chirpconnect.proto.v4.ListMulticastGroupsResponse;
import io.github.chirpconnect.proto.v4.ListRelayGatewaysResponse;
import io.github.chirpconnect.proto.v4.ListTenantsResponse;
import io.github.chirpconnect.proto.v4.MulticastGroupListItem;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;
import io.github.chirpconnect.proto.v4.RelayGatewayListItem;
import io.github.chirpconnect.proto.v4.Tenant;
import io.github.chirpconnect.proto.v4.TenantListItem;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.grpc.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All datasets in one walk: two tenants, with an application and some of everything each. */
@Timeout(30)
class InventoryKindsTest {
  private static final Timestamp CREATED = Timestamp.newBuilder().setSeconds(1_700_000_000).build();
  private static final Set<Feed> ALL =
      EnumSet.of(
          Feed.TENANTS,
          Feed.APPLICATIONS,
          Feed.DEVICE_PROFILES,
          Feed.RELAY_GATEWAYS,
          Feed.MULTICAST_GROUPS,
          Feed.DEVICES);

  private final ScriptedServer server = ScriptedServer.current();
  private final ChirpStackV4 chirpStack =
      new ChirpStackV4(server, new PageSizes(2, 4), System::nanoTime);
  private final List<Entity> told = new ArrayList<>();

  @BeforeEach
  void start() {
    server
        .on(
            DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
            request -> ListDeviceProfileAdrAlgorithmsResponse.getDefaultInstance())
        .on(
            TenantServiceGrpc.getListMethod(),
            request ->
                ListTenantsResponse.newBuilder()
                    .setTotalCount(2)
                    .addAllResult(
                        List.of(tenant("t1"), tenant("t2"))
                            .subList(0, Math.min(2, request.getLimit())))
                    .build())
        .on(
            TenantServiceGrpc.getGetMethod(),
            request ->
                GetTenantResponse.newBuilder()
                    .setTenant(
                        Tenant.newBuilder()
                            .setId(request.getId())
                            .setName("name of " + request.getId())
                            .setDescription("of no list")
                            .setMaxDeviceCount(7)
                            .putTags("of", "no list"))
                    .setCreatedAt(CREATED)
                    .build())
        .on(
            ApplicationServiceGrpc.getListMethod(),
            request ->
                ListApplicationsResponse.newBuilder()
                    .addResult(application(request.getTenantId().replace('t', 'a')))
                    .build())
        .on(
            ApplicationServiceGrpc.getGetMethod(),
            request ->
                GetApplicationResponse.newBuilder()
                    .setApplication(
                        Application.newBuilder()
                            .setId(request.getId())
                            .setName("name of " + request.getId())
                            .setTenantId(request.getId().replace('a', 't'))
                            .putTags("of", "no list"))
                    .setCreatedAt(CREATED)
                    .addMeasurementKeys("of no list")
                    .build())
        .on(DeviceProfileServiceGrpc.getListMethod(), InventoryKindsTest::profiles)
        .on(
            DeviceProfileServiceGrpc.getGetVendorMethod(),
            request -> {
              throw status(Status.Code.NOT_FOUND, "Object does not exist (id: none)");
            })
        .on(
            GatewayServiceGrpc.getListRelayGatewaysMethod(),
            request ->
                ListRelayGatewaysResponse.newBuilder()
                    .addResult(
                        RelayGatewayListItem.newBuilder()
                            .setTenantId(request.getTenantId())
                            .setRelayId("01020304")
                            .setLastSeenAt(CREATED))
                    .build())
        .on(
            MulticastGroupServiceGrpc.getListMethod(),
            request ->
                ListMulticastGroupsResponse.newBuilder()
                    .addResult(
                        MulticastGroupListItem.newBuilder()
                            .setId("group of " + request.getApplicationId()))
                    .build())
        .on(
            DeviceServiceGrpc.getListMethod(),
            request ->
                ListDevicesResponse.newBuilder()
                    .addResult(
                        DeviceListItem.newBuilder()
                            .setDevEui("device of " + request.getApplicationId()))
                    .build());
  }

  @AfterEach
  void close() {
    chirpStack.close();
  }

  /** As from 4.16 on: a tenant's list has those of no tenant too, unless it is asked not to. */
  private static ListDeviceProfilesResponse profiles(ListDeviceProfilesRequest request) {
    ListDeviceProfilesResponse.Builder answer = ListDeviceProfilesResponse.newBuilder();
    if (!request.getGlobalOnly()) {
      answer.addResult(profile("profile of " + request.getTenantId()));
    }
    if (!request.getTenantOnly()) {
      answer.addResult(profile("profile of all"));
    }
    return answer.build();
  }

  @Test
  void oneWalkListsAllWantedDatasetsSmallOnesFirstAndPlacesOnce() throws Exception {
    walk(Scope.ALL, ALL);

    assertThat(told)
        .extracting(entity -> entity.feed() + " " + entity.id())
        .containsExactly(
            "tenants t1",
            "tenants t2",
            "applications a1",
            "applications a2",
            "device-profiles profile of all",
            "device-profiles profile of t1",
            "device-profiles profile of t2",
            "relay-gateways t1:01020304",
            "relay-gateways t2:01020304",
            "multicast-groups group of a1",
            "multicast-groups group of a2",
            "devices device of a1",
            "devices device of a2");
    assertThat(server.count(ApplicationServiceGrpc.getListMethod())).isEqualTo(2);
  }

  @Test
  void whatNobodyWantsIsNotAskedFor() throws Exception {
    walk(Scope.ALL, EnumSet.of(Feed.TENANTS, Feed.DEVICE_PROFILES));

    assertThat(told).extracting(Entity::feed).containsOnly(Feed.TENANTS, Feed.DEVICE_PROFILES);
    assertThat(server.count(ApplicationServiceGrpc.getListMethod())).isZero();
    assertThat(server.count(DeviceServiceGrpc.getListMethod())).isZero();
    assertThat(server.count(GatewayServiceGrpc.getListRelayGatewaysMethod())).isZero();
  }

  @Test
  void aPlaceIsWhereItWasListedAndInTheBody() throws Exception {
    walk(Scope.ALL, ALL);

    assertThat(first(Feed.TENANTS).place()).isEqualTo(Place.NONE);
    assertThat(first(Feed.TENANTS).body().has("tenantId")).isFalse();
    Place tenant = Place.tenant("t1", "name of t1");
    assertThat(first(Feed.APPLICATIONS).place()).isEqualTo(tenant);
    assertThat(first(Feed.RELAY_GATEWAYS).place()).isEqualTo(tenant);
    assertThat(first(Feed.APPLICATIONS).body().toString())
        .isEqualTo(
            """
            {"id":"a1","createdAt":"2023-11-14T22:13:20Z","name":"name of a1","description":"",\
            "tenantId":"t1","tenantName":"name of t1"}\
            """);
    Entity group = first(Feed.MULTICAST_GROUPS);
    assertThat(group.place()).isEqualTo(new Place("t1", "name of t1", "a1", "name of a1"));
    assertThat(group.body().path("applicationName").textValue()).isEqualTo("name of a1");
    Entity global = first(Feed.DEVICE_PROFILES);
    assertThat(global.place()).isEqualTo(Place.NONE);
    assertThat(global.body().get("tenantId").isNull()).isTrue();
    assertThat(first(Feed.RELAY_GATEWAYS).lastSeenAt())
        .isEqualTo(Instant.ofEpochSecond(1_700_000_000));
  }

  @Test
  void whatIsNamedIsToldAsAListTellsIt() throws Exception {
    walk(Scope.ALL, EnumSet.of(Feed.TENANTS, Feed.APPLICATIONS));
    List<String> listed = told.stream().map(entity -> entity.body().toString()).toList();
    told.clear();

    walk(new Scope(List.of("t1", "t2"), List.of()), EnumSet.of(Feed.TENANTS, Feed.APPLICATIONS));

    assertThat(told).extracting(entity -> entity.body().toString()).isEqualTo(listed);
    told.clear();
    walk(new Scope(List.of(), List.of("a1", "a2")), EnumSet.of(Feed.APPLICATIONS));
    assertThat(told).extracting(entity -> entity.body().toString()).isEqualTo(listed.subList(2, 4));
  }

  @Test
  void applicationsAloneHaveNothingOfTheirTenants() throws Exception {
    walk(new Scope(List.of(), List.of("a2")), ALL);

    assertThat(told).extracting(Entity::id).containsExactly("a2", "group of a2", "device of a2");
  }

  @Test
  void anApplicationNamedBesideItsTenantIsToldOnce() throws Exception {
    walk(new Scope(List.of("t1"), List.of("a1", "a2")), EnumSet.of(Feed.APPLICATIONS));

    assertThat(told).extracting(Entity::id).containsExactly("a1", "a2");
  }

  @Test
  void anOldServerHasNoProfilesOfAllTenants() throws Exception {
    server.on(
        DeviceProfileServiceGrpc.getGetVendorMethod(),
        request -> {
          throw status(Status.Code.UNIMPLEMENTED, "");
        });

    walk(Scope.ALL, EnumSet.of(Feed.DEVICE_PROFILES));

    assertThat(told).extracting(Entity::id).containsExactly("profile of t1", "profile of t2");
  }

  @Test
  void anOldServerWithoutRelayGatewaysIsNamedWithTheReleaseThatHasThem() {
    server.on(
        GatewayServiceGrpc.getListRelayGatewaysMethod(),
        request -> {
          throw status(Status.Code.UNIMPLEMENTED, "");
        });

    ApiException failure = failure(Scope.ALL, ALL);

    assertThat(failure.kind()).isEqualTo(FailureKind.UNUSABLE_SERVER);
    assertThat(failure)
        .hasMessage(
            "feed relay-gateways needs ChirpStack 4.9, and this server is older; upgrade it, or take relay-gateways out of feeds");
    assertThat(told).isEmpty();
  }

  @Test
  void aRestInterfaceThatTakesTheListForTheIdOfAGatewayIsOlder() {
    server.on(
        GatewayServiceGrpc.getListRelayGatewaysMethod(),
        request -> {
          throw status(Status.Code.INTERNAL, "Invalid character 'r' at position 0");
        });

    assertThat(failure(Scope.ALL, EnumSet.of(Feed.RELAY_GATEWAYS)))
        .hasMessageContaining("needs ChirpStack 4.9");
  }

  @Test
  void aListThatIsRefusedNamesTheFeedAndWhatToDo() {
    server.on(
        MulticastGroupServiceGrpc.getListMethod(),
        request -> {
          throw refused();
        });

    ApiException failure = failure(Scope.ALL, ALL);

    assertThat(failure.kind()).isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(failure)
        .hasMessageContaining("feed multicast-groups: application a1 ")
        .hasMessageContaining("take multicast-groups out of feeds");
  }

  @Test
  void aTenantThatIsDeletedInTheMiddleIsPassedOver() throws Exception {
    server
        .on(
            DeviceProfileServiceGrpc.getListMethod(),
            request -> {
              if (request.getTenantId().equals("t1")) {
                throw refused();
              }
              return profiles(request);
            })
        .on(
            TenantServiceGrpc.getGetMethod(),
            request -> {
              throw refused();
            });

    walk(Scope.ALL, EnumSet.of(Feed.DEVICE_PROFILES));

    assertThat(told).extracting(Entity::id).containsExactly("profile of all", "profile of t2");
  }

  private void walk(Scope scope, Set<Feed> kinds) throws InterruptedException {
    chirpStack.inventory(scope, kinds, told::addAll);
  }

  private ApiException failure(Scope scope, Set<Feed> kinds) {
    return catchThrowableOfType(ApiException.class, () -> walk(scope, kinds));
  }

  private Entity first(Feed feed) {
    return told.stream().filter(entity -> entity.feed() == feed).findFirst().orElseThrow();
  }

  private static TenantListItem tenant(String id) {
    return TenantListItem.newBuilder()
        .setId(id)
        .setName("name of " + id)
        .setMaxDeviceCount(7)
        .setCreatedAt(CREATED)
        .build();
  }

  private static ApplicationListItem application(String id) {
    return ApplicationListItem.newBuilder()
        .setId(id)
        .setName("name of " + id)
        .setCreatedAt(CREATED)
        .build();
  }

  private static DeviceProfileListItem profile(String id) {
    return DeviceProfileListItem.newBuilder().setId(id).build();
  }
}
