package io.github.chirpconnect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.Simulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What ClickHouse makes of the records that two sources wrote, flat ones and ChirpStack's own JSON:
 * it reads them as its Kafka engine does, a line of JSON each.
 */
final class ClickHouseRows {
  private static final String FLAT = "flat.";
  private static final String OWN = "own.";
  private static final double ROUNDING = 1e-9;

  private static final Map<String, String> TOPICS =
      Map.of(
          "device_up", FLAT + "device.up",
          "measurements", FLAT + "measurements",
          "devices", FLAT + "devices",
          "uplinks", OWN + "device.up");

  private final ClickHouse clickHouse;
  private final Site site;
  private final Simulator chirpStack;
  private final String device;
  private final Duration patience;

  /**
   * @param device the EUI of one that has sent uplinks with values
   */
  ClickHouseRows(
      ClickHouse clickHouse, Site site, Simulator chirpStack, String device, Duration patience) {
    this.clickHouse = clickHouse;
    this.site = site;
    this.chirpStack = chirpStack;
    this.device = device;
    this.patience = patience;
  }

  /**
   * Starts the sources, and waits until they have written all.
   *
   * @param devices the EUIs of all
   */
  void runSources(Set<String> devices) {
    site.run(source().at("topic.prefix", "flat"));
    site.run(
        source()
            .named("chirpstack-own-json")
            .at("topic.prefix", "own")
            .with("value.format", "json"));
    int uplinks = uplinks().size();
    for (String topic : List.of(FLAT + "device.up", OWN + "device.up")) {
      await(
          "what no table must fail at",
          topic,
          all -> all.stream().anyMatch(record -> isOf(HostileDevice.DEV_EUI, record)));
    }
    await("all devices", FLAT + "devices", all -> field(all, "dev_eui").containsAll(devices));
    await(
        "its measurements",
        FLAT + "measurements",
        all -> all.stream().filter(this::isOfDevice).count() >= measurements().size());
    await(
        "its flat uplinks",
        FLAT + "device.up",
        all -> all.stream().filter(this::isOfDevice).count() >= uplinks);
    await(
        "its uplinks in JSON",
        OWN + "device.up",
        all -> all.stream().filter(this::isOfDevice).count() >= uplinks);
  }

  void awaitDeletion(String devEui) {
    await(
        "the last record of " + devEui,
        FLAT + "devices",
        all ->
            all.stream()
                .map(TopicRecord::json)
                .anyMatch(
                    record ->
                        record.path("deleted").asBoolean()
                            && record.path("dev_eui").asText().equals(devEui)));
  }

  /**
   * Each column of each row is what the simulator said.
   *
   * @param devices by EUI, what the columns of those that are there say
   * @param gone the EUI of one that was deleted meanwhile
   */
  void assertSame(Map<String, Map<String, String>> devices, String gone) {
    Map<String, List<JsonNode>> answers = answers();
    assertDevices(answers.get("devices"), devices, gone);
    assertFlatUplinks(answers.get("device_up"));
    assertMeasurements(answers.get("measurements"));
    assertOwnUplinks(answers.get("uplinks"));
    assertTemperature(answers.get("temperature"));
  }

  private ConnectorFile source() {
    return Site.source("clickhouse-source.json", chirpStack);
  }

  private void await(String what, String topic, Predicate<List<TopicRecord>> condition) {
    try (TopicReader reader = site.topics().reader(topic)) {
      reader.await(what, patience, condition);
    }
  }

  private static Set<String> field(List<TopicRecord> records, String name) {
    Set<String> values = new HashSet<>();
    records.forEach(record -> values.add(record.json().path(name).asText()));
    return values;
  }

  private boolean isOfDevice(TopicRecord record) {
    return isOf(device, record);
  }

  private static boolean isOf(String devEui, TopicRecord record) {
    JsonNode json = record.json();
    return json.path("dev_eui").asText().equals(devEui)
        || json.at("/deviceInfo/devEui").asText().equals(devEui);
  }

  private List<LogItem> uplinks() {
    return chirpStack.network().events(device).stream()
        .filter(event -> event.getDescription().equals("up"))
        .toList();
  }

  private Map<String, String> said(LogItem uplink) {
    return Said.in(uplink, chirpStack.generation());
  }

  /** By id of the uplink and name, as {@link #assertMeasurements} names them. */
  private Map<String, String> measurements() {
    Map<String, String> measurements = new TreeMap<>();
    for (LogItem uplink : uplinks()) {
      said(uplink)
          .forEach(
              (name, value) -> {
                if (name.startsWith("object_")) {
                  measurements.put(uplink.getId() + " " + name, value);
                }
              });
    }
    return measurements;
  }

  /** Makes the tables of the recipe, fills them twice, and reads each. */
  private Map<String, List<JsonNode>> answers() {
    StringBuilder script = new StringBuilder();
    script.append(ConnectorFile.text("clickhouse.sql"));
    script.append(ConnectorFile.text("clickhouse-json.sql"));
    TOPICS.forEach((table, topic) -> load(table, topic, script));
    // What is delivered again is no row more.
    load("device_up", TOPICS.get("device_up"), script);
    load("measurements", TOPICS.get("measurements"), script);
    select("device_up", "SELECT * REPLACE (at AS time) FROM device_up FINAL", script);
    select("measurements", "SELECT * REPLACE (at AS time) FROM measurements FINAL", script);
    select("devices", "SELECT * FROM devices FINAL", script);
    select("uplinks", "SELECT * FROM uplinks", script);
    select("temperature", ConnectorFile.text("clickhouse-temperature.sql"), script);
    Map<String, List<JsonNode>> answers = new HashMap<>();
    for (JsonNode row : clickHouse.run(script.toString())) {
      String table = ((ObjectNode) row).remove("answer").asText();
      answers.computeIfAbsent(table, key -> new ArrayList<>()).add(row);
    }
    assertThat(answers.keySet())
        .containsExactlyInAnyOrder(
            "device_up", "measurements", "devices", "uplinks", "temperature");
    return answers;
  }

  private void load(String table, String topic, StringBuilder script) {
    List<String> lines;
    try (TopicReader reader = site.topics().reader(topic)) {
      lines = reader.readToEnd().stream().map(TopicRecord::text).toList();
    }
    // With deletes=record there is no tombstone.
    assertThat(lines).as(topic).isNotEmpty().doesNotContainNull();
    script.append(
        "INSERT INTO %s SELECT * FROM file('%s', JSONEachRow);\n"
            .formatted(table, clickHouse.file(table + ".json", lines)));
  }

  private static void select(String name, String query, StringBuilder script) {
    script.append(
        "SELECT '%s' AS answer, * FROM (%s) SETTINGS date_time_output_format = 'iso' FORMAT JSONEachRow;\n"
            .formatted(name, query.strip()));
  }

  private static void assertDevices(
      List<JsonNode> rows, Map<String, Map<String, String>> devices, String gone) {
    Map<String, Map<String, String>> living = new TreeMap<>();
    Set<String> deleted = new TreeSet<>();
    for (JsonNode row : rows) {
      String devEui = row.path("dev_eui").asText();
      if (row.path("deleted").asBoolean()) {
        assertThat(row.path("name").asText()).isEmpty();
        deleted.add(devEui);
      } else {
        Map<String, String> fields = new HashMap<>();
        devices
            .getOrDefault(devEui, Map.of())
            .keySet()
            .forEach(name -> fields.put(name, row.path(name).asText()));
        living.put(devEui, fields);
      }
    }
    assertThat(living).isEqualTo(devices);
    assertThat(deleted).containsExactly(gone);
  }

  private void assertFlatUplinks(List<JsonNode> rows) {
    Map<String, Map<String, String>> found = new TreeMap<>();
    for (JsonNode row : rows) {
      if (row.path("dev_eui").asText().equals(device)) {
        Map<String, String> leaves = Leaves.of(row);
        found.put(leaves.remove("id"), leaves);
      }
    }
    Map<String, Map<String, String>> expected = new TreeMap<>();
    for (LogItem uplink : uplinks()) {
      Map<String, String> said = said(uplink);
      Map<String, String> columns = new TreeMap<>(below("object_", said, "object_"));
      columns.putAll(below("tags_", said, "tags_"));
      for (String same :
          List.of("time", "tenant_id", "application_name", "device_name", "f_port", "data")) {
        columns.put(same, said.getOrDefault(same, ""));
      }
      columns.put("dev_eui", device);
      // The first frame's number is 0, which v4 leaves out.
      columns.put("f_cnt", said.getOrDefault("f_cnt", "0"));
      columns.put("rx_gateway_id", said.get("rx_info_0_gateway_id"));
      columns.put("rx_rssi", said.get("rx_info_0_rssi"));
      columns.put("rx_snr", Leaves.singlePrecision(said.getOrDefault("rx_info_0_snr", "0")));
      expected.put(uplink.getId(), columns);
    }
    assertThat(found).isEqualTo(expected);
  }

  private void assertMeasurements(List<JsonNode> rows) {
    Map<String, String> found = new TreeMap<>();
    for (JsonNode row : rows) {
      if (row.path("dev_eui").asText().equals(device)) {
        Map<String, String> leaves = Leaves.of(row);
        List<String> values =
            List.of("value", "text", "bool").stream().filter(leaves::containsKey).toList();
        assertThat(values).as(row.toString()).hasSize(1);
        String name = "object_" + leaves.get("name").replaceAll("[.\\[]", "_").replace("]", "");
        found.put(leaves.get("id") + " " + name, leaves.get(values.get(0)));
        Map<String, String> uplink = said(uplink(leaves.get("id")));
        for (String same : List.of("time", "device_name", "tenant_id")) {
          assertThat(leaves.get(same)).as(same).isEqualTo(uplink.getOrDefault(same, ""));
        }
      }
    }
    assertThat(found).isNotEmpty().isEqualTo(measurements());
  }

  private LogItem uplink(String id) {
    return uplinks().stream().filter(uplink -> uplink.getId().equals(id)).findFirst().orElseThrow();
  }

  /** Rows of ChirpStack's JSON have no id; an uplink's counter names it here. */
  private void assertOwnUplinks(List<JsonNode> rows) {
    Map<String, Map<String, String>> found = new TreeMap<>();
    for (JsonNode row : rows) {
      if (row.at("/deviceInfo/devEui").asText().equals(device)) {
        Map<String, String> leaves = new TreeMap<>();
        Leaves.of(row)
            .forEach((name, value) -> leaves.put(name.replaceFirst("^device_info_", ""), value));
        found.put(leaves.get("f_cnt"), leaves);
      }
    }
    assertThat(found).hasSize(uplinks().size());
    for (LogItem uplink : uplinks()) {
      Map<String, String> said = said(uplink);
      said.keySet().removeIf(name -> !isColumn(name));
      assertThat(said).isNotEmpty();
      assertThat(found.get(said.getOrDefault("f_cnt", "0"))).containsAllEntriesOf(said);
    }
  }

  /** Of the table; v3's word for the code rate is translated. */
  private static boolean isColumn(String name) {
    return name.matches(
            "time|f_cnt|f_port|data|(object|rx_info|tx_info|tags)_.*|device_name|tenant_id"
                + "|application_name|dev_eui")
        && !name.contains("code_rate");
  }

  private void assertTemperature(List<JsonNode> rows) {
    double mean =
        uplinks().stream()
            .mapToDouble(uplink -> Double.parseDouble(said(uplink).get("object_temperature")))
            .average()
            .orElseThrow();
    String name = said(uplinks().get(0)).get("device_name");
    assertThat(rows).extracting(row -> row.path("device_name").asText()).containsExactly(name);
    assertThat(rows.get(0).path("temperature").asDouble()).isCloseTo(mean, within(ROUNDING));
  }

  /** The leaves below a name, under another. */
  private static Map<String, String> below(
      String prefix, Map<String, String> leaves, String instead) {
    Map<String, String> below = new TreeMap<>();
    leaves.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            below.put(instead + name.substring(prefix.length()), value);
          }
        });
    return below;
  }
}
