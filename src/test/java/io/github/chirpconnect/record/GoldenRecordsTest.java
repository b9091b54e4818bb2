package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.Generation;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.golden.Golden;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/**
 * Each recorded entry and device becomes a record that says what the server's JSON says, no less
 * and no more, as {@link Comparison} reads both.
 */
class GoldenRecordsTest {
  static final List<String> FILES =
      List.of(
          "v4/walk.jsonl",
          "v4/streams.jsonl",
          "v4/streams-kinds.jsonl",
          "v4/streams-faults.jsonl",
          "v4/streams-revoked.jsonl");

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Properties that a frame's record has as fields. Those of events repeat the body, at times
   * rounded, and are left out of a record that has the body.
   */
  private static final Map<String, String> FRAME_PROPERTIES =
      Map.of("DevAddr", "dev_addr", "DevEUI", "dev_eui", "Gateway ID", "gateway_id");

  private final SourceRecords records =
      new SourceRecords("chirpstack", () -> Generation.V4, Clock.systemUTC());

  static List<LogEntry> entries() {
    List<LogEntry> entries = new ArrayList<>();
    for (String file : FILES) {
      for (Golden.Call call : Golden.calls(file)) {
        boolean events = call.method().endsWith("/StreamDeviceEvents");
        if (events || call.method().endsWith("/StreamDeviceFrames")) {
          String devEui = call.requestJson().path("dev_eui").asText();
          call.messages()
              .forEach(
                  message ->
                      entries.add(
                          entry(message.json(), devEui, events ? LogKind.EVENTS : LogKind.FRAMES)));
        }
      }
    }
    return entries;
  }

  private static LogEntry entry(JsonNode item, String devEui, LogKind log) {
    Map<String, String> properties = new HashMap<>();
    item.path("properties")
        .properties()
        .forEach(property -> properties.put(property.getKey(), property.getValue().asText()));
    return new LogEntry(
        devEui,
        log,
        EntryId.parse(item.path("id").asText()),
        Instant.parse(item.path("time").asText()),
        item.path("description").asText(),
        item.path("body").asText(),
        properties,
        GoldenRecordsTest::parse);
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void eachEventSaysWhatItsBodySays() {
    Set<String> kinds = new TreeSet<>();
    int count = 0;
    for (LogEntry entry : entries()) {
      if (entry.log() == LogKind.EVENTS) {
        count++;
        kinds.add(entry.kind());
        SourceRecord record = records.entry(entry, null, Map.of(), Map.of());
        assertThat(record.topic()).isEqualTo("chirpstack.device." + entry.kind());
        Struct value = (Struct) record.value();
        value.validate();
        Comparison comparison = new Comparison();
        comparison.message(entry.body(), value, entry.kind());
        comparison.given(value, "unknown_fields", null);
        comparison.assertNothingElse(value, entry.kind());
      }
    }
    assertThat(kinds).containsExactlyInAnyOrderElementsOf(Schemas.EVENTS.keySet());
    assertThat(count).isGreaterThan(200);
  }

  @Test
  void eachFrameSaysWhatItsBodySays() {
    Set<String> types = new TreeSet<>();
    int count = 0;
    for (LogEntry entry : entries()) {
      if (entry.log() == LogKind.FRAMES) {
        count++;
        types.add(entry.kind());
        SourceRecord record = records.entry(entry, null, Map.of(), Map.of());
        assertThat(record.topic()).isEqualTo("chirpstack.device.frames");
        Struct value = (Struct) record.value();
        value.validate();
        compareFrame(entry, value);
      }
    }
    assertThat(types)
        .contains(
            "JoinRequest",
            "JoinAccept",
            "UnconfirmedDataUp",
            "UnconfirmedDataDown",
            "ConfirmedDataDown");
    assertThat(count).isGreaterThan(130);
  }

  private static void compareFrame(LogEntry entry, Struct value) {
    Comparison comparison = new Comparison();
    JsonNode body = entry.body();
    comparison.given(value, "dev_eui", entry.devEui());
    comparison.given(value, "frame_type", entry.kind());
    comparison.givenTime(value, "time", entry.time());
    boolean uplink = body.has("rx_info");
    comparison.given(value, "direction", uplink ? "up" : "down");
    entry
        .properties()
        .forEach(
            (name, text) ->
                comparison.given(value, FRAME_PROPERTIES.get(name), text.isEmpty() ? null : text));
    JsonNode phy = body.path("phy_payload");
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
    comparison.frameTxInfo(body.path("tx_info"), value.getStruct("tx_info"), uplink);
    comparison.compared(value, "tx_info");
    if (uplink) {
      comparison.list(body.path("rx_info"), value, "rx_info");
    }
    Set<String> outer =
        body.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    assertThat(Set.of("phy_payload", "tx_info", "rx_info")).containsAll(outer);
    comparison.assertNothingElse(value, entry.kind());
  }

  @Test
  void eachDeviceSaysWhatTheListSays() {
    int count = 0;
    for (String file : List.of("v4/walk.jsonl", "v4/unary.jsonl")) {
      for (Golden.Call call : Golden.calls(file)) {
        if (call.method().equals("/api.DeviceService/List")) {
          for (Golden.Message message : call.messages()) {
            for (JsonNode item : message.json().path("result")) {
              count++;
              SourceRecord record = records.device(device(item), Map.of(), Map.of());
              Struct value = (Struct) record.value();
              value.validate();
              Comparison comparison = new Comparison();
              comparison.listItem(item, value);
              comparison.given(value, "tenant_id", "tenant");
              comparison.given(value, "tenant_name", "tenant's name");
              comparison.given(value, "application_id", "application");
              comparison.given(value, "application_name", "application's name");
              comparison.assertNothingElse(value, "device");
            }
          }
        }
      }
    }
    assertThat(count).isGreaterThan(50);
  }

  private static Device device(JsonNode item) {
    JsonNode status = item.get("device_status");
    Map<String, String> tags = new HashMap<>();
    item.path("tags").properties().forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
    return new Device(
        item.path("dev_eui").asText(),
        item.path("name").asText(),
        item.path("description").asText(),
        "tenant",
        "tenant's name",
        "application",
        "application's name",
        item.path("device_profile_id").asText(),
        item.path("device_profile_name").asText(),
        instant(item, "created_at"),
        instant(item, "updated_at"),
        instant(item, "last_seen_at"),
        status == null
            ? null
            : new Device.Status(
                status.path("margin").asInt(),
                status.path("external_power_source").asBoolean(),
                (float) status.path("battery_level").asDouble()),
        tags);
  }

  private static Instant instant(JsonNode item, String name) {
    return item.has(name) ? Instant.parse(item.get(name).asText()) : null;
  }
}
