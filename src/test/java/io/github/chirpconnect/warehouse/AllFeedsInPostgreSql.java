package io.github.chirpconnect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.feed.ApiTransport;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.harness.connect.ConnectorStatus;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.WholeInventory;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.simulator.SimulatedServer;
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
abstract class AllFeedsInPostgreSql {
  private static final String SINK = "chirpstack-postgresql";
  private static final Duration PATIENCE = Duration.ofSeconds(150);

  /** Longer than a test: after a kill all is read and written again. */
  private static final Duration NEVER = Duration.ofHours(1);

  private static final String GATEWAY = "00ef76829d3000cc";

  private static final Duration AN_HOUR = Duration.ofHours(1);

  private final SimulatedServer server;
  private final List<Feed> feeds;
  private PostgreSql database;
  private Simulator chirpStack;
  private Network network;
  private WholeInventory inventory;
  private String device;
  private DeviceRows rows;
  private Site site;

  AllFeedsInPostgreSql(SimulatedServer server) {
    this.server = server;
    this.feeds =
        Arrays.stream(Feed.values())
            .filter(feed -> feed.availableOn(server.generation(), ApiTransport.GRPC))
            .toList();
  }

  @BeforeAll
  void start() {
    database = PostgreSql.start();
    // An hour that is over has metrics.
    ManualTime time = new ManualTime(Instant.now().minus(AN_HOUR));
    chirpStack = server.builder().time(time).empty().start();
    network = chirpStack.network();
    inventory = new WholeInventory(chirpStack);
    inventory.hear();
    device = addTalkingDevice();
    network.gatewayStats(GATEWAY, Map.of(), null, DeviceRows.STATISTICS);
    rows = new DeviceRows(device, GATEWAY, chirpStack, database);
    time.advance(AN_HOUR);
    site = Site.start(NEVER, "debezium");
    site.run(
        Site.source("tables-source.json", chirpStack)
            .at("feeds", feeds.stream().map(Feed::id).collect(Collectors.joining(",")))
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
    for (Feed feed : feeds) {
      Awaitility.await("a table of " + feed)
          .atMost(PATIENCE)
          .until(() -> feed.topics().stream().anyMatch(topic -> database.has(table(topic))));
    }
    awaitRows(
        () -> {
          rows.assertEvents("up", "join", "ack", "txack", "status", "log", "location");
          rows.assertMeasurements();
          rows.assertSeries();
          rows.assertFrames();
          HostileDevice.assertRows(database);
        });
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
    awaitRows(() -> {});
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
    awaitRows(() -> rows.assertEvents("up"));
    assertThat(database.rows("SELECT 1 FROM chirpstack_device_up WHERE dev_eui = '" + device + "'"))
        .hasSize(4);
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
    List<JsonNode> temperatures =
        Awaitility.await("temperatures")
            .atMost(PATIENCE)
            .until(() -> database.rows(query), found -> found.size() == 4);
    assertThat(temperatures.stream().map(row -> row.path("value").asDouble()))
        .containsExactly(21.5, 22.5, 23.5, 24.5);
    assertThat(temperatures).allMatch(row -> row.path("metric").asText().equals("gate 7"));
    assertThat(temperatures.get(0).path("time").asText()).endsWith("+00:00");
    assertThat(Leaves.of(temperatures.get(0)).get("time"))
        .isEqualTo(rows.said("up").get(0).get("time"));
  }

  /** The same network, by a source of its own: what PostgreSQL is not asked for. */
  @Test
  @Order(5)
  void clickHouseTakesTheirJsonLineByLine() {
    try (ClickHouse clickHouse = ClickHouse.installed()) {
      site.worker().client().delete("chirpstack-tables");
      ClickHouseRows lines = new ClickHouseRows(clickHouse, site, chirpStack, device, PATIENCE);
      lines.runSources(inventory.entities(Feed.DEVICES).keySet());
      String gone = inventory.deleteOneOfEach().get(Feed.DEVICES);
      lines.awaitDeletion(gone);
      lines.assertSame(inventory.entities(Feed.DEVICES), gone);
    }
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

  /**
   * Waits until the tables say what the topics and the network say, column by column.
   *
   * @param more that has to be so then
   */
  private void awaitRows(Runnable more) {
    Tables tables = new Tables(database);
    try (TopicReader reader = site.records()) {
      Awaitility.await("rows of all that was written")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(
              () -> {
                ConnectorStatus status = site.worker().client().status(SINK);
                assertThat(status.failure()).isEmpty();
                tables.assertSame(reader.readToEnd());
                assertInventories();
                more.run();
              });
    }
  }

  /**
   * @param topic what follows the prefix
   */
  private static String table(String topic) {
    return Tables.of("chirpstack." + topic);
  }

  /** It says one event of each kind. */
  private String addTalkingDevice() {
    String tenant = network.addTenant("airport", Map.of());
    String application = network.addApplication(tenant, "climate", Map.of());
    String profile =
        network.addDeviceProfile(tenant, "sensor", false, Map.of("vendor", "lab"), new LabCodec());
    if (feeds.contains(Feed.DEVICE_METRICS)) {
      network.measurements(profile, Map.of("temperature", Measurement.of(Measurement.Kind.GAUGE)));
    }
    network.addGateway(tenant, GATEWAY, "tower", Location.getDefaultInstance());
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
    HostileDevice.speakIn(network);
    return devEui;
  }
}
