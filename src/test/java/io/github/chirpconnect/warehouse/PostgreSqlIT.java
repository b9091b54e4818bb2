package io.github.chirpconnect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.harness.ConnectorStatus;
import io.github.chirpconnect.harness.TopicReader;
import io.github.chirpconnect.harness.TopicRecord;
import io.github.chirpconnect.it.WholeInventory;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.database.Measurement;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * All feeds in flat records, through one connector without a transform, into PostgreSQL. The tests
 * go on where the one before them ended.
 */
@Tag("warehouses")
@Timeout(400)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PostgreSqlIT {
  private static final Duration PATIENCE = Duration.ofSeconds(150);

  /** Longer than a test: after a kill all is read and written again. */
  private static final Duration NEVER = Duration.ofHours(1);

  private static final Duration AN_HOUR = Duration.ofHours(1);

  private static final String ALL_FEEDS =
      Arrays.stream(Feed.values()).map(Feed::id).collect(Collectors.joining(","));

  private PostgreSql database;
  private Simulator chirpStack;
  private Network network;
  private WholeInventory inventory;
  private String device;
  private Site site;

  @BeforeAll
  void start() {
    database = PostgreSql.start();
    // An hour that is over has metrics.
    ManualTime time = new ManualTime(Instant.now().minus(AN_HOUR));
    chirpStack = Simulator.builder().time(time).empty().start();
    network = chirpStack.network();
    inventory = new WholeInventory(chirpStack);
    inventory.hear();
    device = addTalkingDevice();
    time.advance(AN_HOUR);
    site = Site.start(NEVER);
    site.run(
        Site.source("tables-source.json", chirpStack)
            .at("feeds", ALL_FEEDS)
            .sooner("device.queue.interval.ms", "1000")
            .sooner("device.queue.calls.per.second", "100")
            .sooner("internal.metrics.settle.ms", "0"));
    site.run(
        ConnectorFile.read("postgresql-sink.json")
            .at("connection.url", database.url())
            .at("connection.password", "none"));
  }

  @AfterAll
  void close() {
    if (site != null) {
      site.close();
      chirpStack.close();
      database.close();
    }
  }

  @Test
  @Order(1)
  void eachTopicIsATableAndEachRecordARow() {
    for (Feed feed : Feed.values()) {
      Awaitility.await("a table of " + feed)
          .atMost(PATIENCE)
          .until(() -> feed.topics().stream().anyMatch(topic -> database.has(table(topic))));
    }
    awaitRows();
    assertInventories();
    List<LogItem> events = network.events(device);
    assertThat(events.stream().map(LogItem::getDescription))
        .contains("up", "join", "ack", "txack", "status", "log", "location");
    events.forEach(this::assertRow);
    events.stream()
        .filter(event -> event.getDescription().equals("up"))
        .forEach(this::assertMeasurements);
  }

  @Test
  @Order(2)
  void aChangeUpdatesARowAndADeletionDeletesIt() {
    inventory.changeOneOfEach("renamed");
    Map<Feed, String> deleted = inventory.deleteOneOfEach();
    Awaitility.await("the deletions")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () ->
                deleted.entrySet().stream().noneMatch(gone -> has(gone.getKey(), gone.getValue())));
    awaitRows();
    assertInventories();
    assertThat(database.rows("SELECT * FROM chirpstack_tenants WHERE name = 'renamed'")).hasSize(1);
  }

  /** Offsets are committed once an hour here, so both connectors begin anew. */
  @Test
  @Order(3)
  void whatIsWrittenAgainAfterAKillIsOneRow() {
    site.worker().kill();
    network.uplink(device, 10, LabCodec.payload(24.5, 40));
    site.worker().start();
    try (TopicReader reader = site.records()) {
      Awaitility.await("events that are written again")
          .atMost(PATIENCE)
          .until(
              () ->
                  reader.readToEnd().stream()
                      .filter(record -> record.topic().equals("chirpstack.device.up"))
                      .toList(),
              ups -> ups.size() > ups.stream().map(TopicRecord::key).distinct().count());
    }
    Awaitility.await("rows that are written again")
        .atMost(PATIENCE)
        .until(
            () ->
                database.run(
                    "SELECT n_tup_upd > 0 FROM pg_stat_user_tables"
                        + " WHERE relname = 'chirpstack_device_up'"),
            "t"::equals);
    awaitRows();
    List<LogItem> events = network.events(device);
    events.forEach(this::assertRow);
    assertThat(
            database.rows("SELECT id FROM chirpstack_device_up WHERE dev_eui = '" + device + "'"))
        .hasSize(4);
    assertInventories();
  }

  @Test
  @Order(4)
  void measurementsGoIntoATableOfOnesOwnForGrafana() {
    database.run(ConnectorFile.text("measurements.sql"));
    site.run(
        ConnectorFile.read("measurements-sink.json")
            .at("connection.url", database.url())
            .at("connection.password", "none"));
    String query =
        ConnectorFile.text("temperature.sql")
            .replace("$__timeFilter(time)", "time BETWEEN now() - interval '2 hours' AND now()");
    List<JsonNode> rows =
        Awaitility.await("temperatures")
            .atMost(PATIENCE)
            .until(() -> database.rows(query), found -> found.size() == 4);
    assertThat(rows.stream().map(row -> row.path("value").asDouble()))
        .containsExactly(21.5, 22.5, 23.5, 24.5);
    assertThat(rows).allMatch(row -> row.path("metric").asText().equals("gate 7"));
    assertThat(rows.get(0).path("time").asText()).endsWith("+00:00");
    assertThat(Leaves.of(rows.get(0)).get("time")).isEqualTo(said("up", 0).get("time"));
  }

  /** What the simulator said in the event is in the columns, and nothing else. */
  private void assertRow(LogItem event) {
    JsonNode row = row("device." + event.getDescription(), ofDevice(event));
    Map<String, String> leaves = Leaves.of(row);
    Leaves.assertSame(
        leaves,
        said(event),
        "id",
        "rx_count",
        "rx_gateway_id",
        "rx_rssi",
        "rx_snr",
        "frequency",
        "bandwidth",
        "spreading_factor");
    assertThat(leaves).containsEntry("dev_eui", device);
    if (leaves.containsKey("rx_count")) {
      assertThat(leaves)
          .containsEntry("rx_rssi", leaves.get("rx_info_0_rssi"))
          .containsEntry("rx_snr", leaves.get("rx_info_0_snr"))
          .containsEntry("rx_gateway_id", leaves.get("rx_info_0_gateway_id"))
          .containsEntry("rx_count", "1");
    }
    if (leaves.containsKey("frequency")) {
      assertThat(leaves)
          .containsEntry("frequency", leaves.get("tx_info_frequency"))
          .containsEntry("bandwidth", leaves.get("tx_info_modulation_lora_bandwidth"))
          .containsEntry(
              "spreading_factor", leaves.get("tx_info_modulation_lora_spreading_factor"));
    }
  }

  /** An id is unique among the entries of one device. */
  private String ofDevice(LogItem event) {
    return "dev_eui = '%s' AND id = '%s'".formatted(device, event.getId());
  }

  private Map<String, String> said(String kind, int index) {
    return said(
        network.events(device).stream()
            .filter(event -> event.getDescription().equals(kind))
            .toList()
            .get(index));
  }

  /** In flat records, what is told of the device is in columns of its own. */
  private static Map<String, String> said(LogItem event) {
    Map<String, String> said = new TreeMap<>();
    Leaves.of(event.getBody())
        .forEach((name, value) -> said.put(name.replaceFirst("^device_info_", ""), value));
    return said;
  }

  private void assertMeasurements(LogItem event) {
    Map<String, String> expected = new TreeMap<>();
    said(event)
        .forEach(
            (name, value) -> {
              if (name.startsWith("object_")) {
                expected.put(name.substring("object_".length()), value);
              }
            });
    Map<String, String> rows = new TreeMap<>();
    for (JsonNode row :
        database.rows(
            "SELECT name, coalesce(value::text, text, bool::text) AS said, device_name, tenant_name"
                + " FROM chirpstack_measurements WHERE "
                + ofDevice(event))) {
      assertThat(row.path("device_name").asText()).isEqualTo("gate 7");
      assertThat(row.path("tenant_name").asText()).isEqualTo("airport");
      rows.put(
          row.path("name").asText().replaceAll("[.\\[]", "_").replace("]", ""),
          row.path("said").asText());
    }
    assertThat(rows).isEqualTo(expected);
  }

  /** Each table of an inventory has what the network has, and nothing that was deleted. */
  private void assertInventories() {
    for (Feed feed : inventory.feeds()) {
      Map<String, Map<String, String>> rows = new TreeMap<>();
      Map<String, Map<String, String>> entities = inventory.entities(feed);
      for (JsonNode row : database.rows("SELECT * FROM " + table(feed.topics().get(0)))) {
        String id = row.path(idField(feed)).asText();
        if (entities.containsKey(id)) {
          Map<String, String> fields = new HashMap<>();
          entities.get(id).keySet().forEach(name -> fields.put(name, text(row.get(name))));
          rows.put(id, fields);
        } else {
          rows.put(id, null);
        }
        assertThat(row.path("deleted").booleanValue()).isFalse();
      }
      assertThat(rows).as(feed.id()).isEqualTo(entities);
    }
  }

  private static String text(JsonNode column) {
    return column == null || column.isNull() ? null : column.asText();
  }

  private static String idField(Feed feed) {
    return InventorySchemas.of(feed).idField();
  }

  private boolean has(Feed feed, String id) {
    return !database
        .rows(
            "SELECT 1 FROM "
                + table(feed.topics().get(0))
                + " WHERE "
                + idField(feed)
                + " = '"
                + id
                + "'")
        .isEmpty();
  }

  private JsonNode row(String topic, String condition) {
    List<JsonNode> rows = database.rows("SELECT * FROM " + table(topic) + " WHERE " + condition);
    assertThat(rows).as(topic + " " + condition).hasSize(1);
    return rows.get(0);
  }

  /** Waits until each topic's living keys are the rows of its table. */
  private void awaitRows() {
    try (TopicReader reader = site.records()) {
      Awaitility.await("as many rows as keys")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> counts(reader.readToEnd()), this::areInTables);
    }
  }

  private static Map<String, Long> counts(List<TopicRecord> records) {
    Map<String, Map<String, Boolean>> living = new TreeMap<>();
    for (TopicRecord record : records) {
      living
          .computeIfAbsent(record.topic(), topic -> new HashMap<>())
          .put(record.key(), !record.isTombstone());
    }
    Map<String, Long> counts = new TreeMap<>();
    living.forEach(
        (topic, keys) -> counts.put(topic, keys.values().stream().filter(lives -> lives).count()));
    return counts;
  }

  private boolean areInTables(Map<String, Long> counts) {
    ConnectorStatus status = site.worker().client().status("chirpstack-postgresql");
    assertThat(status.failure()).isEmpty();
    return !counts.isEmpty()
        && counts.entrySet().stream()
            .allMatch(
                topic ->
                    database.has(table(tail(topic.getKey())))
                        && count(table(tail(topic.getKey()))) == topic.getValue());
  }

  private static String tail(String topic) {
    return topic.substring("chirpstack.".length());
  }

  /**
   * @param topic what follows the prefix
   */
  private static String table(String topic) {
    return "\"chirpstack_" + topic.replace('.', '_') + '"';
  }

  private long count(String table) {
    return Long.parseLong(database.run("SELECT count(*) FROM " + table));
  }

  /** It says one event of each kind. */
  private String addTalkingDevice() {
    String tenant = network.addTenant("airport", Map.of());
    String application = network.addApplication(tenant, "climate", Map.of());
    String profile =
        network.addDeviceProfile(tenant, "sensor", false, Map.of("vendor", "lab"), new LabCodec());
    network.measurements(profile, Map.of("temperature", Measurement.of(Measurement.Kind.GAUGE)));
    network.addGateway(tenant, "00ef76829d3000cc", "tower", Location.getDefaultInstance());
    String devEui = "0a0b0c0d000000cc";
    network.addDevice(devEui, application, profile, "gate 7");
    network.uplink(devEui, 10, LabCodec.payload(21.5, 40));
    network.enqueue(devEui, 10, new byte[] {1, 2}, true);
    network.uplink(devEui, 10, LabCodec.payload(22.5, 41));
    network.uplink(devEui, 10, LabCodec.payload(23.5, 42), true);
    network.status(devEui, 7, false, 88.5f);
    network.log(devEui, "WARNING", "UPLINK_F_CNT_RETRANSMISSION", "again", Map.of("f_cnt", "2"));
    network.location(
        devEui,
        Location.newBuilder().setLatitude(52.5).setLongitude(13.25).setAltitude(40).build());
    return devEui;
  }
}
