package io.github.chirpconnect.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes table rows of records, and remembers devices' names for those that have none in them. */
public final class Rows {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OBJECT_VALUES = 3;
  private static final int ID_DIGITS = 8;
  private static final int NAME_WIDTH = 16;
  private static final String DOWNLINK = "downlink";

  private final Map<String, String> names = new HashMap<>();

  Row of(TopicRecord record) {
    String kind = kind(record);
    if (record.isTombstone()) {
      return new Row(record.timestamp(), device(record.key()), "deleted", "");
    }
    if (record.topic().equals(Installation.DOWNLINKS)) {
      JsonNode value = record.json();
      return new Row(
          record.timestamp(),
          device(value.path("dev_eui").asText()),
          DOWNLINK,
          value.path("state").asText() + "  " + item(value));
    }
    if (record.header("chirpstack.feed") == null) {
      return new Row(record.timestamp(), device(record.key()), kind, record.text());
    }
    JsonNode value = record.json();
    remember(record.key(), value);
    return new Row(record.timestamp(), device(record.key()), kind, values(kind, value));
  }

  private String device(String devEui) {
    return "%-16s %s".formatted(cut(names.getOrDefault(devEui, ""), NAME_WIDTH), devEui);
  }

  /** The kind of event; else what its topic holds: a device, a command. */
  static String kind(TopicRecord record) {
    String kind = record.header("chirpstack.kind");
    if (kind != null) {
      return kind;
    }
    String topic = record.topic();
    return topic.substring(topic.lastIndexOf('.') + 1).replaceFirst("s$", "");
  }

  /** Enough of a queue item's id to know it again. */
  static String shortId(String id) {
    return cut(id, ID_DIGITS);
  }

  private void remember(String devEui, JsonNode value) {
    JsonNode name = value.path("device_info").path("device_name");
    if (name.isMissingNode()) {
      name = value.path("name");
    }
    if (name.isTextual()) {
      names.put(devEui, name.asText());
    }
  }

  private static String values(String kind, JsonNode value) {
    return switch (kind) {
      case "up" -> uplink(value);
      case "join" -> "address " + value.path("dev_addr").asText();
      case "status" -> status(value);
      case "log" ->
          value.path("level").asText()
              + " "
              + value.path("code").asText()
              + ": "
              + value.path("description").asText();
      case "location" ->
          "%.4f, %.4f"
              .formatted(
                  value.path("location").path("latitude").asDouble(),
                  value.path("location").path("longitude").asDouble());
      case "txack" ->
          "%sf_cnt %s  gateway %s"
              .formatted(
                  item(value),
                  value.path("f_cnt_down").asText(),
                  value.path("gateway_id").asText());
      case "ack" ->
          "%sf_cnt %s  %s"
              .formatted(
                  item(value),
                  value.path("f_cnt_down").asText(),
                  value.path("acknowledged").asBoolean() ? "acknowledged" : "not acknowledged");
      case "device" -> inventory(value);
      default -> value.toString();
    };
  }

  /** Of v4: v3's items have no ids. */
  private static String item(JsonNode value) {
    JsonNode id = value.path("queue_item_id");
    return id.isTextual() ? "item " + shortId(id.asText()) + "  " : "";
  }

  private static String uplink(JsonNode value) {
    List<String> parts = new ArrayList<>();
    String object = object(value.path("object"));
    parts.add(object.isEmpty() ? "data " + hex(value.path("data").asText()) : object);
    parts.add("f_port " + value.path("f_port").asText());
    parts.add("f_cnt " + value.path("f_cnt").asText());
    JsonNode gateway = value.path("rx_info").path(0);
    if (!gateway.isMissingNode()) {
      parts.add("%d dBm".formatted(gateway.path("rssi").asInt()));
    }
    return String.join("  ", parts);
  }

  /** Some of what the device's codec made of the payload, numbers first. */
  private static String object(JsonNode text) {
    if (!text.isTextual()) {
      return "";
    }
    List<Map.Entry<String, JsonNode>> fields = new ArrayList<>();
    parse(text.asText()).fields().forEachRemaining(fields::add);
    return fields.stream()
        .filter(field -> field.getValue().isValueNode() && !field.getValue().isNull())
        .sorted(Comparator.comparing(field -> !field.getValue().isNumber()))
        .limit(OBJECT_VALUES)
        .map(field -> field.getKey() + " " + field.getValue().asText())
        .collect(Collectors.joining("  "));
  }

  private static String status(JsonNode value) {
    String power =
        value.path("external_power_source").asBoolean()
            ? "external power"
            : value.path("battery_level_unavailable").asBoolean()
                ? "battery unknown"
                : "battery %.0f %%".formatted(value.path("battery_level").asDouble());
    return "margin %d dB  %s".formatted(value.path("margin").asInt(), power);
  }

  private static String inventory(JsonNode value) {
    return "%s / %s  profile %s"
        .formatted(
            value.path("tenant_name").asText("-"),
            value.path("application_name").asText("-"),
            value.path("device_profile_name").asText("-"));
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a decoded object that is no JSON: " + text, e);
    }
  }

  private static String hex(String base64) {
    return HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }
}
