package io.github.chirpconnect.simulator.v4;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.simulator.server.Version;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;

/** With which release the fields of v4's events and frames came. */
final class LogFieldsV4 {
  /** Of whatever object, by their names. */
  private static final Map<String, String> SINCE =
      Map.of(
          "crcStatus", "4.2",
          "deviceClassEnabled", "4.4",
          "nsTime", "4.6",
          "regionConfigId", "4.11");

  /** The release from which on nothing is missing. */
  private static final String COMPLETE = "4.11";

  /** The user's own, which no release looks into. */
  private static final List<String> FREE = List.of("object", "tags", "context", "metadata");

  private LogFieldsV4() {}

  /** Takes off what a release does not write yet. */
  static void trim(JsonNode json, Version version) {
    if (version.has(COMPLETE)) {
      return;
    }
    if (json instanceof ObjectNode object) {
      SINCE.forEach(
          (name, since) -> {
            if (!version.has(since)) {
              object.remove(name);
            }
          });
    }
    for (Entry<String, JsonNode> field : json.properties()) {
      if (!FREE.contains(field.getKey())) {
        trim(field.getValue(), version);
      }
    }
    if (json.isArray()) {
      json.forEach(element -> trim(element, version));
    }
  }

  /** Before 4.1 an event left out what had its default. */
  static void trimEvent(ObjectNode event, Version version) {
    trim(event, version);
    if (!version.has("4.1")) {
      trimDefaults(event);
      trimDefaults((ObjectNode) event.path("deviceInfo"));
    }
  }

  private static void trimDefaults(ObjectNode object) {
    List<String> defaults =
        object.properties().stream()
            .filter(field -> isDefault(field.getValue()))
            .map(Entry::getKey)
            .toList();
    object.remove(defaults);
  }

  private static boolean isDefault(JsonNode value) {
    return value.isContainerNode()
        ? value.isEmpty()
        : value.asText().isEmpty()
            || (value.isNumber() && value.asDouble() == 0)
            || (value.isBoolean() && !value.asBoolean());
  }
}
