package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.chirpconnect.api.Absent;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.inventory.PageSizes;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.proto.v3.Application;
import io.github.chirpconnect.proto.v3.ApplicationListItem;
import io.github.chirpconnect.proto.v3.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceListItem;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.GetApplicationResponse;
import io.github.chirpconnect.proto.v3.GetOrganizationResponse;
import io.github.chirpconnect.proto.v3.ListApplicationResponse;
import io.github.chirpconnect.proto.v3.ListDeviceRequest;
import io.github.chirpconnect.proto.v3.ListDeviceResponse;
import io.github.chirpconnect.proto.v3.ListGatewayProfilesResponse;
import io.github.chirpconnect.proto.v3.ListOrganizationResponse;
import io.github.chirpconnect.proto.v3.Organization;
import io.github.chirpconnect.proto.v3.OrganizationListItem;
import io.github.chirpconnect.proto.v3.OrganizationServiceGrpc;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InventoryTest {
  private static final Set<Feed> DEVICES = Set.of(Feed.DEVICES);

  private final Map<Long, List<String>> devices = new ConcurrentHashMap<>();
  private final ScriptedServer server = ScriptedServer.v3();
  private final ChirpStackV3 chirpStack =
      new ChirpStackV3(server, new PageSizes(2, 4), System::nanoTime);
  private final List<Entity> told = new ArrayList<>();
  private Runnable afterPage = () -> {};

  /** Organization 1 has the applications 1 and 2, organization 2 the application 3. */
  InventoryTest() {
    Map<Long, List<Long>> applications =
        new TreeMap<>(Map.of(1L, List.of(1L, 2L), 2L, List.of(3L)));
    for (long id = 1; id <= 3; id++) {
      devices.put(id, new CopyOnWriteArrayList<>());
    }
    server
        .on(
            OrganizationServiceGrpc.getListMethod(),
            request ->
                ListOrganizationResponse.newBuilder()
                    .setTotalCount(2)
                    .addAllResult(
                        applications.keySet().stream()
                            .limit(request.getLimit())
                            .map(
                                id ->
                                    OrganizationListItem.newBuilder()
                                        .setId(id)
                                        .setName("o-" + id)
                                        .setDisplayName(id == 1 ? "First" : "")
                                        .build())
                            .toList())
                    .build())
        .on(
            OrganizationServiceGrpc.getGetMethod(),
            request ->
                GetOrganizationResponse.newBuilder()
                    .setOrganization(
                        Organization.newBuilder().setId(request.getId()).setDisplayName("Got"))
                    .build())
        .on(
            ApplicationServiceGrpc.getListMethod(),
            request ->
                ListApplicationResponse.newBuilder()
                    .setTotalCount(applications.get(request.getOrganizationId()).size())
                    .addAllResult(
                        applications.get(request.getOrganizationId()).stream()
                            .limit(request.getLimit())
                            .map(
                                id ->
                                    ApplicationListItem.newBuilder()
                                        .setId(id)
                                        .setName("a-" + id)
                                        .build())
                            .toList())
                    .build())
        .on(
            ApplicationServiceGrpc.getGetMethod(),
            request ->
                GetApplicationResponse.newBuilder()
                    .setApplication(
                        Application.newBuilder()
                            .setId(request.getId())
                            .setOrganizationId(2)
                            .setName("a-" + request.getId()))
                    .build())
        .on(
            GatewayProfileServiceGrpc.getListMethod(),
            request -> ListGatewayProfilesResponse.getDefaultInstance())
        .on(DeviceServiceGrpc.getListMethod(), this::page);
  }

  private ListDeviceResponse page(ListDeviceRequest request) {
    List<String> all = List.copyOf(devices.get(request.getApplicationId()));
    ListDeviceResponse.Builder page = ListDeviceResponse.newBuilder().setTotalCount(all.size());
    all.stream()
        .skip(request.getOffset())
        .limit(request.getLimit())
        .forEach(eui -> page.addResult(DeviceListItem.newBuilder().setDevEui(eui)));
    afterPage.run();
    return page.build();
  }

  @AfterEach
  void close() {
    chirpStack.close();
  }

  private static List<String> euis(int count) {
    return IntStream.range(0, count).mapToObj("%016x"::formatted).toList();
  }

  private List<String> walk(Scope scope) throws InterruptedException {
    told.clear();
    chirpStack.inventory(scope, DEVICES, told::addAll);
    return told.stream().map(Entity::id).toList();
  }

  private ApiException failure(Scope scope) {
    return catchThrowableOfType(
        ApiException.class, () -> chirpStack.inventory(scope, DEVICES, page -> {}));
  }

  @Test
  void allOrganizationsAreWalkedInPages() throws Exception {
    devices.get(1L).addAll(euis(9));
    devices.get(3L).add("00000000000000ff");

    assertThat(walk(Scope.ALL)).hasSize(10).doesNotHaveDuplicates().containsAll(euis(9));

    assertThat(told.get(0).place()).isEqualTo(new Place("1", "First", "1", "a-1"));
    assertThat(told.get(9).place().tenantName()).isEqualTo("o-2");
    assertThat(told.get(0).body().toString())
        .isEqualTo(
            """
            {"devEui":"0000000000000000","name":"",\
            "description":"","deviceProfileId":"","deviceProfileName":"",\
            "deviceStatus":{"margin":0,"externalPowerSource":false,"batteryLevel":0.0},\
            "createdAt":null,"updatedAt":null,"tags":null,"tenantId":"1","tenantName":"First",\
            "applicationId":"1","applicationName":"a-1"}\
            """);
    // The list of organizations was as long as asked for, so it was asked for again, longer.
    assertThat(server.requests(OrganizationServiceGrpc.getListMethod())).hasSize(2);
  }

  @Test
  void aDeviceThatGoesAwayHidesNoOther() throws Exception {
    devices.get(1L).addAll(euis(12));
    afterPage =
        () -> {
          devices.get(1L).removeAll(euis(2));
          afterPage = () -> {};
        };

    assertThat(walk(Scope.ALL)).containsAll(euis(12)).doesNotHaveDuplicates();
  }

  @Test
  void aListThatShrinksBelowThePageEnds() throws Exception {
    devices.get(1L).addAll(euis(8));
    afterPage =
        () -> {
          devices.get(1L).removeAll(euis(7));
          afterPage = () -> {};
        };

    assertThat(walk(Scope.ALL)).contains(euis(8).get(7)).doesNotHaveDuplicates();
  }

  @Test
  void aDeviceThatComesMeanwhileIsToldOnce() throws Exception {
    devices.get(1L).addAll(euis(8));
    afterPage =
        () -> {
          devices.get(1L).add(0, "00000000000000aa");
          afterPage = () -> {};
        };

    assertThat(walk(Scope.ALL)).containsAll(euis(8)).doesNotHaveDuplicates();
  }

  @Test
  void anApplicationsKeyWalksItsApplicationWithoutAskingForTheOrganization() throws Exception {
    devices.get(3L).add("00000000000000ff");
    server.on(OrganizationServiceGrpc.getGetMethod(), request -> refuse());

    assertThat(walk(new Scope(List.of(), List.of("3")))).containsExactly("00000000000000ff");
    assertThat(told.get(0).place().tenantId()).isEqualTo("2");
    assertThat(told.get(0).place().tenantName()).isNull();
  }

  @Test
  void aKeyThatMayNotListOrganizationsIsToldWhatToSet() {
    server.on(OrganizationServiceGrpc.getListMethod(), request -> refuse());

    ApiException failure = failure(Scope.ALL);

    assertThat(failure.kind()).isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(failure)
        .hasMessageContaining("chirpstack.tenant.ids")
        .hasMessageContaining("chirpstack.application.ids");
  }

  @Test
  void idsAreNumbers() {
    ApiException failure =
        failure(new Scope(List.of("52f14cd4-c6f1-4fbd-8f87-4025e1d49242"), List.of()));

    assertThat(failure.kind()).isEqualTo(FailureKind.BAD_REQUEST);
    assertThat(failure)
        .hasMessageContaining("chirpstack.tenant.ids")
        .hasMessageContaining("organization 52f14cd4");
    assertThat(failure(new Scope(List.of(), List.of("52f14cd4"))))
        .hasMessageContaining("chirpstack.application.ids")
        .hasMessageContaining("application 52f14cd4");
    assertThat(server.received).isEmpty();
  }

  @Test
  void anApplicationThatIsDeletedInTheMiddleIsPassedOver() throws Exception {
    devices.get(2L).add("00000000000000bb");
    devices.get(3L).add("00000000000000ff");
    server
        .on(
            DeviceServiceGrpc.getListMethod(),
            request -> request.getApplicationId() == 1 ? refuse() : page(request))
        .on(
            ApplicationServiceGrpc.getListMethod(),
            request ->
                ListApplicationResponse.newBuilder()
                    .addResult(
                        ApplicationListItem.newBuilder()
                            .setId(
                                server.count(ApplicationServiceGrpc.getListMethod()) > 1 ? 2 : 1))
                    .build());

    assertThat(walk(new Scope(List.of("1"), List.of()))).isEmpty();
  }

  @Test
  void whatIsNamedAndNotThereIsToldBeforeTheFirstPageAndTheRestIsWalked() throws Exception {
    devices.get(1L).add("00000000000000aa");
    devices.get(3L).add("00000000000000ff");
    server
        .on(
            OrganizationServiceGrpc.getGetMethod(),
            request ->
                request.getId() == 9
                    ? refuse()
                    : GetOrganizationResponse.newBuilder()
                        .setOrganization(Organization.newBuilder().setId(request.getId()))
                        .build())
        .on(
            ApplicationServiceGrpc.getGetMethod(),
            request -> {
              if (request.getId() == 8) {
                throw ScriptedServer.status(Status.Code.NOT_FOUND, "object does not exist");
              }
              return GetApplicationResponse.newBuilder()
                  .setApplication(
                      Application.newBuilder().setId(request.getId()).setOrganizationId(2))
                  .build();
            });
    List<Object> heard = new ArrayList<>();

    chirpStack.inventory(
        new Scope(List.of("9", "1"), List.of("8", "3", "8")),
        DEVICES,
        new InventoryWalk() {
          @Override
          public void page(List<Entity> page) {
            page.forEach(device -> heard.add(device.id()));
          }

          @Override
          public void absent(Absent absent) {
            heard.add(absent.subject().toString());
          }
        });

    assertThat(heard)
        .containsExactly("tenant 9", "application 8", "00000000000000aa", "00000000000000ff");
    assertThat(failure(new Scope(List.of(), List.of("3", "8"))))
        .as("for one who takes no notice")
        .hasMessageContaining("application 8")
        .extracting(ApiException::kind)
        .isEqualTo(FailureKind.NOT_PERMITTED);
  }

  @Test
  void aNamedApplicationThatIsDeletedInTheMiddleIsPassedOver() throws Exception {
    devices.get(1L).add("00000000000000aa");
    server
        .on(DeviceServiceGrpc.getListMethod(), request -> refuse())
        .on(
            ApplicationServiceGrpc.getGetMethod(),
            request -> {
              if (server.count(ApplicationServiceGrpc.getGetMethod()) > 1) {
                return refuse();
              }
              return GetApplicationResponse.newBuilder()
                  .setApplication(Application.newBuilder().setId(1).setOrganizationId(1))
                  .build();
            });

    assertThat(walk(new Scope(List.of(), List.of("1")))).isEmpty();
  }

  @Test
  void aDatabaseWithoutConnectionsIsNoRefusal() {
    server.on(
        DeviceServiceGrpc.getListMethod(),
        request -> {
          throw ScriptedServer.status(
              Status.Code.UNAUTHENTICATED,
              "authentication failed: validator func error: select error: pq: sorry, too many clients already");
        });

    assertThat(failure(Scope.ALL).kind()).isEqualTo(FailureKind.TRANSIENT);
  }

  @Test
  void aDeadKeyIsNoLackOfRights() {
    server
        .on(OrganizationServiceGrpc.getListMethod(), request -> refuse())
        .on(GatewayProfileServiceGrpc.getListMethod(), request -> refuse());

    assertThat(failure(Scope.ALL).kind()).isEqualTo(FailureKind.TOKEN_REFUSED);
    assertThat(server.refusedTokens).hasValue(1);
  }

  private static <A> A refuse() {
    throw ScriptedServer.status(
        Status.Code.UNAUTHENTICATED, "authentication failed: not authorized");
  }
}
