package io.github.chirpconnect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.Simulator;
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

  /** Frames of v3 have no ids by which a log could be asked for them. */
  void assertFrames() {
    if (chirpStack.generation() == Generation.V4) {
      List<LogItem> ofDevice = chirpStack.network().frames(device);
      List<LogItem> ofGateway = chirpStack.network().gatewayFrames(gateway);
      assertThat(ofDevice).isNotEmpty();
      assertThat(ofGateway).isNotEmpty();
      ofDevice.forEach(frame -> assertFrame(frame, row("device.frames", "dev_eui", device, frame)));
      ofGateway.forEach(
          frame -> assertFrame(frame, row("gateway.frames", "gateway_id", gateway, frame)));
    }
  }

  private static void assertFrame(LogItem frame, JsonNode row) {
    Map<String, String> leaves = Leaves.of(row);
    Map<String, String> said = Leaves.of(frame.getBody());
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
    Map<String, Double> link = series("link.metrics");
    link.keySet().removeIf(name -> name.startsWith("errors|"));
    assertThat(link.keySet()).isEqualTo(expected.keySet());
    link.forEach(
        (name, value) ->
            assertThat(value).as(name).isCloseTo(expected.get(name), within(SINGLE_PRECISION)));
    if (chirpStack.generation() == Generation.V4) {
      assertThat(series("device.metrics"))
          .isEqualTo(Map.of("temperature|", mean("object_temperature", said)));
    }
  }

  private static double mean(String name, List<Map<String, String>> said) {
    return said.stream()
        .mapToDouble(one -> Double.parseDouble(one.get(name)))
        .average()
        .orElseThrow();
  }

  private Map<String, Double> series(String topic) {
    Map<String, Double> series = new TreeMap<>();
    database
        .rows("SELECT * FROM " + table(topic) + " WHERE dev_eui = '" + device + "'")
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
    List<JsonNode> rows =
        database.rows("SELECT * FROM " + table(topic) + " WHERE " + where(key, of, entry));
    assertThat(rows).as(topic + " " + entry.getId()).hasSize(1);
    return rows.get(0);
  }

  private static String table(String topic) {
    return Tables.of("chirpstack." + topic);
  }
}
