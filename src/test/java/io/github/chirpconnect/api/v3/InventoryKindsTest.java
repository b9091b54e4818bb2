package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.inventory.PageSizes;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v3.Application;
import io.github.chirpconnect.proto.v3.ApplicationListItem;
import io.github.chirpconnect.proto.v3.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceListItem;
import io.github.chirpconnect.proto.v3.DeviceProfileListItem;
import io.github.chirpconnect.proto.v3.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.GetApplicationResponse;
import io.github.chirpconnect.proto.v3.GetOrganizationResponse;
import io.github.chirpconnect.proto.v3.ListApplicationResponse;
import io.github.chirpconnect.proto.v3.ListDeviceProfileResponse;
import io.github.chirpconnect.proto.v3.ListDeviceResponse;
import io.github.chirpconnect.proto.v3.ListGatewayProfilesResponse;
import io.github.chirpconnect.proto.v3.ListMulticastGroupResponse;
import io.github.chirpconnect.proto.v3.ListOrganizationResponse;
import io.github.chirpconnect.proto.v3.MulticastGroupListItem;
import io.github.chirpconnect.proto.v3.MulticastGroupServiceGrpc;
import io.github.chirpconnect.proto.v3.Organization;
import io.github.chirpconnect.proto.v3.OrganizationListItem;
import io.github.chirpconnect.proto.v3.OrganizationServiceGrpc;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All datasets in one walk: an organization with an application and some of everything. */
@Timeout(30)
class InventoryKindsTest {
  private static final Timestamp CREATED = Timestamp.newBuilder().setSeconds(1_700_000_000).build();
  private static final Set<Feed> ALL =
      EnumSet.of(
          Feed.TENANTS,
          Feed.APPLICATIONS,
          Feed.DEVICE_PROFILES,
          Feed.MULTICAST_GROUPS,
          Feed.DEVICES);

  private final ScriptedServer server = ScriptedServer.v3();
  private final ChirpStackV3 chirpStack =
      new ChirpStackV3(server, new PageSizes(10, 4), System::nanoTime);
  private final List<Entity> told = new ArrayList<>();

  @BeforeEach
  void start() {
    server
        .on(
            GatewayProfileServiceGrpc.getListMethod(),
            request -> ListGatewayProfilesResponse.getDefaultInstance())
        .on(
            OrganizationServiceGrpc.getListMethod(),
            request ->
                ListOrganizationResponse.newBuilder()
                    .addResult(
                        OrganizationListItem.newBuilder()
                            .setId(1)
                            .setName("acme")
                            .setDisplayName("Acme")
                            .setCreatedAt(CREATED)
                            .setCanHaveGateways(true))
                    .build())
        .on(
            OrganizationServiceGrpc.getGetMethod(),
            request ->
                GetOrganizationResponse.newBuilder()
                    .setOrganization(
                        Organization.newBuilder()
                            .setId(request.getId())
                            .setName("acme")
                            .setDisplayName("Acme")
                            .setMaxDeviceCount(7)
                            .setCanHaveGateways(true))
                    .setCreatedAt(CREATED)
                    .build())
        .on(
            ApplicationServiceGrpc.getListMethod(),
            request ->
                ListApplicationResponse.newBuilder()
                    .addResult(
                        ApplicationListItem.newBuilder()
                            .setId(2)
                            .setName("meters")
                            .setDescription("all of them")
                            .setOrganizationId(1))
                    .build())
        .on(
            ApplicationServiceGrpc.getGetMethod(),
            request ->
                GetApplicationResponse.newBuilder()
                    .setApplication(
                        Application.newBuilder()
                            .setId(2)
                            .setName("meters")
                            .setDescription("all of them")
                            .setOrganizationId(1))
                    .build())
        .on(
            DeviceProfileServiceGrpc.getListMethod(),
            request ->
                ListDeviceProfileResponse.newBuilder()
                    .addResult(
                        DeviceProfileListItem.newBuilder()
                            .setId("profile of " + request.getOrganizationId())
                            .setName("class C")
                            .setCreatedAt(CREATED))
                    .build())
        .on(
            MulticastGroupServiceGrpc.getListMethod(),
            request ->
                ListMulticastGroupResponse.newBuilder()
                    .addResult(
                        MulticastGroupListItem.newBuilder()
                            .setId("group of " + request.getApplicationId())
                            .setName("lights"))
                    .build())
        .on(
            DeviceServiceGrpc.getListMethod(),
            request ->
                ListDeviceResponse.newBuilder()
                    .addResult(DeviceListItem.newBuilder().setDevEui("0102030405060708"))
                    .build());
  }

  @AfterEach
  void close() {
    chirpStack.close();
  }

  @Test
  void oneWalkListsAllWantedDatasetsInTheFormOfV4() throws Exception {
    walk(Scope.ALL, ALL);

    assertThat(told)
        .filteredOn(entity -> entity.feed() != Feed.DEVICES)
        .extracting(entity -> entity.feed() + " " + entity.id() + " " + entity.body())
        .containsExactly(
            """
            tenants 1 {"id":"1","createdAt":"2023-11-14T22:13:20Z","name":"Acme",\
            "canHaveGateways":true,"privateGatewaysUp":null,"privateGatewaysDown":null,\
            "maxGatewayCount":null,"maxDeviceCount":null}\
            """,
            """
            applications 2 {"id":"2","name":"meters","description":"all of them",\
            "createdAt":null,"updatedAt":null,"tenantId":"1","tenantName":"Acme"}\
            """,
            """
            device-profiles profile of 1 {"id":"profile of 1",\
            "createdAt":"2023-11-14T22:13:20Z","name":"class C","region":null,"macVersion":null,\
            "regParamsRevision":null,"supportsOtaa":null,"supportsClassB":null,\
            "supportsClassC":null,"vendorId":null,"vendorName":null,"deviceId":null,\
            "deviceName":null,"firmwareVersion":null,"tenantId":"1","tenantName":"Acme"}\
            """,
            """
            multicast-groups group of 2 {"id":"group of 2","name":"lights","createdAt":null,\
            "updatedAt":null,"region":null,"groupType":null,"tenantId":"1","tenantName":"Acme",\
            "applicationId":"2","applicationName":"meters"}\
            """);
    assertThat(told.get(4).id()).isEqualTo("0102030405060708");
  }

  @Test
  void whatIsNamedIsToldAsAListTellsIt() throws Exception {
    walk(Scope.ALL, EnumSet.of(Feed.TENANTS, Feed.APPLICATIONS));
    List<String> listed = told.stream().map(entity -> entity.body().toString()).toList();
    told.clear();

    walk(new Scope(List.of("1"), List.of("02")), EnumSet.of(Feed.TENANTS, Feed.APPLICATIONS));

    assertThat(told).extracting(entity -> entity.body().toString()).isEqualTo(listed);
    told.clear();
    walk(new Scope(List.of(), List.of("2")), ALL);
    assertThat(told)
        .extracting(Entity::feed)
        .containsExactly(Feed.APPLICATIONS, Feed.MULTICAST_GROUPS, Feed.DEVICES);
    assertThat(told.get(0).body().toString()).isEqualTo(listed.get(1));
  }

  @Test
  void groupsThatBelongToNoApplicationYetAreNamedWithTheRelease() {
    server.on(
        MulticastGroupServiceGrpc.getListMethod(),
        request -> {
          throw ScriptedServer.status(Status.Code.UNKNOWN, "subject must be user");
        });

    ApiException failure =
        catchThrowableOfType(
            ApiException.class, () -> walk(Scope.ALL, EnumSet.of(Feed.MULTICAST_GROUPS)));

    assertThat(failure.kind()).isEqualTo(FailureKind.UNUSABLE_SERVER);
    assertThat(failure)
        .hasMessageStartingWith("feed multicast-groups: application 2: ")
        .hasMessageContaining("3.16")
        .hasMessageEndingWith("upgrade the server, or take multicast-groups out of feeds");
  }

  private void walk(Scope scope, Set<Feed> kinds) throws InterruptedException {
    chirpStack.inventory(scope, kinds, told::addAll);
  }
}
