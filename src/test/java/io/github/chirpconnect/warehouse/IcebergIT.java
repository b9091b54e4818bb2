package io.github.chirpconnect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.util.Timestamps;
import io.github.chirpconnect.harness.process.Cleanup;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Nested records in Avro, by way of a schema registry: into Iceberg's tables, and all into one
 * topic.
 */
@Tag("warehouses")
@Timeout(400)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IcebergIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(150);
  private static final String SINK = "chirpstack-iceberg";
  private static final String UPLINKS = "chirpstack.device.up";
  private static final String DEVICES = "chirpstack.devices";
  private static final String MEASUREMENTS = "chirpstack.measurements";

  private static final String EVERYTHING = "lorawan";
  private static final Set<String> EACH_SCHEMA =
      Set.of("Device", "JoinEvent", "UplinkEvent", "Measurement");

  private final Path catalog = Cleanup.temporaryDirectory("iceberg");
  private final Simulator chirpStack = Simulator.builder().empty().start();
  private final SmallNetwork network = new SmallNetwork(chirpStack, 3);
  private final Map<String, Map<String, String>> said = new HashMap<>();
  private final Map<String, Map<String, String>> devices = new TreeMap<>();
  private SchemaRegistry registry;
  private Site site;

  @BeforeAll
  void start() {
    registry = SchemaRegistry.start();
    site = Site.start(Duration.ofSeconds(1), "iceberg", "apicurio");
    String first = network.devEuis().get(0);
    chirpStack
        .network()
        .updateDevice(
            first, device -> device.setDescription("at the gate").putTags("site", "north"));
    network.uplinks(2);
    chirpStack.network().status(first, 7, false, 61.5f);
  }

  private ConnectorFile source() {
    return Site.source("iceberg-source.json", chirpStack)
        .at("value.converter.apicurio.registry.url", registry.url());
  }

  private void runSink() {
    site.run(
        ConnectorFile.read("iceberg-sink.json")
            .at("value.converter.apicurio.registry.url", registry.url())
            .at("iceberg.catalog.warehouse", catalog.toUri().toString())
            .at("iceberg.kafka.bootstrap.servers", site.broker().bootstrapServers())
            .at("iceberg.control.commit.interval-ms", "1000"));
  }

  @AfterAll
  void close() {
    if (site != null) {
      site.close();
    }
    registry.close();
    chirpStack.close();
    Cleanup.delete(catalog);
  }

  @Test
  void devicesEventsAndMeasurementsAreTablesOfTheirOwn() {
    site.run(source());
    try (OldCoordinator old = new OldCoordinator(site.broker().bootstrapServers(), SINK)) {
      runSink();
      old.awaitAnnouncement(PATIENCE);
    }
    awaitTable(DEVICES, table -> table.path("rows").size() == 3);
    String gone = network.devEuis().get(2);
    remember();
    chirpStack.network().deleteDevice(gone);

    JsonNode uplinks = awaitTable(UPLINKS, table -> table.path("rows").size() == 6);
    assertUplinks(uplinks);
    assertMeasurements(
        awaitTable(MEASUREMENTS, table -> table.path("rows").size() == measurements()));
    JsonNode devices = awaitTable(DEVICES, table -> table.path("rows").size() == 4);
    // Of what is gone nothing but its id is known.
    assertThat(partitions(devices))
        .containsExactlyInAnyOrder("tenant_id=" + network.tenantId(), "tenant_id=null");
    assertDevices(devices, gone);
    assertThat(subjects())
        .contains(UPLINKS + "-value", DEVICES + "-value", MEASUREMENTS + "-value");
  }

  /** Each schema has an artifact of its own, and readers find it by its id. */
  @Test
  void allIsInOneTopic() {
    site.run(
        source()
            .named("everything")
            .with("topic.template", EVERYTHING)
            .with(
                "value.converter.apicurio.registry.artifact-resolver-strategy",
                "io.apicurio.registry.serde.avro.strategy.TopicRecordIdStrategy"));
    List<GenericRecord> records =
        new AvroTopic(EVERYTHING, site.broker().bootstrapServers(), registry)
            .await(PATIENCE, read -> names(read).containsAll(EACH_SCHEMA));
    assertThat(records)
        .extracting(record -> record.get("dev_eui").toString())
        .allMatch(network.devEuis()::contains);
    assertThat(registry.artifacts("io.github.chirpconnect"))
        .containsAll(EACH_SCHEMA.stream().map(name -> EVERYTHING + "-" + name).toList());
  }

  private static Set<String> names(List<GenericRecord> records) {
    return records.stream().map(record -> record.getSchema().getName()).collect(Collectors.toSet());
  }

  /** As a client of Confluent's registry sees them. */
  private List<String> subjects() {
    List<String> subjects = new ArrayList<>();
    registry.get("/subjects").forEach(subject -> subjects.add(subject.asText()));
    return subjects;
  }

  /**
   * What the simulator has of devices, and what its logs hold by device and id of their entries.
   */
  private void remember() {
    for (String devEui : network.devEuis()) {
      devices.put(devEui, device(devEui));
      for (LogItem item : chirpStack.network().events(devEui)) {
        said.put(name(devEui, item.getId()), Leaves.of(item.getBody()));
      }
    }
  }

  private void assertUplinks(JsonNode table) {
    assertThat(partitions(table))
        .containsExactly("time_day=" + today() + "/device_info.tenant_id=" + network.tenantId());
    for (JsonNode row : table.path("rows")) {
      Map<String, String> leaves = Leaves.of(row);
      assertThat(leaves).containsEntry("dev_eui", leaves.get("device_info_dev_eui"));
      Leaves.assertSame(
          leaves,
          said.get(name(leaves.get("dev_eui"), leaves.get("id"))),
          "id",
          "dev_eui",
          "topic");
    }
  }

  private void assertMeasurements(JsonNode table) {
    assertThat(partitions(table))
        .containsExactly("time_day=" + today() + "/tenant_id=" + network.tenantId());
    Map<String, Map<String, String>> rows = new TreeMap<>();
    for (JsonNode row : table.path("rows")) {
      assertMeasuredAt(row);
      JsonNode value = row.hasNonNull("value") ? row.path("value") : row.path("bool");
      rows.computeIfAbsent(
              name(row.path("dev_eui").asText(), row.path("id").asText()), id -> new TreeMap<>())
          .put(
              "object_" + row.path("name").asText().replaceAll("[.\\[]", "_").replace("]", ""),
              row.hasNonNull("text")
                  ? row.path("text").asText()
                  : Leaves.of(JSON.createObjectNode().set("value", value)).get("value"));
    }
    assertThat(rows).isEqualTo(objects());
  }

  /** Besides what was measured, a row says what its uplink says of the device. */
  private void assertMeasuredAt(JsonNode row) {
    Map<String, String> leaves = Leaves.of(row);
    Map<String, String> expected = new TreeMap<>(Map.of("kind", "up"));
    said.get(name(leaves.get("dev_eui"), leaves.get("id")))
        .forEach(
            (name, value) -> {
              if (name.matches("time|f_port|f_cnt|device_info_(?!device_class).*")) {
                expected.put(name.replaceFirst("^device_info_", ""), value);
              }
            });
    Leaves.assertSame(leaves, expected, "id", "name", "value", "text", "bool", "topic");
  }

  /** Ids are those of one device's log: two devices may speak in the same millisecond. */
  private static String name(String devEui, String id) {
    return devEui + " " + id;
  }

  /** By device and id of the uplinks, what their objects say. */
  private Map<String, Map<String, String>> objects() {
    Map<String, Map<String, String>> objects = new TreeMap<>();
    said.forEach(
        (id, leaves) ->
            leaves.forEach(
                (name, value) -> {
                  if (name.startsWith("object_")) {
                    objects.computeIfAbsent(id, key -> new TreeMap<>()).put(name, value);
                  }
                }));
    return objects;
  }

  private int measurements() {
    return objects().values().stream().mapToInt(Map::size).sum();
  }

  /** A table to which is only appended has one row more of what is gone. */
  private void assertDevices(JsonNode table, String gone) {
    Map<String, Map<String, String>> living = new TreeMap<>();
    List<Map<String, String>> deleted = new ArrayList<>();
    for (JsonNode row : table.path("rows")) {
      Map<String, String> leaves = Leaves.of(row);
      if (row.path("deleted").asBoolean()) {
        deleted.add(leaves);
      } else {
        living.put(leaves.get("dev_eui"), leaves);
      }
    }
    assertThat(deleted)
        .singleElement()
        .satisfies(
            last -> {
              assertThat(last).containsEntry("dev_eui", gone).containsKey("deleted_at");
              assertThat(last.keySet())
                  .containsExactlyInAnyOrder(
                      "dev_eui", "deleted", "deleted_at", "deleted_at_text", "topic");
            });
    assertThat(living.keySet()).isEqualTo(devices.keySet());
    living.forEach((devEui, leaves) -> Leaves.assertSame(leaves, devices.get(devEui), "topic"));
  }

  /** What the simulator has of a device. */
  private Map<String, String> device(String devEui) {
    Rows rows = chirpStack.network().rows();
    NetworkDevice device = rows.device(devEui);
    ObjectNode said = JSON.createObjectNode();
    said.put("dev_eui", devEui)
        .put("name", device.config.getName())
        .put("description", device.config.getDescription())
        .put("tenant_id", network.tenantId())
        .put("tenant_name", rows.tenant(device).getName())
        .put("application_id", network.applicationId())
        .put("application_name", rows.application(device).getName())
        .put("device_profile_id", network.profileId())
        .put("device_profile_name", rows.profile(device).row().getName())
        .put("created_at", Timestamps.toString(device.createdAt))
        .put("updated_at", Timestamps.toString(device.updatedAt))
        .put("last_seen_at", Timestamps.toString(device.lastSeenAt));
    ObjectNode tags = said.putObject("tags");
    device.config.getTagsMap().forEach(tags::put);
    if (device.status != null) {
      said.putObject("device_status")
          .put("margin", device.status.getMargin())
          .put("external_power_source", device.status.getExternalPowerSource())
          .put("battery_level", device.status.getBatteryLevel());
    }
    return Leaves.of(said);
  }

  private static LocalDate today() {
    return LocalDate.now(ZoneOffset.UTC);
  }

  private static List<String> partitions(JsonNode table) {
    List<String> partitions = new ArrayList<>();
    table.path("partitions").forEach(partition -> partitions.add(partition.asText()));
    return partitions;
  }

  private JsonNode awaitTable(String name, Predicate<JsonNode> condition) {
    Path directory = catalog.resolve(name.replace('.', '/'));
    return Awaitility.await(name)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              assertThat(site.worker().client().status(SINK).failure()).isEmpty();
              return Files.isDirectory(directory) ? IcebergReader.read(catalog, name) : null;
            },
            table -> table != null && condition.test(table));
  }
}
