package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.grpc.ScriptedServer.refused;
import static io.github.chirpconnect.api.grpc.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.ApplicationListItem;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.GetApplicationResponse;
import io.github.chirpconnect.proto.v4.GetTenantResponse;
import io.github.chirpconnect.proto.v4.ListApplicationsResponse;
import io.github.chirpconnect.proto.v4.ListDeviceProfileAdrAlgorithmsResponse;
import io.github.chirpconnect.proto.v4.ListDevicesRequest;
import io.github.chirpconnect.proto.v4.ListDevicesResponse;
import io.github.chirpconnect.proto.v4.ListTenantsResponse;
import io.github.chirpconnect.proto.v4.Tenant;
import io.github.chirpconnect.proto.v4.TenantListItem;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InventoryTest {
  private static final Set<Feed> DEVICES = Set.of(Feed.DEVICES);
  private static final PageSizes SMALL = new PageSizes(2, 4);

  /**
   * A tenant's applications, and an application's devices, by id; the test changes them as the walk
   * goes.
   */
  private final Map<String, List<String>> applications = new ConcurrentHashMap<>();

  private final Map<String, List<String>> devices = new ConcurrentHashMap<>();
  private final List<List<Entity>> pages = Collections.synchronizedList(new ArrayList<>());
  private ScriptedServer server;
  private ChirpStackV4 chirpStack;
  private boolean tenantKey;
  private boolean namesOrder;
  private Consumer<ListDevicesRequest> beforeList = request -> {};

  @BeforeEach
  void start() {
    use(ScriptedServer.current());
  }

  @AfterEach
  void close() {
    chirpStack.close();
  }

  @Test
  void anAdminKeySeesEveryTenantsEveryApplication() throws Exception {
    applications.put("t1", List.of("a1", "a2"));
    applications.put("t2", List.of("a3"));
    applications.put("t3", List.of());
    devices.put("a1", euis(3));
    devices.put("a2", List.of());
    devices.put("a3", List.of("ffffffffffffff01"));

    walk(Scope.ALL);

    assertThat(told()).containsExactly(eui(0), eui(1), eui(2), "ffffffffffffff01");
    Entity device = pages.get(0).get(0);
    assertThat(device.place()).isEqualTo(new Place("t1", "name of t1", "a1", "name of a1"));
    assertThat(device.lastSeenAt()).isNull();
    assertThat(device.body().toString())
        .isEqualTo(
            """
            {"devEui":"000000000000a000","name":"device 000000000000a000","description":"",\
            "deviceProfileId":"","deviceProfileName":"","tags":{},\
            "tenantId":"t1","tenantName":"name of t1",\
            "applicationId":"a1","applicationName":"name of a1"}\
            """);
  }

  @Test
  void listsOfTenantsAndApplicationsAreAskedForInOnePiece() throws Exception {
    for (int i = 0; i < 9; i++) {
      applications.put("t" + i, List.of());
    }
    applications.put("t3", IntStream.range(0, 7).mapToObj(i -> "a" + i).toList());

    walk(Scope.ALL);

    assertThat(server.requests(TenantServiceGrpc.getListMethod()))
        .extracting("limit", "offset")
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(2, 0), org.assertj.core.groups.Tuple.tuple(10, 0));
    assertThat(server.count(DeviceServiceGrpc.getListMethod())).isEqualTo(7);
  }

  @Test
  void devicesComeInPagesByEuiUntilOneIsShort() throws Exception {
    applications.put("t1", List.of("a1"));
    devices.put("a1", euis(10));

    walk(Scope.ALL);

    assertThat(told()).containsExactlyElementsOf(euis(10));
    List<ListDevicesRequest> requests = server.requests(DeviceServiceGrpc.getListMethod());
    assertThat(requests).allMatch(r -> r.getOrderBy() == ListDevicesRequest.OrderBy.DEV_EUI);
    assertThat(requests).extracting("offset").containsExactly(0, 3, 6, 9);
  }

  @Test
  void aTotalThatIsTooBigDoesNotKeepTheWalkGoing() throws Exception {
    applications.put("t1", List.of("a1"));
    devices.put("a1", euis(4));

    walk(Scope.ALL);

    // The list says 1,000 in all, as it does when devices are in multicast groups.
    assertThat(told()).containsExactlyElementsOf(euis(4));
    assertThat(server.count(DeviceServiceGrpc.getListMethod())).isEqualTo(2);
  }

  @Test
  void aDeviceDeletedBehindTheWalkHidesNone() throws Exception {
    applications.put("t1", List.of("a1"));
    devices.put("a1", euis(30));
    AtomicInteger lists = new AtomicInteger();
    beforeList =
        request -> {
          int list = lists.getAndIncrement();
          if (list == 1) {
            devices.put("a1", new ArrayList<>(euis(30).subList(3, 30)));
          }
          if (list == 6) {
            devices.put("a1", new ArrayList<>(euis(30).subList(9, 30)));
          }
        };

    walk(Scope.ALL);

    assertThat(told()).containsExactlyElementsOf(euis(30));
  }

  @Test
  void aStepFarBackTellsNoneTwice() throws Exception {
    applications.put("t1", List.of("a1"));
    devices.put("a1", euis(60));
    AtomicInteger lists = new AtomicInteger();
    beforeList =
        request -> {
          if (lists.getAndIncrement() == 12) {
            devices.put("a1", new ArrayList<>(euis(60).subList(2, 60)));
          }
        };

    walk(Scope.ALL);

    assertThat(told()).containsExactlyElementsOf(euis(60));
  }

  @Test
  void aDeviceAddedBehindTheWalkIsNoReasonToTellOthersTwice() throws Exception {
    applications.put("t1", List.of("a1"));
    devices.put("a1", euis(10));
    AtomicInteger lists = new AtomicInteger();
    beforeList =
        request -> {
          if (lists.getAndIncrement() == 1) {
            List<String> more = new ArrayList<>(List.of("0000000000000000", "0000000000000001"));
            more.addAll(euis(10));
            devices.put("a1", more);
          }
        };

    walk(Scope.ALL);

    assertThat(told()).containsExactlyElementsOf(euis(10));
  }

  @Test
  void anApplicationThatIsEmptiedInTheMiddleEndsItsPages() throws Exception {
    applications.put("t1", List.of("a1", "a2"));
    devices.put("a1", euis(10));
    devices.put("a2", List.of("ffffffffffffff01"));
    AtomicInteger lists = new AtomicInteger();
    beforeList =
        request -> {
          if (lists.getAndIncrement() == 1) {
            devices.put("a1", List.of());
          }
        };

    walk(Scope.ALL);

    assertThat(told()).containsExactly(eui(0), eui(1), eui(2), eui(3), "ffffffffffffff01");
  }

  @Test
  void aPageThatIsTooLargeIsAskedForInHalves() throws Exception {
    applications.put("t1", List.of("a1"));
    devices.put("a1", euis(7));
    beforeList =
        request -> {
          if (request.getLimit() > 2) {
            throw status(
                Status.Code.RESOURCE_EXHAUSTED, "gRPC message exceeds maximum size 1000: 2000");
          }
        };

    walk(Scope.ALL);

    assertThat(told()).containsExactlyElementsOf(euis(7));
    // Asked for in the large size once, and then never again.
    assertThat(server.requests(DeviceServiceGrpc.getListMethod()))
        .filteredOn(request -> request.getLimit() > 2)
        .hasSize(1);
  }

  @Test
  void aDeviceThatFitsInNoMessageNamesTheSetting() {
    applications.put("t1", List.of("a1"));
    beforeList =
        request -> {
          throw status(
              Status.Code.RESOURCE_EXHAUSTED, "gRPC message exceeds maximum size 1000: 2000");
        };

    ApiException failure = failure(Scope.ALL);

    assertThat(failure.kind()).isEqualTo(FailureKind.BAD_REQUEST);
    assertThat(failure).hasMessageContaining("chirpstack.max.message.bytes");
  }

  @Test
  void aServerThatOrdersByNameIsAskedForAWholeApplication() throws Exception {
    chirpStack.close();
    use(ScriptedServer.withoutReflection());
    namesOrder = true;
    applications.put("t1", List.of("a1"));
    devices.put("a1", euis(11));

    walk(Scope.ALL);

    assertThat(told()).containsExactlyInAnyOrderElementsOf(euis(11)).doesNotHaveDuplicates();
    assertThat(server.requests(DeviceServiceGrpc.getListMethod()))
        .allMatch(r -> r.getOffset() == 0);
    // An old list has no tags, which is not the same as a device without any.
    assertThat(pages.get(0)).allMatch(device -> device.body().get("tags").isNull());
  }

  @Test
  void anAnswerOutOfOrderIsNoticedEvenIfTheServerClaimsToOrder() throws Exception {
    namesOrder = true;
    applications.put("t1", List.of("a1"));
    devices.put("a1", euis(11));

    walk(Scope.ALL);

    assertThat(told()).containsExactlyInAnyOrderElementsOf(euis(11)).doesNotHaveDuplicates();
  }

  @Test
  void aTenantKeyIsToldToNameItsTenant() {
    tenantKey = true;
    applications.put("t1", List.of("a1"));

    ApiException failure = failure(Scope.ALL);

    assertThat(failure.kind()).isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(failure).hasMessageContaining("chirpstack.tenant.ids");
  }

  @Test
  void aScopeIsTheUnionOfTenantsAndApplicationsEachOnce() throws Exception {
    tenantKey = true;
    applications.put("t1", List.of("a1", "a2"));
    applications.put("t2", List.of("a3", "a4"));
    devices.put("a1", List.of(eui(1)));
    devices.put("a2", List.of(eui(2)));
    devices.put("a3", List.of(eui(3)));
    devices.put("a4", List.of(eui(4)));

    walk(new Scope(List.of("t1"), List.of("a2", "a3", "a3")));

    assertThat(told()).containsExactly(eui(1), eui(2), eui(3));
    assertThat(pages.get(2).get(0).place())
        .isEqualTo(new Place("t2", "name of t2", "a3", "name of a3"));
  }

  @Test
  void whatTheScopeNamesMustExistThoughTheListOfItWouldBeEmpty() {
    assertThat(failure(new Scope(List.of("t9"), List.of())).kind())
        .isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(failure(new Scope(List.of(), List.of("a9"))))
        .hasMessageContaining("application a9")
        .extracting(ApiException::kind)
        .isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(server.count(DeviceServiceGrpc.getListMethod())).isZero();
  }

  @Test
  void whatIsNamedAndNotThereIsToldBeforeTheFirstPageAndTheRestIsWalked() throws Exception {
    applications.put("t1", List.of("a1"));
    applications.put("t2", List.of("a3"));
    devices.put("a1", List.of(eui(1)));
    devices.put("a3", List.of(eui(3)));
    List<Object> heard = new ArrayList<>();

    chirpStack.inventory(
        new Scope(List.of("t9", "t1"), List.of("a9", "a3", "a9")),
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

    assertThat(heard).containsExactly("tenant t9", "application a9", eui(1), eui(3));
  }

  @Test
  void anApplicationDeletedSinceItWasListedIsPassedOver() throws Exception {
    tenantKey = true;
    applications.put("t1", List.of("a1", "a2"));
    devices.put("a2", List.of(eui(2)));
    beforeList =
        request -> {
          if (request.getApplicationId().equals("a1")) {
            applications.put("t1", List.of("a2"));
            throw refused();
          }
        };

    walk(new Scope(List.of("t1"), List.of()));

    assertThat(told()).containsExactly(eui(2));
  }

  @Test
  void anApplicationThatIsThereAndRefusedFailsTheWalk() {
    tenantKey = true;
    applications.put("t1", List.of("a1"));
    beforeList =
        request -> {
          throw refused();
        };

    assertThat(failure(new Scope(List.of("t1"), List.of())).kind())
        .isEqualTo(FailureKind.NOT_PERMITTED);
  }

  @Test
  void aServerThatGoesAwayInTheMiddleEndsTheWalkAsUnfinished() {
    applications.put("t1", List.of("a1"));
    devices.put("a1", euis(10));
    AtomicInteger lists = new AtomicInteger();
    beforeList =
        request -> {
          if (lists.getAndIncrement() == 1) {
            throw status(Status.Code.UNAVAILABLE, "Network closed for unknown reason");
          }
        };

    assertThat(failure(Scope.ALL).kind()).isEqualTo(FailureKind.TRANSIENT);
    assertThat(told()).hasSize(4);
  }

  @Test
  void whatThePageThrowsEndsTheWalk() {
    applications.put("t1", List.of("a1"));
    devices.put("a1", euis(10));

    assertThatThrownBy(
            () ->
                chirpStack.inventory(
                    Scope.ALL,
                    DEVICES,
                    page -> {
                      throw new IllegalStateException("full");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("full");
    // The next page is asked for while this one is looked at.
    assertThat(server.count(DeviceServiceGrpc.getListMethod())).isBetween(1L, 2L);
  }

  @Test
  void aPageIsAskedForWhileTheOneBeforeIsLookedAtAndNeverTwo() throws Exception {
    applications.put("t1", List.of("a1"));
    devices.put("a1", euis(10));
    List<Long> asked = new ArrayList<>();

    chirpStack.inventory(
        Scope.ALL,
        DEVICES,
        page -> {
          long expected = asked.size() + 2L;
          org.awaitility.Awaitility.await()
              .until(() -> server.count(DeviceServiceGrpc.getListMethod()) >= expected);
          asked.add(server.count(DeviceServiceGrpc.getListMethod()));
        });

    assertThat(asked).containsExactly(2L, 3L, 4L);
  }

  @Test
  void anInterruptEndsTheWalk() throws Exception {
    applications.put("t1", List.of("a1"));
    server.on(DeviceServiceGrpc.getListMethod(), request -> null);
    AtomicInteger interrupted = new AtomicInteger();
    Thread walker =
        new Thread(
            () -> {
              try {
                chirpStack.inventory(Scope.ALL, DEVICES, pages::add);
              } catch (InterruptedException e) {
                interrupted.incrementAndGet();
              }
            });
    walker.start();
    org.awaitility.Awaitility.await()
        .until(() -> server.count(DeviceServiceGrpc.getListMethod()) == 1);

    walker.interrupt();
    walker.join(10_000);

    assertThat(interrupted).hasValue(1);
  }

  private void use(ScriptedServer scripted) {
    server = scripted;
    chirpStack = new ChirpStackV4(server, SMALL, System::nanoTime);
    server
        .on(
            DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
            request -> ListDeviceProfileAdrAlgorithmsResponse.getDefaultInstance())
        .on(
            TenantServiceGrpc.getListMethod(),
            request -> {
              if (tenantKey) {
                throw refused();
              }
              ListTenantsResponse.Builder answer =
                  ListTenantsResponse.newBuilder().setTotalCount(applications.size());
              new TreeMap<>(applications)
                  .keySet().stream()
                      .limit(request.getLimit())
                      .forEach(
                          id ->
                              answer.addResult(
                                  TenantListItem.newBuilder().setId(id).setName("name of " + id)));
              return answer.build();
            })
        .on(
            TenantServiceGrpc.getGetMethod(),
            request -> {
              String id = request.getId();
              if (!applications.containsKey(id)) {
                throw status(Status.Code.NOT_FOUND, "Object does not exist (id: " + id + ")");
              }
              return GetTenantResponse.newBuilder()
                  .setTenant(Tenant.newBuilder().setId(id).setName("name of " + id))
                  .build();
            })
        .on(
            ApplicationServiceGrpc.getListMethod(),
            request -> {
              List<String> ids = applications.getOrDefault(request.getTenantId(), List.of());
              ListApplicationsResponse.Builder answer =
                  ListApplicationsResponse.newBuilder().setTotalCount(ids.size());
              ids.stream()
                  .limit(request.getLimit())
                  .forEach(
                      id ->
                          answer.addResult(
                              ApplicationListItem.newBuilder().setId(id).setName("name of " + id)));
              return answer.build();
            })
        .on(
            ApplicationServiceGrpc.getGetMethod(),
            request -> {
              String id = request.getId();
              return applications.entrySet().stream()
                  .filter(tenant -> tenant.getValue().contains(id))
                  .findFirst()
                  .map(
                      tenant ->
                          GetApplicationResponse.newBuilder()
                              .setApplication(
                                  Application.newBuilder()
                                      .setId(id)
                                      .setName("name of " + id)
                                      .setTenantId(tenant.getKey()))
                              .build())
                  .orElseThrow(
                      () ->
                          status(Status.Code.NOT_FOUND, "Object does not exist (id: " + id + ")"));
            })
        .on(DeviceServiceGrpc.getListMethod(), this::list);
  }

  private ListDevicesResponse list(ListDevicesRequest request) {
    beforeList.accept(request);
    List<String> euis =
        new ArrayList<>(devices.getOrDefault(request.getApplicationId(), List.of()));
    if (namesOrder) {
      Collections.reverse(euis);
    }
    // Counts each device once for each multicast group it is in; names' order has the right count.
    ListDevicesResponse.Builder answer =
        ListDevicesResponse.newBuilder().setTotalCount(namesOrder ? euis.size() : 1_000);
    euis.stream()
        .skip(request.getOffset())
        .limit(request.getLimit())
        .forEach(
            eui ->
                answer.addResult(
                    DeviceListItem.newBuilder().setDevEui(eui).setName("device " + eui)));
    return answer.build();
  }

  private void walk(Scope scope) throws InterruptedException {
    chirpStack.inventory(scope, DEVICES, pages::add);
  }

  private ApiException failure(Scope scope) {
    ApiException failure = catchThrowableOfType(ApiException.class, () -> walk(scope));
    assertThat(failure).as("a failure").isNotNull();
    return failure;
  }

  private List<String> told() {
    return pages.stream().flatMap(List::stream).map(Entity::id).toList();
  }

  private static List<String> euis(int count) {
    return IntStream.range(0, count).mapToObj(InventoryTest::eui).toList();
  }

  private static String eui(int number) {
    return "%016x".formatted(0xa000L + number);
  }
}
