package io.github.chirpconnect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.network.GatewayStats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rows of one device, and of the frames of its gateway, against what the simulator said. */
final class DeviceRows {
  /** Series are of single precision. */
  private static final double SINGLE_PRECISION = 1e-4;

  /** What a flat frame has in columns, of what is in its JSON as well. */
  private static final Map<String, String> FRAME_COLUMNS =
      Map.of(
          "f_type", "phy_payload_mhdr_f_type",
          "major", "phy_payload_mhdr_major",
          "dev_addr", "phy_payload_payload_fhdr_devaddr",
          "f_cnt", "phy_payload_payload_fhdr_f_cnt",
          "f_port", "phy_payload_payload_f_port",
          "dev_nonce", "phy_payload_payload_dev_nonce",
          "frequency", "tx_info_frequency",
          "spreading_factor", "tx_info_modulation_lora_spreading_factor",
          "rx_gateway_id", "rx_info_0_gateway_id",
          "rx_rssi", "rx_info_0_rssi");

  /** Of the gateway: no two counts that it tells of one kind are equal. */
  static final GatewayStats STATISTICS =
      new GatewayStats(
          9,
          7,
          3,
          2,
          Map.of(868_100_000, 4, 868_300_000, 3),
          Map.of(869_525_000, 2),
          Map.of(5, 7),
          Map.of(0, 2),
          Map.of("OK", 2, "TOO_LATE", 1),
          Duration.ofHours(1),
          List.of());

  private final String device;
  private final String gateway;
  private final Simulator chirpStack;
  private final PostgreSql database;

  /**
   * @param device its EUI
   * @param gateway the id of the only one that receives it
   */
  DeviceRows(String device, String gateway, Simulator chirpStack, PostgreSql database) {
    this.device = device;
    this.gateway = gateway;
    this.chirpStack = chirpStack;
    this.database = database;
  }

  /**
   * What the device's events of a kind say, under the names of columns.
   *
   * @param topic the last part of their topic's name
   */
  List<Map<String, String>> said(String topic) {
    return events().stream().filter(event -> topic(event).equals(topic)).map(this::said).toList();
  }

  private Map<String, String> said(LogItem event) {
    return Said.in(event, chirpStack.generation());
  }

  private List<LogItem> events() {
    return chirpStack.network().events(device);
  }

  /** v3 calls a log entry an error. */
  private static String topic(LogItem event) {
    return event.getDescription().equals("error") ? "log" : event.getDescription();
  }

  /**
   * Each event is a row.
   *
   * @param topics among them are events of these
   */
  void assertEvents(String... topics) {
    assertThat(events()).extracting(DeviceRows::topic).contains(topics);
    events().forEach(this::assertRow);
  }

  /** Each value in the objects of uplinks is a row. */
  void assertMeasurements() {
    events().stream().filter(event -> topic(event).equals("up")).forEach(this::assertMeasurements);
  }

  /** Each frame is a row. */
  void assertFrames() {
    List<LogItem> ofDevice = chirpStack.network().frames(device);
    List<LogItem> ofGateway = chirpStack.network().gatewayFrames(gateway);
    assertThat(ofDevice).isNotEmpty();
    assertThat(ofGateway).isNotEmpty();
    ofDevice.forEach(
        frame -> assertFrame(frame, frameRow("device.frames", "dev_eui", device, frame)));
    ofGateway.forEach(
        frame -> assertFrame(frame, frameRow("gateway.frames", "gateway_id", gateway, frame)));
  }

  /** Frames of v3 have no ids by which a log could be asked for them. */
  private JsonNode frameRow(String topic, String key, String of, LogItem frame) {
    if (chirpStack.generation() == Generation.V4) {
      return row(topic, key, of, frame);
    }
    String mic = SaidByFrame.mic(frame, Generation.V3);
    return one(
        topic, "%s = '%s' AND encode(mic, 'hex') = '%s'".formatted(key, of, mic), "MIC " + mic);
  }

  private void assertFrame(LogItem frame, JsonNode row) {
    Map<String, String> leaves = Leaves.of(row);
    Map<String, String> said = SaidByFrame.in(frame, chirpStack.generation());
    // It writes them as doubles.
    said.replaceAll((name, value) -> name.endsWith("_snr") ? Leaves.singlePrecision(value) : value);
    assertThat(leaves)
        .containsAllEntriesOf(said)
        .containsEntry("frame_type", frame.getDescription());
    FRAME_COLUMNS.forEach(
        (column, leaf) -> assertThat(leaves.get(column)).as(column).isEqualTo(said.get(leaf)));
  }

  /** What the simulator said in the event is in the columns, and nothing else. */
  private void assertRow(LogItem event) {
    JsonNode row = row("device." + topic(event), "dev_eui", device, event);
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
        "spreading_factor",
        // v3 has another word for the code rate, and one level.
        "tx_info_modulation_lora_code_rate",
        "level");
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

  /** Of the hour that is over: how uplinks were received, and what was measured. */
  void assertSeries() {
    List<Map<String, String>> said = said("up");
    Map<String, Double> expected = new TreeMap<>();
    expected.put("rx_packets|", (double) said.size());
    expected.put("gw_rssi|", mean("rx_info_0_rssi", said));
    expected.put("gw_snr|", mean("rx_info_0_snr", said));
    for (Map<String, String> uplink : said) {
      expected.merge("rx_packets_per_dr|" + uplink.get("dr"), 1.0, Double::sum);
      expected.merge("rx_packets_per_freq|" + uplink.get("tx_info_frequency"), 1.0, Double::sum);
    }
    Map<String, Double> link = series("link.metrics", "dev_eui", device);
    link.keySet().removeIf(name -> name.startsWith("errors|"));
    assertThat(link.keySet()).isEqualTo(expected.keySet());
    link.forEach(
        (name, value) ->
            assertThat(value).as(name).isCloseTo(expected.get(name), within(SINGLE_PRECISION)));
    if (chirpStack.generation() == Generation.V4) {
      assertThat(series("device.metrics", "dev_eui", device))
          .isEqualTo(Map.of("temperature|", mean("object_temperature", said)));
    }
    assertThat(series("gateway.metrics", "gateway_id", gateway)).isEqualTo(ofGateway());
  }

  /** By {@link #STATISTICS}. v4 adds one for each data rate, whatever the gateway counted. */
  private Map<String, Double> ofGateway() {
    Map<String, Double> expected = new TreeMap<>();
    expected.put("rx_packets|", 7.0);
    expected.put("tx_packets|", 2.0);
    expected.put("rx_packets_per_freq|868100000", 4.0);
    expected.put("rx_packets_per_freq|868300000", 3.0);
    expected.put("tx_packets_per_freq|869525000", 2.0);
    expected.put("tx_packets_per_status|OK", 2.0);
    expected.put("tx_packets_per_status|TOO_LATE", 1.0);
    boolean counted = chirpStack.generation() == Generation.V3;
    expected.put("rx_packets_per_dr|5", counted ? 7.0 : 1);
    expected.put("tx_packets_per_dr|0", counted ? 2.0 : 1);
    if (counted) {
      expected.put("rx_packets_received|", 9.0);
      expected.put("tx_packets_received|", 3.0);
    }
    return expected;
  }

  private static double mean(String name, List<Map<String, String>> said) {
    return said.stream()
        .mapToDouble(one -> Double.parseDouble(one.get(name)))
        .average()
        .orElseThrow();
  }

  private Map<String, Double> series(String topic, String key, String of) {
    Map<String, Double> series = new TreeMap<>();
    database
        .rows("SELECT * FROM %s WHERE %s = '%s'".formatted(table(topic), key, of))
        .forEach(
            row ->
                series.put(
                    row.path("metric").asText() + "|" + row.path("label").asText(),
                    row.path("value").asDouble()));
    return series;
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
                + where("dev_eui", device, event))) {
      assertThat(row.path("device_name").asText()).isEqualTo(said(event).get("device_name"));
      assertThat(row.path("tenant_name").textValue()).isEqualTo(said(event).get("tenant_name"));
      rows.put(
          row.path("name").asText().replaceAll("[.\\[]", "_").replace("]", ""),
          row.path("said").asText());
    }
    assertThat(rows).isEqualTo(expected);
  }

  /** An id is unique among the entries of one device, and of one gateway. */
  private static String where(String key, String of, LogItem entry) {
    return "%s = '%s' AND id = '%s'".formatted(key, of, entry.getId());
  }

  private JsonNode row(String topic, String key, String of, LogItem entry) {
    return one(topic, where(key, of, entry), entry.getId());
  }

  private JsonNode one(String topic, String where, String name) {
    List<JsonNode> rows = database.rows("SELECT * FROM " + table(topic) + " WHERE " + where);
    assertThat(rows).as(topic + " " + name).hasSize(1);
    return rows.get(0);
  }

  private static String table(String topic) {
    return Tables.of("chirpstack." + topic);
  }
}
