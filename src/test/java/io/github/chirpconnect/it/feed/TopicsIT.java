package io.github.chirpconnect.it.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Topics of each tenant, keys as structs, and what is written when something is gone from one. */
@Execution(CONCURRENT)
@Timeout(180)
@ParameterizedClass
@EnumSource
class TopicsIT {
  private static final List<String> OF_WATER =
      List.of("0a0b0c0d00000001", "0a0b0c0d00000002", "0a0b0c0d00000003", "0a0b0c0d00000004");
  private static final List<String> OF_GAS =
      List.of("0a0b0c0d00000011", "0a0b0c0d00000012", "0a0b0c0d00000013");
  private static final String GATEWAY = "00ef76829d300001";

  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final SourceUnderTest source;
  private final String water;
  private final String gas;
  private final String applicationOfGas;

  TopicsIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().start();
    var network = chirpStack.network();
    water = network.addTenant("Wasser & Söhne", Map.of());
    gas = network.addTenant("gas", Map.of());
    network.addGateway(water, GATEWAY, "roof", Location.getDefaultInstance());
    addDevices(water, OF_WATER);
    applicationOfGas = addDevices(gas, OF_GAS);
    String streams = server.hasStreams() ? ",device-events,device-frames" : "";
    source =
        new SourceUnderTest(chirpStack)
            .with("feeds", "tenants,devices,gateways,device-queues" + streams)
            .with("topic.template", "${prefix}.${tenant_name}.${topic}")
            .with("key.format", "struct")
            .with("key.converter", "org.apache.kafka.connect.json.JsonConverter")
            .with("key.converter.schemas.enable", "false")
            .with("deletes", "both")
            .with("device.queue.interval.ms", "1000");
  }

  private String addDevices(String tenantId, List<String> devEuis) {
    var network = chirpStack.network();
    String profile = network.addDeviceProfile(tenantId, "meter", false, Map.of(), null);
    String application = network.addApplication(tenantId, "meters", Map.of());
    devEuis.forEach(devEui -> network.addDevice(devEui, application, profile, "m " + devEui));
    return application;
  }

  @AfterEach
  void tearDown() {
    source.close();
    chirpStack.close();
  }

  @Test
  void followTenantsAlsoWhileNobodyLooksAndWithOtherTasks() {
    String moved = OF_WATER.get(3);
    String deleted = OF_GAS.get(0);
    List<String> expected = new ArrayList<>();
    expected.add(live("wasser-sohne.tenants", "id", water));
    expected.add(live("gas.tenants", "id", gas));
    expected.add(live("wasser-sohne.gateways", "gateway_id", GATEWAY));
    OF_WATER.forEach(id -> expected.add(live("wasser-sohne.devices", "dev_eui", id)));
    OF_GAS.forEach(id -> expected.add(live("gas.devices", "dev_eui", id)));
    source.start();
    assertInventoryIs(expected);
    assertWhatADeviceSaysIsItsTenants();

    source.client().stop(source.name());
    chirpStack.network().deleteDevice(deleted);
    chirpStack.network().updateDevice(moved, device -> device.setApplicationId(applicationOfGas));
    chirpStack.network().updateTenant(gas, tenant -> tenant.setName("Gas 2"));
    source.client().resume(source.name());
    addGone(expected, "gas.devices", "dev_eui", deleted, null);
    addGone(expected, "wasser-sohne.devices", "dev_eui", moved, "gas-2.devices");
    expected.add(live("gas-2.devices", "dev_eui", moved));
    for (String devEui : OF_GAS.subList(1, 3)) {
      addGone(expected, "gas.devices", "dev_eui", devEui, "gas-2.devices");
      expected.add(live("gas-2.devices", "dev_eui", devEui));
    }
    addGone(expected, "gas.tenants", "id", gas, "gas-2.tenants");
    expected.add(live("gas-2.tenants", "id", gas));
    assertInventoryIs(expected);

    source.divideAmong(3);
    source.awaitTwoWalks();
    assertInventoryIs(expected);
    chirpStack.network().deleteDevice(moved);
    addGone(expected, "gas-2.devices", "dev_eui", moved, null);
    assertInventoryIs(expected);
    source.client().awaitRunning(source.name(), 3);
  }

  /** V3's events do not name the tenant, and frames nothing. A queue is its device's. */
  private void assertWhatADeviceSaysIsItsTenants() {
    String devEui = OF_GAS.get(2);
    chirpStack.network().uplink(devEui, 10, new byte[] {1});
    chirpStack.network().enqueue(devEui, 10, new byte[] {1}, false);
    List<String> topics = new ArrayList<>(List.of("gas.device.queues"));
    if (server.hasStreams()) {
      topics.addAll(List.of("gas.device.up", "gas.device.frames"));
    }
    source.await(
        "what the device said in " + topics,
        all -> all.stream().map(this::suffix).toList().containsAll(topics));
    assertThat(source.records())
        .filteredOn(record -> suffix(record).contains(".device."))
        .allSatisfy(
            record -> {
              assertThat(suffix(record)).startsWith("gas.device.");
              assertThat(record.key()).isEqualTo("{\"dev_eui\":\"" + devEui + "\"}");
            });
    synchronized (chirpStack.network()) {
      chirpStack.network().queues().flush(devEui);
    }
    List<TopicRecord> queue =
        source
            .await("the end of the queue", all -> of(all, "gas.device.queues").size() >= 3)
            .stream()
            .filter(record -> suffix(record).equals("gas.device.queues"))
            .toList();
    TopicRecord last = queue.get(queue.size() - 2);
    assertThat(last.json().path("deleted").asBoolean()).isTrue();
    assertThat(last.json().path("items")).isEmpty();
    assertThat(queue.get(queue.size() - 1).isTombstone()).isTrue();
  }

  private List<TopicRecord> of(List<TopicRecord> all, String suffix) {
    return all.stream().filter(record -> suffix(record).equals(suffix)).toList();
  }

  /** In any order, but for that of each topic. */
  private void assertInventoryIs(List<String> expected) {
    source.await("the inventory", all -> inventory(all).size() >= expected.size());
    source.awaitTwoWalks();
    assertThat(inventory(source.records())).containsExactlyInAnyOrderElementsOf(expected);
  }

  private List<String> inventory(List<TopicRecord> all) {
    return all.stream()
        .filter(record -> !suffix(record).matches(".*\\.(device|gateway)\\..*"))
        .map(
            record ->
                suffix(record)
                    + " "
                    + record.key()
                    + " "
                    + state(record)
                    + " "
                    + record.header("chirpstack.moved.to"))
        .toList();
  }

  private static String state(TopicRecord record) {
    if (record.isTombstone()) {
      return "tombstone";
    }
    assertThat(record.json().path("deleted_at").isNull())
        .isNotEqualTo(record.json().path("deleted").asBoolean());
    return record.json().path("deleted").asBoolean() ? "deleted" : "live";
  }

  private static String live(String topic, String field, String id) {
    return topic + " {\"" + field + "\":\"" + id + "\"} live null";
  }

  private void addGone(
      List<String> expected, String topic, String field, String id, String movedTo) {
    String to = movedTo == null ? null : source.topic(movedTo);
    for (String state : List.of("deleted", "tombstone")) {
      expected.add(topic + " {\"" + field + "\":\"" + id + "\"} " + state + " " + to);
    }
  }

  private String suffix(TopicRecord record) {
    return record.topic().substring(source.name().length() + 1);
  }
}
