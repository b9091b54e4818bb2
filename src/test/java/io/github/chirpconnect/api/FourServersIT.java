package io.github.chirpconnect.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.ApiTransport;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.feed.Shape;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.network.Network;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for a server of either generation, over gRPC and over REST. */
@Timeout(60)
class FourServersIT {

  @ParameterizedTest
  @EnumSource
  void isRecognisedAndWalked(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      List<String> told = new ArrayList<>();

      chirpStack.inventory(
          Scope.ALL,
          Set.of(Feed.DEVICES),
          page -> page.stream().map(Entity::id).forEach(told::add));

      assertThat(chirpStack.generation()).isEqualTo(server.generation());
      assertThat(told).containsExactlyInAnyOrderElementsOf(simulator.network().devEuis());
    }
  }

  @ParameterizedTest
  @EnumSource
  void listsAllDatasetsInOneWalk(SimulatedServer server) throws Exception {
    boolean v4 = server.generation() == Generation.V4;
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      Network network = simulator.network();
      String gateway = network.gatewayIds().get(0);
      network.gatewayStats(gateway, Map.of("model", "x"));
      Set<Feed> kinds =
          Feed.of(Shape.INVENTORY)
              .filter(feed -> feed != Feed.DEVICE_QUEUES)
              .filter(feed -> feed.availableOn(server.generation(), ApiTransport.GRPC))
              .collect(Collectors.toSet());
      if (v4) {
        network.relayStats(network.tenantOfGateway(gateway).orElseThrow(), "01020304");
      }
      Map<Feed, List<Entity>> told = new EnumMap<>(Feed.class);

      chirpStack.inventory(
          Scope.ALL,
          kinds,
          page -> told.computeIfAbsent(page.get(0).feed(), feed -> new ArrayList<>()).addAll(page));

      assertThat(told.keySet()).isEqualTo(kinds);
      assertThat(told.get(Feed.GATEWAYS))
          .extracting(Entity::id)
          .containsExactlyInAnyOrderElementsOf(network.gatewayIds());
      assertThat(told.get(Feed.MULTICAST_GROUPS))
          .extracting(Entity::id)
          .containsExactlyInAnyOrderElementsOf(network.multicastGroupIds());
      told.forEach(
          (feed, entities) -> {
            assertThat(entities).extracting(Entity::id).as("%s", feed).doesNotHaveDuplicates();
            assertThat(entities).allMatch(entity -> entity.body().path("name").isTextual());
          });
      assertThat(told.get(Feed.GATEWAYS))
          .filteredOn(entity -> entity.id().equals(gateway))
          .singleElement()
          .satisfies(
              entity -> {
                assertThat(entity.lastSeenAt()).isNotNull();
                assertThat(entity.body().path("state").textValue()).isEqualTo(v4 ? "ONLINE" : null);
                assertThat(entity.place().tenantId())
                    .isEqualTo(network.tenantOfGateway(gateway).orElseThrow());
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void countsWhatADeviceAndItsGatewayDid(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      Network network = simulator.network();
      String device = network.devEuis().get(0);
      network.uplink(device, 10, new byte[] {1});
      network.uplink(device, 10, new byte[] {2});
      String gateway = network.heardBy(device).get(0);
      network.gatewayStats(gateway, Map.of());
      Instant now = Instant.now();

      List<MetricPoint> ofLink = metrics(chirpStack, Feed.LINK_METRICS, device, now);
      List<MetricPoint> ofGateway = metrics(chirpStack, Feed.GATEWAY_METRICS, gateway, now);

      assertThat(sum(ofLink, "rx_packets", null)).isEqualTo(2);
      assertThat(ofLink).extracting(MetricPoint::metric).contains("gw_rssi", "gw_snr");
      assertThat(ofLink)
          .filteredOn(point -> point.metric().equals("rx_packets_per_freq"))
          .extracting(MetricPoint::value)
          .contains(1.0);
      assertThat(sum(ofGateway, "rx_packets", null)).isPositive();
    }
  }

  private static List<MetricPoint> metrics(ChirpStack chirpStack, Feed feed, String id, Instant now)
      throws Exception {
    return chirpStack
        .metrics(feed, id, now.minus(Duration.ofHours(1)), now, Aggregation.HOUR)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static double sum(List<MetricPoint> points, String metric, String label) {
    return points.stream()
        .filter(point -> point.metric().equals(metric) && Objects.equals(point.label(), label))
        .mapToDouble(MetricPoint::value)
        .sum();
  }

  @ParameterizedTest
  @EnumSource
  void takesADownlinkShowsItAndForgetsIt(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      String device = simulator.network().devEuis().get(0);
      simulator.network().uplink(device, 10, new byte[] {1});
      Downlink downlink =
          new Downlink(Target.device(device), 10, true, new byte[] {1, 2}, null, null, null, false);

      chirpStack.enqueue(downlink).toCompletableFuture().get(10, TimeUnit.SECONDS);

      assertThat(
              chirpStack
                  .queue(Target.device(device))
                  .toCompletableFuture()
                  .get(10, TimeUnit.SECONDS))
          .singleElement()
          .satisfies(item -> assertThat(item.data()).isEqualTo(new byte[] {1, 2}));
      assertThat(chirpStack.queueItems(device).toCompletableFuture().get(10, TimeUnit.SECONDS))
          .singleElement()
          .satisfies(
              item -> {
                assertThat(item.path("devEui").textValue()).isEqualTo(device);
                assertThat(item.path("data").textValue()).isEqualTo("AQI=");
                assertThat(item.path("confirmed").booleanValue()).isTrue();
              });
      chirpStack.flush(Target.device(device)).toCompletableFuture().get(10, TimeUnit.SECONDS);
      assertThat(simulator.network().queue(device)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatOnlySomeServersKnowIsAskedFor(SimulatedServer server) throws Exception {
    boolean v4 = server.generation() == Generation.V4;
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      String device = simulator.network().devEuis().get(0);
      for (Feature feature : Feature.values()) {
        assertThat(chirpStack.supports(feature).toCompletableFuture().get(10, TimeUnit.SECONDS))
            .as(feature.name())
            .isEqualTo(v4);
      }
      DeviceState state = chirpStack.state(device).toCompletableFuture().get(10, TimeUnit.SECONDS);
      assertThat(state.deviceClass()).isEqualTo(v4 ? "CLASS_A" : null);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsHowOftenTheDevicesOfAProfileAreToSend(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().empty().start();
        ChirpStack chirpStack = connect(simulator)) {
      String tenantId = simulator.network().addTenant("waterworks", Map.of());
      String profileId =
          simulator.network().addDeviceProfile(tenantId, "meter", false, Map.of(), null);
      simulator.network().uplinkInterval(profileId, Duration.ofMinutes(15));
      assertThat(
              chirpStack.uplinkInterval(profileId).toCompletableFuture().get(10, TimeUnit.SECONDS))
          .contains(Duration.ofMinutes(15));
    }
  }

  /** What a server knows has to arrive there: REST has JSON for it. */
  @ParameterizedTest
  @EnumSource(names = {"V4_GRPC", "V4_REST"})
  void aDownlinkArrivesWithAllItsFields(SimulatedServer server) throws Exception {
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      String device = simulator.network().devEuis().get(0);
      Instant expiresAt = Instant.parse("2030-01-02T03:04:05.600Z");
      enqueue(
          chirpStack,
          new Downlink(Target.device(device), 1, false, new byte[] {1}, null, null, null, false));
      enqueue(
          chirpStack,
          new Downlink(
              Target.device(device), 2, true, new byte[] {2}, null, expiresAt, null, true));
      enqueue(
          chirpStack,
          new Downlink(Target.device(device), 3, false, new byte[] {3}, null, null, 7L, false));

      assertThat(
              chirpStack
                  .queue(Target.device(device))
                  .toCompletableFuture()
                  .get(10, TimeUnit.SECONDS))
          .extracting(QueuedDownlink::fPort, QueuedDownlink::expiresAt, QueuedDownlink::fCntDown)
          .containsExactly(tuple(2, expiresAt, null), tuple(3, null, 7L));
    }
  }

  private static void enqueue(ChirpStack chirpStack, Downlink downlink) throws Exception {
    chirpStack.enqueue(downlink).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** The proxy before v4 has no streams. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V4_REST")
  void streamsWhatHappened(SimulatedServer server) {
    List<String> kinds = new CopyOnWriteArrayList<>();
    LogListener listener =
        new LogListener() {
          @Override
          public void onOpen() {
            // What comes is looked at.
          }

          @Override
          public void onEntry(LogEntry entry) {
            kinds.add(entry.kind());
          }

          @Override
          public void onEnd(ApiException reason) {
            kinds.add(reason.getMessage());
          }
        };
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      String device = simulator.network().devEuis().get(0);
      simulator.network().uplink(device, 10, new byte[] {1});
      chirpStack.open(LogKind.EVENTS, device, listener).request(100);
      await().until(() -> kinds.size() == 2);
      simulator.network().uplink(device, 10, new byte[] {2});
      await().until(() -> kinds.size() == 3);
      assertThat(kinds).containsExactly("join", "up", "up");
    }
  }

  /** Each device's frames are a gateway's as well. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V4_REST")
  void streamsWhatAGatewayHeard(SimulatedServer server) {
    List<LogEntry> heard = new CopyOnWriteArrayList<>();
    LogListener listener =
        new LogListener() {
          @Override
          public void onOpen() {
            // What comes is looked at.
          }

          @Override
          public void onEntry(LogEntry entry) {
            heard.add(entry);
          }

          @Override
          public void onEnd(ApiException reason) {
            // Seen by what does not come.
          }
        };
    try (Simulator simulator = server.builder().start();
        ChirpStack chirpStack = connect(simulator)) {
      Network network = simulator.network();
      String device = network.devEuis().get(0);
      network.uplink(device, 10, new byte[] {1});
      String gateway = network.heardBy(device).get(0);

      chirpStack.open(LogKind.GATEWAY_FRAMES, gateway, listener).request(100);

      await().until(() -> heard.size() >= 2);
      assertThat(heard).extracting(LogEntry::kind).contains("JoinRequest", "UnconfirmedDataUp");
      assertThat(heard)
          .filteredOn(entry -> entry.kind().equals("UnconfirmedDataUp"))
          .allSatisfy(
              entry -> {
                assertThat(entry.log()).isEqualTo(LogKind.GATEWAY_FRAMES);
                assertThat(entry.devEui()).isEqualTo(gateway);
                assertThat(entry.body().path("rx_info")).hasSize(1);
              });
    }
  }

  private static ChirpStack connect(Simulator simulator) {
    Map<String, String> settings = new HashMap<>();
    settings.put("chirpstack.url", simulator.url());
    settings.put("chirpstack.token", simulator.adminKey());
    return ChirpStacks.connect(new SourceConfig(settings).connection());
  }
}
