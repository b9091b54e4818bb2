package io.github.chirpconnect.it.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.record.Recipe;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.network.Network;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The topic of devices follows the inventory. */
@Execution(CONCURRENT)
@Timeout(120)
@ParameterizedClass
@EnumSource
class DevicesIT {
  @Parameter SimulatedServer server;

  /** The document's recipe: without it the task fails at the first tombstone. */
  @Test
  void aTransformThatNeedsAValueLetsTombstonesPass() {
    assumeThat(server).isEqualTo(SimulatedServer.V4_GRPC);
    try (Simulator chirpStack = server.builder().empty().start();
        SourceUnderTest source = new SourceUnderTest(chirpStack).with("feeds", "devices")) {
      Recipe.named("with tombstones left as they are").forEach(source::with);
      SmallNetwork network = new SmallNetwork(chirpStack, 5);
      String deleted = network.devEuis().get(2);
      source.start();
      source.await("the devices", all -> all.size() == 5);
      assertThat(source.records())
          .extracting(TopicRecord::key)
          .allSatisfy(key -> assertThat(key).contains("tenant_id=", "dev_eui="));

      source.awaitDeviceList();
      chirpStack.network().deleteDevice(deleted);
      List<TopicRecord> written =
          source.await("the tombstone", all -> all.stream().anyMatch(TopicRecord::isTombstone));
      assertThat(written).last().extracting(TopicRecord::key).isEqualTo(deleted);
      source.client().awaitRunning(source.name(), 1);
    }
  }

  @Test
  void aChangeIsWrittenADeletionIsATombstoneAndARestartRepeatsNothing() {
    try (Simulator chirpStack = server.builder().empty().start();
        SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      SmallNetwork network = new SmallNetwork(chirpStack, 10);
      String changed = network.devEuis().get(3);
      String deleted = network.devEuis().get(7);
      network.uplinks(1);
      source.start();
      source.awaitLogs();
      source.await("the devices", all -> devices(all).size() == 10);

      chirpStack.network().updateDevice(changed, device -> device.setName("renamed"));
      List<TopicRecord> written = source.await("the change", all -> devices(all).size() == 11);
      TopicRecord change = devices(written).get(10);
      assertThat(change.key()).isEqualTo(changed);
      assertThat(change.json().path("name").asText()).isEqualTo("renamed");

      // Between two lists, so that the next one is the first to miss it.
      source.awaitDeviceList();
      chirpStack.network().deleteDevice(deleted);
      long lists = source.deviceLists();
      source.await(
          "the tombstone", all -> devices(all).stream().anyMatch(TopicRecord::isTombstone));
      assertThat(source.deviceLists()).as("lists that missed it").isGreaterThanOrEqualTo(lists + 2);
      source.awaitTwoWalks();
      List<TopicRecord> whole = devices(source.records());
      assertThat(whole)
          .hasSize(12)
          .last()
          .matches(TopicRecord::isTombstone)
          .extracting(TopicRecord::key)
          .isEqualTo(deleted);

      source.restart();
      source.awaitTwoWalks();
      source.client().awaitRunning(source.name(), 1);
      assertThat(devices(source.records())).hasSameSizeAs(whole);
    }
  }

  @Test
  void aDeviceThatGoesSilentIsARecordAndARestartRepeatsNothing() {
    try (Simulator chirpStack = server.builder().empty().start();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("feeds", "devices")
                .with("inventory.activity", "true")) {
      SmallNetwork network = new SmallNetwork(chirpStack, 3);
      chirpStack.network().uplinkInterval(network.profileId(), Duration.ofMinutes(10));
      String silent = network.devEuis().get(1);
      network.uplinks(1);
      source.start();
      assertThat(source.await("the devices", all -> all.size() == 3))
          .extracting(DevicesIT::activity)
          .containsOnly("ACTIVE");

      chirpStack.network().lastSeenAt(silent, Instant.now().minus(Duration.ofMinutes(16)));
      TopicRecord change = source.await("its silence", all -> all.size() == 4).get(3);
      assertThat(change.key()).isEqualTo(silent);
      assertThat(activity(change)).isEqualTo("INACTIVE");

      source.restart();
      source.awaitTwoWalks();
      assertThat(source.records()).hasSize(4);

      chirpStack.network().uplinkInterval(network.profileId(), Duration.ofMinutes(20));
      assertThat(source.await("another rule", all -> all.size() == 5).get(4))
          .extracting(TopicRecord::key, DevicesIT::activity)
          .containsExactly(silent, "ACTIVE");
    }
  }

  private static String activity(TopicRecord device) {
    return device.json().path("activity").asText();
  }

  @Test
  void moreThanAShareAtOnceIsNotTakenForDeleted() {
    try (Simulator chirpStack = server.builder().empty().start();
        SourceUnderTest source = new SourceUnderTest(chirpStack).with("feeds", "devices")) {
      SmallNetwork network = new SmallNetwork(chirpStack, 10);
      source.start();
      source.await("the devices", all -> all.size() == 10);
      network.devEuis().stream().limit(3).forEach(chirpStack.network()::deleteDevice);
      source.awaitTwoWalks();
      source.awaitTwoWalks();
      assertThat(source.records()).hasSize(10).noneMatch(TopicRecord::isTombstone);
    }
  }

  @Test
  void anApplicationThatIsDeletedTakesItsDevicesAlongAndTheOthersAreReadOn() {
    try (Simulator chirpStack = server.builder().empty().start();
        SourceUnderTest source = new SourceUnderTest(chirpStack).with("feeds", "devices")) {
      SmallNetwork network = new SmallNetwork(chirpStack, 10);
      String deleted =
          chirpStack.network().addApplication(network.tenantId(), "gas-meters", Map.of());
      String device = network.addDeviceOf(deleted);
      source.with("chirpstack.application.ids", network.applicationId() + "," + deleted).start();
      source.await("the devices", all -> all.size() == 11);

      source.awaitDeviceList();
      chirpStack.network().deleteApplication(deleted);
      List<TopicRecord> written = source.await("the tombstone", all -> all.size() == 12);
      assertThat(written)
          .last()
          .matches(TopicRecord::isTombstone)
          .extracting(TopicRecord::key)
          .isEqualTo(device);
      String added = network.addDevice();
      assertThat(source.await("the one that is new", all -> all.size() == 13))
          .last()
          .extracting(TopicRecord::key)
          .isEqualTo(added);
      assertThat(source.logged("take " + deleted + " out of chirpstack.application.ids"))
          .as("said")
          .isPositive();

      assertThat(source.client().validate("ChirpStackSourceConnector", source.config()))
          .as("beside one that is there")
          .containsOnlyKeys("chirpstack.application.ids")
          .allSatisfy(
              (key, errors) ->
                  assertThat(errors).singleElement().asString().contains("application " + deleted));
    }
  }

  @Test
  void aTenantThatIsDeletedTakesItsDevicesAlongAndTheOthersAreReadOn() {
    try (Simulator chirpStack = server.builder().empty().start();
        SourceUnderTest source = new SourceUnderTest(chirpStack).with("feeds", "devices")) {
      SmallNetwork network = new SmallNetwork(chirpStack, 10);
      String deleted = addForeignDevice(chirpStack.network());
      source.with("chirpstack.tenant.ids", network.tenantId() + "," + deleted).start();
      source.await("the devices", all -> all.size() == 11);

      chirpStack.network().deleteTenant(deleted);
      assertThat(source.await("the tombstone", all -> all.size() == 12))
          .last()
          .matches(TopicRecord::isTombstone)
          .extracting(TopicRecord::key)
          .isEqualTo("0a0b0c0d00ffffff");
      assertThat(source.logged("take " + deleted + " out of chirpstack.tenant.ids"))
          .as("said")
          .isPositive();
      String added = network.addDevice();
      assertThat(source.await("the one that is new", all -> all.size() == 13))
          .last()
          .extracting(TopicRecord::key)
          .isEqualTo(added);
      assertThat(source.client().validate("ChirpStackSourceConnector", source.config()))
          .as("beside one that is there")
          .containsOnlyKeys("chirpstack.tenant.ids");
    }
  }

  @Test
  void aDeviceThatComesBackGoesOnWhereItWas() {
    assumeThat(server.hasStreams()).isTrue();
    try (Simulator chirpStack = server.builder().empty().start();
        SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      SmallNetwork network = new SmallNetwork(chirpStack, 10);
      String device = network.devEuis().get(4);
      network.uplinks(2);
      source.start();
      source.awaitLogs();
      chirpStack.network().deleteDevice(device);
      source.await("the tombstone", all -> all.stream().anyMatch(TopicRecord::isTombstone));
      source.restart();
      network.addAgain(device);
      source.await("its return", all -> devices(all).size() == 12);
      chirpStack.network().uplink(device, 10, LabCodec.payload(20, 40));
      source.awaitEachEntry();
      // On v3 a frame has no id, so that one more like those before is waited for by its number.
      source.await(
          "as many as there are", all -> Logs.in(all).size() >= Logs.of(chirpStack).size());
      source.awaitTwoWalks();
      assertThat(Logs.byDevice(Logs.in(source.records())))
          .isEqualTo(Logs.byDevice(Logs.of(chirpStack)));
    }
  }

  @Test
  void anotherTopicGetsAllDevices() {
    try (Simulator chirpStack = server.builder().empty().start();
        SourceUnderTest source = new SourceUnderTest(chirpStack).with("feeds", "devices")) {
      SmallNetwork network = new SmallNetwork(chirpStack, 3);
      source.start();
      source.await("the devices", all -> all.size() == 3);
      source.with("topic.prefix", source.name() + ".anew").configure();
      List<TopicRecord> written = source.await("the devices again", all -> all.size() == 6);
      assertThat(written.subList(3, 6))
          .allSatisfy(
              record -> assertThat(record.topic()).isEqualTo(source.name() + ".anew.devices"))
          .extracting(TopicRecord::key)
          .containsExactlyInAnyOrderElementsOf(network.devEuis());
      assertThat(
              source.logged("The devices were written to " + source.topic("devices") + " so far"))
          .isPositive();
      source.awaitTwoWalks();
      assertThat(source.records()).hasSize(6);
    }
  }

  @Test
  void aTenantsKeyBringsTheDevicesOfTheTenantThatIsNamed() {
    try (Simulator chirpStack = server.builder().empty().start()) {
      addForeignDevice(chirpStack.network());
      SmallNetwork network = new SmallNetwork(chirpStack, 3);
      try (SourceUnderTest source =
          new SourceUnderTest(chirpStack)
              .with("feeds", "devices")
              .with("chirpstack.token", chirpStack.tenantKey(network.tenantId()))
              .with("chirpstack.tenant.ids", network.tenantId())) {
        awaitDevicesOf(network, source.start());
      }
    }
  }

  /** In v4 a tenant's key: there an application has none of its own. */
  @Test
  void anApplicationsKeyBringsTheDevicesOfTheApplicationThatIsNamed() {
    try (Simulator chirpStack = server.builder().empty().start()) {
      addForeignDevice(chirpStack.network());
      SmallNetwork network = new SmallNetwork(chirpStack, 3);
      String key =
          server.generation() == Generation.V3
              ? chirpStack.applicationKey(network.applicationId())
              : chirpStack.tenantKey(network.tenantId());
      try (SourceUnderTest source =
          new SourceUnderTest(chirpStack)
              .with("feeds", "devices")
              .with("chirpstack.token", key)
              .with("chirpstack.application.ids", network.applicationId())) {
        awaitDevicesOf(network, source.start());
      }
    }
  }

  /** Returns the id of its tenant. */
  private static String addForeignDevice(Network network) {
    String tenantId = network.addTenant("gasworks", Map.of());
    String profileId = network.addDeviceProfile(tenantId, "meter", false, Map.of(), new LabCodec());
    String applicationId = network.addApplication(tenantId, "gas-meters", Map.of());
    network.addDevice("0a0b0c0d00ffffff", applicationId, profileId, "gas-meter");
    return tenantId;
  }

  private static void awaitDevicesOf(SmallNetwork network, SourceUnderTest source) {
    source.await("the devices", all -> all.size() == network.devEuis().size());
    assertThat(source.records())
        .extracting(TopicRecord::key)
        .containsExactlyInAnyOrderElementsOf(network.devEuis());
  }

  private static List<TopicRecord> devices(List<TopicRecord> records) {
    return records.stream().filter(record -> record.topic().endsWith(".devices")).toList();
  }
}
