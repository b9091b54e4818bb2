package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.record.json.CanonicalJson;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.apache.kafka.connect.data.Struct;

/**
 * Holds a record's value, which has the form that v4 gives, to the JSON that was recorded of a v3
 * server: field by field and both ways, by a table of what belongs to what, and to no code of the
 * mapping's.
 */
public final class RecordedFormV3 {
  private static final Map<String, String> ERRORS =
      Map.of(
          "UPLINK_FCNT_RESET", "UPLINK_F_CNT_RESET",
          "UPLINK_FCNT_RETRANSMISSION", "UPLINK_F_CNT_RETRANSMISSION",
          "DOWNLINK_FCNT", "F_CNT_DOWN");

  /** A margin that says that the device has reported no status. */
  private static final int NEVER_TOLD = 256;

  private RecordedFormV3() {}

  /** How a leaf of v3 is found in the record. */
  private interface Rule extends BiConsumer<JsonNode, Found> {}

  /** The record's leaves; what was looked at is accounted for. */
  private static final class Found {
    private final Map<String, Object> leaves;
    private final Set<String> seen = new HashSet<>();

    Found(Struct struct) {
      leaves = Leaves.of(struct);
    }

    Object get(String path) {
      seen.add(path);
      return leaves.get(path);
    }
  }

  private static Rule text(String path) {
    return (v3, found) -> assertThat(found.get(path)).as(path).isEqualTo(v3.asText());
  }

  private static Rule number(String path) {
    return (v3, found) -> {
      Object value = found.get(path);
      if (value instanceof Float single) {
        assertThat(single).as(path).isEqualTo((float) v3.asDouble());
      } else {
        assertThat(((Number) value).doubleValue()).as(path).isEqualTo(v3.asDouble());
      }
    };
  }

  private static Rule flag(String path) {
    return (v3, found) -> assertThat(found.get(path)).as(path).isEqualTo(v3.booleanValue());
  }

  private static Rule hex(String path) {
    return (v3, found) ->
        assertThat(found.get(path)).as(path).isEqualTo(HexFormat.of().formatHex(base64(v3)));
  }

  private static Rule bytes(String path) {
    return (v3, found) -> assertThat((byte[]) found.get(path)).as(path).isEqualTo(base64(v3));
  }

  private static Rule uuid(String path) {
    return (v3, found) -> {
      String digits = HexFormat.of().formatHex(base64(v3));
      assertThat(UUID.fromString((String) found.get(path)).toString().replace("-", ""))
          .as(path)
          .isEqualTo(digits);
    };
  }

  private static Rule time(String path) {
    return (v3, found) -> {
      Instant instant = Instant.parse(v3.asText());
      assertThat(found.get(path)).as(path).isEqualTo(new Date(instant.toEpochMilli()));
      assertThat(Instant.parse((String) found.get(path + "_text"))).as(path).isEqualTo(instant);
    };
  }

  private static final Rule MAP =
      (v3, found) -> {
        Map<String, String> expected = new HashMap<>();
        v3.properties().forEach(tag -> expected.put(tag.getKey(), tag.getValue().asText()));
        assertThat(found.get("device_info.tags")).isEqualTo(expected);
      };

  private static final Rule OBJECT =
      (v3, found) -> {
        Object object = found.get("object");
        if (v3.asText().isEmpty()) {
          assertThat(object).isNull();
        } else {
          assertThat(Json.read((String) object)).isEqualTo(Json.read(v3.asText()));
        }
      };

  private static Rule codeRate(String message) {
    return (v3, found) -> {
      assertThat(found.get(message + ".code_rate_legacy")).isEqualTo(v3.asText());
      String expected =
          v3.asText().equals("4/5") ? "CR_4_5" : "CR_UNDEFINED"; // the lab's gateways wrote 3/4
      assertThat(found.get(message + ".code_rate")).isEqualTo(expected);
    };
  }

  private static Map<String, Rule> transmission(String from, String to) {
    String lora = to + ".modulation.lora";
    Map<String, Rule> rules = new HashMap<>();
    rules.put(from + ".frequency", number(to + ".frequency"));
    rules.put(
        from + ".modulation",
        (v3, found) -> {
          // LORA is also what v3 prints for a transmission that it knows nothing about.
          assertThat(v3.asText()).isEqualTo("LORA");
          assertThat(found.leaves.keySet())
              .allMatch(
                  path -> path.startsWith(lora + ".") || !path.startsWith(to + ".modulation"));
        });
    rules.put(
        from + ".loRaModulationInfo.bandwidth",
        (v3, found) -> assertThat(found.get(lora + ".bandwidth")).isEqualTo(v3.asLong() * 1_000));
    rules.put(from + ".loRaModulationInfo.spreadingFactor", number(lora + ".spreading_factor"));
    rules.put(from + ".loRaModulationInfo.codeRate", codeRate(lora));
    rules.put(
        from + ".loRaModulationInfo.polarizationInversion", flag(lora + ".polarization_inversion"));
    rules.put(from + ".power", number(to + ".power"));
    rules.put(from + ".board", number(to + ".board"));
    rules.put(from + ".antenna", number(to + ".antenna"));
    rules.put(
        from + ".timing",
        (v3, found) -> {
          boolean immediately = v3.asText().equals("IMMEDIATELY");
          assertThat(found.get(to + ".timing.immediately")).isEqualTo(immediately);
          assertThat(found.leaves.containsKey(to + ".timing.delay.delay"))
              .isEqualTo(v3.asText().equals("DELAY"));
        });
    rules.put(from + ".delayTimingInfo.delay", text(to + ".timing.delay.delay"));
    rules.put(from + ".context", bytes(to + ".context"));
    return rules;
  }

  private static Map<String, Rule> reception(String from, String to) {
    Map<String, Rule> rules = new HashMap<>();
    rules.put(from + ".gatewayID", hex(to + ".gateway_id"));
    rules.put(from + ".uplinkID", uuid(to + ".uplink_uuid"));
    rules.put(from + ".time", time(to + ".gw_time"));
    rules.put(from + ".timeSinceGPSEpoch", text(to + ".time_since_gps_epoch"));
    rules.put(from + ".rssi", number(to + ".rssi"));
    rules.put(from + ".loRaSNR", number(to + ".snr"));
    rules.put(from + ".channel", number(to + ".channel"));
    rules.put(from + ".rfChain", number(to + ".rf_chain"));
    rules.put(from + ".board", number(to + ".board"));
    rules.put(from + ".antenna", number(to + ".antenna"));
    rules.put(from + ".location.latitude", number(to + ".location.latitude"));
    rules.put(from + ".location.longitude", number(to + ".location.longitude"));
    rules.put(from + ".location.altitude", number(to + ".location.altitude"));
    rules.put(from + ".location.source", text(to + ".location.source"));
    rules.put(from + ".location.accuracy", number(to + ".location.accuracy"));
    rules.put(from + ".fineTimestampType", text(to + ".fine_timestamp_type"));
    rules.put(from + ".plainFineTimestamp.time", time(to + ".fine_timestamp"));
    rules.put(from + ".context", bytes(to + ".context"));
    rules.put(from + ".crcStatus", text(to + ".crc_status"));
    return rules;
  }

  private static Map<String, Rule> eventRules(String type) {
    Map<String, Rule> rules = new HashMap<>();
    rules.put("applicationID", text("device_info.application_id"));
    rules.put("applicationName", text("device_info.application_name"));
    rules.put("deviceName", text("device_info.device_name"));
    rules.put("devEUI", hex("device_info.dev_eui"));
    rules.put("deviceProfileID", text("device_info.device_profile_id"));
    rules.put("deviceProfileName", text("device_info.device_profile_name"));
    rules.put("tags", MAP);
    rules.put("publishedAt", time("time"));
    rules.putAll(transmission("txInfo", "tx_info"));
    for (int i = 0; i < 5; i++) {
      rules.putAll(reception("rxInfo[" + i + "]", "rx_info[" + i + "]"));
      rules.put("uplinkIDs[" + i + "]", uuid("uplink_uuids[" + i + "]"));
    }
    boolean downlink = type.equals("ack") || type.equals("txack");
    rules.put("fCnt", number(downlink ? "f_cnt_down" : "f_cnt"));
    rules.put("devAddr", hex("dev_addr"));
    rules.put("adr", flag("adr"));
    rules.put("dr", number("dr"));
    rules.put("fPort", number("f_port"));
    rules.put("confirmedUplink", flag("confirmed"));
    rules.put("data", bytes("data"));
    rules.put("objectJSON", OBJECT);
    rules.put("acknowledged", flag("acknowledged"));
    rules.put("gatewayID", hex("gateway_id"));
    rules.put("txInfo.gatewayID", hex("gateway_id"));
    rules.put(
        "type",
        (v3, found) ->
            assertThat(found.get("code")).isEqualTo(ERRORS.getOrDefault(v3.asText(), v3.asText())));
    rules.put("error", text("description"));
    rules.put("margin", number("margin"));
    rules.put("externalPowerSource", flag("external_power_source"));
    rules.put("batteryLevelUnavailable", flag("battery_level_unavailable"));
    rules.put("batteryLevel", number("battery_level"));
    rules.put("location.latitude", number("location.latitude"));
    rules.put("location.longitude", number("location.longitude"));
    rules.put("location.altitude", number("location.altitude"));
    rules.put("location.source", text("location.source"));
    rules.put("location.accuracy", number("location.accuracy"));
    return rules;
  }

  /**
   * What a record may say that v3 did not: empty bytes, which v3 prints as null, and the level of
   * an error.
   */
  private static boolean isImplied(String path, Object value) {
    boolean emptyBytes = value instanceof byte[] bytes && bytes.length == 0;
    return (emptyBytes && (path.equals("data") || path.endsWith(".context")))
        || (path.equals("level") && value.equals("ERROR"));
  }

  /**
   * @param v3 the message of the stream
   * @param devEui whose log it is
   */
  public static void assertEvent(JsonNode v3, String devEui, Struct value) {
    value.validate();
    assertThat(value.get("dev_eui")).isEqualTo(devEui);
    if (v3.has("stream_id")) { // else it is made from what the message says
      assertThat(value.get("id")).isEqualTo(v3.path("stream_id").asText());
    }
    assertThat(value.get("gap")).isNull();
    String type = v3.path("type").asText();
    if (type.equals("integration")) {
      assertPassedOn(v3, value);
    } else {
      compare(eventRules(type), Json.read(v3.path("payload_json").asText()), value);
    }
  }

  /** A kind without a schema. */
  private static void assertPassedOn(JsonNode v3, Struct value) {
    assertThat(value.get("kind")).isEqualTo(v3.path("type").asText());
    assertThat(value.get("body")).isEqualTo(CanonicalJson.ofText(v3.path("payload_json").asText()));
    assertTime(v3.path("published_at"), value);
    assertThat(value.getMap("properties")).isEmpty();
    assertThat(value.get("error")).isNull();
  }

  private static void assertTime(JsonNode v3, Struct value) {
    if (v3.isMissingNode()) {
      assertThat(value.get("time")).isNull();
      assertThat(value.get("time_text")).isNull();
      return;
    }
    Instant time = Instant.parse(v3.asText());
    assertThat(value.get("time")).isEqualTo(new Date(time.toEpochMilli()));
    assertThat(Instant.parse(value.getString("time_text"))).isEqualTo(time);
  }

  private static void compare(Map<String, Rule> rules, JsonNode v3, Struct value) {
    Found found = new Found(value);
    Leaves.of(v3)
        .forEach(
            (path, leaf) -> {
              Rule rule = rules.get(path);
              assertThat(rule).as("a place for %s", path).isNotNull();
              rule.accept(leaf, found);
            });
    Map<String, Object> unasked = new TreeMap<>(found.leaves);
    unasked.keySet().removeAll(found.seen);
    unasked.keySet().removeAll(Set.of("id", "dev_eui"));
    unasked.entrySet().removeIf(leaf -> isImplied(leaf.getKey(), leaf.getValue()));
    assertThat(unasked).as("said by the record alone").isEmpty();
  }

  /**
   * @param v3 the message of the stream
   * @param devEui whose log it is
   */
  public static void assertFrame(JsonNode v3, String devEui, Struct value) {
    assertThat(value.get("dev_eui")).isEqualTo(devEui);
    assertFrame(v3, value);
  }

  /** A frame of a gateway's log: of an uplink, the device is not known. */
  public static void assertGatewayFrame(JsonNode v3, String gatewayId, Struct value) {
    assertThat(value.get("gateway_id")).isEqualTo(gatewayId);
    JsonNode frame = v3.path(v3.has("uplink_frame") ? "uplink_frame" : "downlink_frame");
    JsonNode joining =
        Json.read(frame.path("phy_payload_json").asText()).path("macPayload").path("devEUI");
    assertThat(value.get("dev_eui")).isEqualTo(joining.textValue());
    assertFrame(v3, value);
  }

  private static void assertFrame(JsonNode v3, Struct value) {
    value.validate();
    boolean up = v3.has("uplink_frame");
    JsonNode frame = v3.path(up ? "uplink_frame" : "downlink_frame");
    assertThat(value.getString("direction")).isEqualTo(up ? "up" : "down");
    assertTime(frame.path("published_at"), value);
    assertThat(value.get("unknown_fields")).isNull();
    JsonNode phy = Json.read(frame.path("phy_payload_json").asText());
    comparePhy(phy, value);
    Struct tx = value.getStruct("tx_info");
    JsonNode v3Tx = frame.path("tx_info");
    Struct lora = tx.getStruct("modulation").getStruct("lora");
    JsonNode v3Lora = v3Tx.path("lora_modulation_info");
    assertThat(tx.get("frequency")).isEqualTo(v3Tx.path("frequency").asLong());
    assertThat(lora.get("bandwidth")).isEqualTo(v3Lora.path("bandwidth").asLong() * 1_000);
    assertThat(lora.get("spreading_factor")).isEqualTo(v3Lora.path("spreading_factor").asLong());
    assertThat(lora.get("code_rate_legacy")).isEqualTo(v3Lora.path("code_rate").asText());
    assertThat(lora.get("polarization_inversion"))
        .isEqualTo(v3Lora.path("polarization_inversion").asBoolean());
    assertThat(lora.get("preamble")).isNull();
    assertThat(lora.get("no_crc")).isNull();
    if (up) {
      assertThat(tx.get("power")).isNull();
      compareReceptions(frame.path("rx_info"), value.getArray("rx_info"));
    } else {
      assertThat(value.get("gateway_id")).isEqualTo(frame.path("gateway_id").asText());
      assertThat(tx.get("power")).isEqualTo(v3Tx.path("power").asInt());
      assertThat(tx.getStruct("timing").getStruct("delay").get("delay"))
          .isEqualTo(v3Tx.path("delay_timing_info").path("delay").asText());
      assertThat(tx.getBytes("context")).isEqualTo(base64(v3Tx.path("context")));
      assertThat(value.getArray("rx_info")).isEmpty();
    }
  }

  private static void compareReceptions(JsonNode v3, List<Struct> receptions) {
    assertThat(receptions).hasSize(v3.size());
    for (int i = 0; i < v3.size(); i++) {
      Map<String, Object> leaves = Leaves.of(receptions.get(i));
      JsonNode one = v3.get(i);
      Map<String, Object> expected = new TreeMap<>();
      expected.put("gateway_id", HexFormat.of().formatHex(base64(one.path("gateway_id"))));
      expected.put("rssi", one.path("rssi").asInt());
      expected.put("snr", (float) one.path("lora_snr").asDouble());
      for (String number : List.of("channel", "rf_chain", "board", "antenna")) {
        expected.put(number, one.path(number).asLong());
      }
      for (String degree : List.of("latitude", "longitude", "altitude")) {
        expected.put("location." + degree, one.path("location").path(degree).asDouble());
      }
      expected.put("location.source", one.path("location").path("source").asText("UNKNOWN"));
      expected.put("location.accuracy", (float) one.path("location").path("accuracy").asDouble());
      expected.put("crc_status", one.path("crc_status").asText("NO_CRC"));
      expected.put("fine_timestamp_type", one.path("fine_timestamp_type").asText("NONE"));
      byte[] id = base64(one.path("uplink_id"));
      expected.put(
          "uplink_uuid",
          HexFormat.of()
              .formatHex(id)
              .replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5"));
      assertThat((byte[]) leaves.remove("context")).isEqualTo(base64(one.path("context")));
      assertThat(leaves).isEqualTo(expected);
    }
  }

  private static void comparePhy(JsonNode phy, Struct value) {
    JsonNode payload = phy.path("macPayload");
    assertThat(value.get("f_type")).isEqualTo(phy.path("mhdr").path("mType").asText());
    assertThat(value.get("frame_type")).isEqualTo(value.get("f_type"));
    assertThat(value.get("major")).isEqualTo(phy.path("mhdr").path("major").asText());
    assertThat(value.getBytes("mic")).isEqualTo(HexFormat.of().parseHex(phy.path("mic").asText()));
    JsonNode header = payload.path("fhdr");
    if (header.isObject()) {
      assertThat(value.get("dev_addr")).isEqualTo(header.path("devAddr").asText());
      assertThat(value.get("f_cnt")).isEqualTo(header.path("fCnt").asLong());
      JsonNode control = header.path("fCtrl");
      assertThat(value.get("adr")).isEqualTo(control.path("adr").asBoolean());
      assertThat(value.get("adr_ack_req")).isEqualTo(control.path("adrAckReq").asBoolean());
      assertThat(value.get("ack")).isEqualTo(control.path("ack").asBoolean());
      assertThat(value.get("f_pending")).isEqualTo(control.path("fPending").asBoolean());
      assertThat(value.get("class_b")).isEqualTo(control.path("classB").asBoolean());
      JsonNode options = header.path("fOpts");
      assertThat(Json.read(value.getString("f_opts")))
          .isEqualTo(options.isNull() ? Json.read("[]") : options);
      JsonNode port = payload.path("fPort");
      assertThat(value.get("f_port")).isEqualTo(port.isNull() ? null : port.asLong());
      comparePayload(payload.path("frmPayload"), value.getString("frm_payload"));
    }
    if (payload.has("joinEUI")) {
      assertThat(value.get("join_eui")).isEqualTo(payload.path("joinEUI").asText());
      assertThat(value.get("dev_nonce")).isEqualTo(payload.path("devNonce").asLong());
    }
    if (payload.has("bytes")) {
      assertThat(Json.read(value.getString("phy_payload")).path("payload").asText())
          .isEqualTo(HexFormat.of().formatHex(base64(payload.path("bytes"))));
    }
  }

  private static void comparePayload(JsonNode pieces, String hex) {
    if (pieces.isNull()) {
      assertThat(hex).isNull();
    } else if (pieces.size() == 1 && pieces.get(0).has("bytes")) {
      assertThat(hex).isEqualTo(HexFormat.of().formatHex(base64(pieces.get(0).path("bytes"))));
    } else {
      assertThat(hex).isNull();
    }
  }

  /**
   * @param row the device in the server's list
   * @param place tenant and application, which the list does not name: fields and their values
   */
  public static void assertDevice(JsonNode row, Map<String, String> place, Struct value) {
    value.validate();
    Map<String, Object> expected = new TreeMap<>(place);
    for (String field :
        List.of(
            "dev_eui",
            "name",
            "description",
            "application_id",
            "device_profile_id",
            "device_profile_name")) {
      expected.put(field, row.path(field).asText());
    }
    Map<String, Object> leaves = Leaves.of(value);
    if (row.has("last_seen_at")) {
      Instant seen = Instant.parse(row.path("last_seen_at").asText());
      expected.put("last_seen_at", new Date(seen.toEpochMilli()));
      assertThat(Instant.parse((String) leaves.remove("last_seen_at_text"))).isEqualTo(seen);
    }
    int margin = row.path("device_status_margin").asInt();
    if (margin != NEVER_TOLD) {
      boolean external = row.path("device_status_external_power_source").asBoolean();
      expected.put("device_status.margin", margin);
      expected.put("device_status.external_power_source", external);
      if (!external && !row.path("device_status_battery_level_unavailable").asBoolean()) {
        expected.put(
            "device_status.battery_level",
            (float) row.path("device_status_battery_level").asDouble());
      }
    }
    expected.put("deleted", false);
    assertThat(leaves).isEqualTo(expected);
  }

  /**
   * What is no device.
   *
   * @param row in the server's list
   * @param place what the list does not name: fields and their values
   */
  public static void assertEntity(
      Feed feed, JsonNode row, Map<String, String> place, Struct value) {
    value.validate();
    Map<String, Object> expected = new TreeMap<>(place);
    row.properties()
        .forEach(
            field -> {
              switch (field.getKey()) {
                case "id" ->
                    expected.put(
                        feed == Feed.GATEWAYS ? "gateway_id" : "id", field.getValue().asText());
                case "name", "description" ->
                    expected.put(field.getKey(), field.getValue().asText());
                case "can_have_gateways" ->
                    expected.put("can_have_gateways", field.getValue().asBoolean());
                case "created_at", "updated_at", "last_seen_at" ->
                    expected.put(
                        field.getKey(),
                        new Date(Instant.parse(field.getValue().asText()).toEpochMilli()));
                case "location" ->
                    field
                        .getValue()
                        .properties()
                        .forEach(
                            part ->
                                expected.put(
                                    "location." + part.getKey(), part.getValue().asDouble()));
                // By one name and one place here, as v4 has them, or of what v4 does not have.
                case "display_name",
                    "organization_id",
                    "application_id",
                    "application_name",
                    "service_profile_id",
                    "service_profile_name",
                    "network_server_id",
                    "network_server_name",
                    "first_seen_at" -> {}
                default -> throw new AssertionError("a field that is not known: " + field);
              }
            });
    expected.put("deleted", false);
    if (feed == Feed.TENANTS) {
      expected.put("name", row.path("display_name").asText());
    }
    Map<String, Object> leaves = Leaves.of(value);
    for (String time : List.of("created_at", "updated_at", "last_seen_at")) {
      Object text = leaves.remove(time + "_text");
      assertThat(text == null ? null : Instant.parse((String) text))
          .as(time)
          .isEqualTo(row.has(time) ? Instant.parse(row.path(time).asText()) : null);
    }
    assertThat(leaves).as(feed + " " + row).isEqualTo(expected);
  }

  private static byte[] base64(JsonNode node) {
    return Base64.getDecoder().decode(node.asText());
  }
}
