package io.github.chirpconnect.record.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Holds a record's value to the JSON that was recorded of a server: it says what the JSON says, no
 * less and no more, as {@link Comparison} reads both.
 */
public final class RecordedForm {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Properties that a frame's record has as fields. Those of events repeat the body, at times
   * rounded, and are left out of a record that has the body.
   */
  private static final Map<String, String> FRAME_PROPERTIES =
      Map.of("DevAddr", "dev_addr", "DevEUI", "dev_eui", "Gateway ID", "gateway_id");

  private RecordedForm() {}

  /**
   * @param item the entry of an event log
   */
  public static void assertEvent(JsonNode item, Struct value) {
    value.validate();
    String kind = item.path("description").asText();
    Comparison comparison = new Comparison();
    JsonNode body = parse(item.path("body").asText());
    comparison.message(body, value, kind);
    comparison.given(value, "id", item.path("id").asText());
    comparison.given(value, "dev_eui", body.path("deviceInfo").path("devEui").asText());
    comparison.given(value, "unknown_fields", null);
    comparison.assertNothingElse(value, kind);
  }

  /**
   * @param item the entry of a frame log
   * @param devEui whose log it is
   */
  public static void assertFrame(JsonNode item, String devEui, Struct value) {
    assertFrame(item, "dev_eui", devEui, value);
  }

  /**
   * @param item the entry of a gateway's frame log
   */
  public static void assertGatewayFrame(JsonNode item, String gatewayId, Struct value) {
    assertFrame(item, "gateway_id", gatewayId, value);
  }

  private static void assertFrame(JsonNode item, String owner, String id, Struct value) {
    value.validate();
    Comparison comparison = new Comparison();
    JsonNode body = parse(item.path("body").asText());
    String type = item.path("description").asText();
    comparison.given(value, "id", item.path("id").asText());
    comparison.given(value, owner, id);
    comparison.given(value, "frame_type", type);
    comparison.givenTime(value, "time", Instant.parse(item.path("time").asText()));
    boolean uplink = body.has("rx_info");
    comparison.given(value, "direction", uplink ? "up" : "down");
    item.path("properties")
        .properties()
        .forEach(
            property -> {
              String text = property.getValue().asText();
              comparison.given(
                  value, FRAME_PROPERTIES.get(property.getKey()), text.isEmpty() ? null : text);
            });
    comparePhyPayload(body.path("phy_payload"), value, comparison);
    comparison.frameTxInfo(body.path("tx_info"), value.getStruct("tx_info"), uplink);
    comparison.compared(value, "tx_info");
    if (uplink) {
      comparison.list(body.path("rx_info"), value, "rx_info");
    }
    Set<String> outer =
        body.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    assertThat(Set.of("phy_payload", "tx_info", "rx_info")).containsAll(outer);
    comparison.assertNothingElse(value, type);
  }

  private static void comparePhyPayload(JsonNode phy, Struct value, Comparison comparison) {
    assertThat(parse(value.getString("phy_payload"))).isEqualTo(phy);
    comparison.leaf(phy.path("mhdr").path("f_type"), value, "f_type");
    comparison.leaf(phy.path("mhdr").path("major"), value, "major");
    byte[] mic = value.getBytes("mic");
    assertThat(mic).hasSize(phy.path("mic").size());
    for (int i = 0; i < mic.length; i++) {
      assertThat(mic[i] & 0xff).isEqualTo(phy.path("mic").path(i).intValue());
    }
    JsonNode payload = phy.path("payload");
    JsonNode header = payload.path("fhdr");
    if (header.isObject()) {
      comparison.given(value, "dev_addr", header.path("devaddr").textValue());
      comparison.leaf(header.path("f_cnt"), value, "f_cnt");
      for (String flag : List.of("adr", "adr_ack_req", "ack", "f_pending", "class_b")) {
        comparison.leaf(header.path("f_ctrl").path(flag), value, flag);
      }
      assertThat(parse(value.getString("f_opts"))).isEqualTo(header.path("f_opts"));
      comparison.leaf(payload.path("f_port"), value, "f_port");
      comparison.leaf(payload.path("frm_payload"), value, "frm_payload");
    }
    if (payload.has("join_eui")) {
      comparison.leaf(payload.path("join_eui"), value, "join_eui");
      comparison.leaf(payload.path("dev_nonce"), value, "dev_nonce");
    }
    comparison.compared(value, "mic", "phy_payload", "f_opts");
  }

  /**
   * @param body in v4's form, with all that the record says but the id
   */
  static void assertBody(JsonNode body, String id, Struct value) {
    value.validate();
    Comparison comparison = new Comparison();
    comparison.message(body, value, value.schema().name());
    Field first = value.schema().fields().get(0);
    comparison.given(value, first.name(), id);
    comparison.given(value, "deleted", false);
    comparison.assertNothingTold(value, value.schema().name());
  }

  /**
   * @param item in the server's list
   * @param place what the list does not say of it: fields and their values
   */
  public static void assertEntity(JsonNode item, Map<String, String> place, Struct value) {
    value.validate();
    Comparison comparison = new Comparison();
    comparison.listItem(item, value);
    place.forEach((field, text) -> comparison.given(value, field, text));
    if (value.schema().field("deleted") != null) { // not of what is a list's item itself
      comparison.given(value, "deleted", false);
    }
    comparison.assertNothingElse(value, value.schema().name());
  }

  /**
   * @param item the device in the server's list
   * @param place tenant and application, which the list does not name: fields and their values
   */
  public static void assertDevice(JsonNode item, Map<String, String> place, Struct value) {
    value.validate();
    Comparison comparison = new Comparison();
    comparison.listItem(item, value);
    place.forEach((field, text) -> comparison.given(value, field, text));
    comparison.given(value, "deleted", false);
    comparison.assertNothingElse(value, "device");
  }

  static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
