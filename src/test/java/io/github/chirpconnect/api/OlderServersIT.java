package io.github.chirpconnect.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What servers of older releases list and count, and which sentence says what they do not have. */
@Timeout(60)
class OlderServersIT {
  private static final Set<Feed> EVERYWHERE =
      EnumSet.of(
          Feed.TENANTS, Feed.APPLICATIONS, Feed.DEVICE_PROFILES, Feed.GATEWAYS, Feed.DEVICES);

  @ParameterizedTest
  @CsvSource({
    "V4_GRPC, 4.3",
    "V4_GRPC, 4.8",
    "V4_GRPC, 4.11",
    "V4_GRPC, 4.15",
    "V4_REST, 4.8",
    "V4_REST, 4.15",
    "V3_GRPC, 3.10",
    "V3_GRPC, 3.16",
    "V3_REST, 3.15"
  })
  void anyReleaseListsWhatAllHave(SimulatedServer server, String version) throws Exception {
    try (Simulator simulator = server.builder().version(version).start();
        ChirpStack chirpStack = connect(simulator)) {
      List<Entity> listed = new ArrayList<>();

      chirpStack.inventory(Scope.ALL, EVERYWHERE, listed::addAll);

      assertThat(ids(listed, Feed.DEVICES))
          .containsExactlyInAnyOrderElementsOf(simulator.network().devEuis());
      assertThat(ids(listed, Feed.GATEWAYS))
          .containsExactlyInAnyOrderElementsOf(simulator.network().gatewayIds());
      assertThat(ids(listed, Feed.DEVICE_PROFILES)).isNotEmpty().doesNotHaveDuplicates();
      assertThat(ids(listed, Feed.TENANTS)).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "V4_GRPC, 4.8, RELAY_GATEWAYS, needs ChirpStack 4.9",
    "V4_REST, 4.8, RELAY_GATEWAYS, needs ChirpStack 4.9",
    "V3_GRPC, 3.15, MULTICAST_GROUPS, from ChirpStack 3.16 on",
    "V3_REST, 3.15, MULTICAST_GROUPS, from ChirpStack 3.16 on"
  })
  void aDatasetThatIsNewerIsNamedWithItsRelease(
      SimulatedServer server, String version, Feed feed, String sentence) {
    try (Simulator simulator = server.builder().version(version).start();
        ChirpStack chirpStack = connect(simulator)) {
      ApiException failure =
          catchThrowableOfType(
              ApiException.class, () -> chirpStack.inventory(Scope.ALL, Set.of(feed), page -> {}));

      assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(FailureKind.UNUSABLE_SERVER);
      assertThat(failure)
          .hasMessageContaining(sentence)
          .hasMessageContaining("take " + feed + " out of feeds");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "V4_GRPC, 4.12, true",
    "V4_GRPC, 4.11, false",
    "V4_REST, 4.12, true",
    "V4_REST, 4.11, false",
    "V3_GRPC, 3.17, false",
    "V3_REST, 3.17, false"
  })
  void whoWasSeenLastIsListedWhereTheServerHasThatOrder(
      SimulatedServer server, String version, boolean has) throws Exception {
    try (Simulator simulator = server.builder().version(version).start();
        ChirpStack chirpStack = connect(simulator)) {
      simulator.network().sortAsPostgres();
      List<Entity> devices = new ArrayList<>();
      chirpStack.inventory(Scope.ALL, Set.of(Feed.DEVICES), devices::addAll);
      String application = devices.get(0).place().applicationId();
      List<String> there =
          devices.stream()
              .filter(device -> device.place().applicationId().equals(application))
              .map(Entity::id)
              .toList();
      String earlier = there.get(2);
      String later = there.get(5);
      simulator.network().uplink(earlier, 10, new byte[] {1});
      simulator.network().uplink(later, 10, new byte[] {1});

      Optional<List<SeenDevice>> seen =
          chirpStack
              .lastSeen(application, there.size(), 0)
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS);

      assertThat(seen.isPresent()).isEqualTo(has);
      if (has) {
        assertThat(seen.get())
            .extracting(SeenDevice::devEui)
            .containsExactlyInAnyOrderElementsOf(there);
        assertThat(seen.get().stream().filter(device -> device.lastSeenAt() != null))
            .extracting(SeenDevice::devEui)
            .startsWith(later, earlier);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"V4_GRPC, 4.7", "V4_REST, 4.7"})
  void aServerWithoutDutyCyclesHasNoMinutes(SimulatedServer server, String version)
      throws Exception {
    try (Simulator simulator = server.builder().version(version).start();
        ChirpStack chirpStack = connect(simulator)) {
      String gateway = simulator.network().gatewayIds().get(0);

      assertThat(metrics(chirpStack, Feed.GATEWAY_METRICS, gateway, Aggregation.MINUTE)).isEmpty();
      assertThat(metrics(chirpStack, Feed.GATEWAY_METRICS, gateway, Aggregation.HOUR)).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"V3_GRPC, 3.16", "V3_REST, 3.16"})
  void aServerThatCountsNoLinksIsNamedWithItsRelease(SimulatedServer server, String version) {
    try (Simulator simulator = server.builder().version(version).start();
        ChirpStack chirpStack = connect(simulator)) {
      String device = simulator.network().devEuis().get(0);

      Exception failure =
          catchThrowableOfType(
              Exception.class,
              () -> metrics(chirpStack, Feed.LINK_METRICS, device, Aggregation.HOUR));

      assertThat(failure).hasMessageContaining("feed link-metrics needs ChirpStack 3.17");
    }
  }

  private static List<String> ids(List<Entity> entities, Feed feed) {
    return entities.stream().filter(one -> one.feed() == feed).map(Entity::id).toList();
  }

  private static List<MetricPoint> metrics(
      ChirpStack chirpStack, Feed feed, String id, Aggregation aggregation) throws Exception {
    Instant now = Instant.now();
    return chirpStack
        .metrics(feed, id, now.minus(Duration.ofHours(1)), now, aggregation)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static ChirpStack connect(Simulator simulator) {
    return ChirpStacks.connect(
        new SourceConfig(
                Map.of(
                    "chirpstack.url", simulator.url(),
                    "chirpstack.token", simulator.adminKey()))
            .connection());
  }
}
