package io.github.chirpconnect.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** JSON as Go writes it, in which ChirpStack v3 is written. */
public final class GoJson {
  private GoJson() {}

  /** Compact, and fit for HTML. */
  public static String text(JsonNode json) {
    return json.toString().replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
  }

  /** Base64, and null for no bytes at all. */
  public static String bytes(ByteString bytes) {
    return bytes.isEmpty() ? null : Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  public static String bytes(byte[] bytes) {
    return bytes(ByteString.copyFrom(bytes));
  }

  /** What a script returned: names in order, and whole numbers without a fraction. */
  public static JsonNode ofScript(JsonNode json) {
    if (json.isObject()) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      json.properties().forEach(field -> sorted.put(field.getKey(), ofScript(field.getValue())));
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      sorted.forEach(object::set);
      return object;
    }
    if (json.isArray()) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      json.forEach(element -> array.add(ofScript(element)));
      return array;
    }
    return json.isNumber() ? number(json.doubleValue()) : json;
  }

  /** {@code 12}, not {@code 12.0}. */
  public static JsonNode number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? JsonNodeFactory.instance.numberNode((long) value)
        : JsonNodeFactory.instance.numberNode(value);
  }
}
