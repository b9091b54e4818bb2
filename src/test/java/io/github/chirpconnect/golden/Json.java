package io.github.chirpconnect.golden;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Compares two readings of one message. */
public final class Json {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Json() {}

  public static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + text, e);
    }
  }

  /** Whether they say the same; a number may be written {@code 0} or {@code 0.0}. */
  public static boolean same(JsonNode one, JsonNode other) {
    return one.equals(
        (a, b) -> {
          boolean equal =
              (a.isNumber() && b.isNumber())
                  ? Double.compare(a.doubleValue(), b.doubleValue()) == 0
                  : a.equals(b);
          return equal ? 0 : 1;
        },
        other);
  }

  /** A copy without nulls and empty strings, at any depth. */
  public static JsonNode withoutBlanks(JsonNode node) {
    if (node.isObject()) {
      ObjectNode copy = JSON.createObjectNode();
      node.properties().stream()
          .filter(field -> !field.getValue().isNull() && !field.getValue().asText("-").isEmpty())
          .forEach(field -> copy.set(field.getKey(), withoutBlanks(field.getValue())));
      return copy;
    }
    if (node.isArray()) {
      ArrayNode copy = JSON.createArrayNode();
      node.forEach(element -> copy.add(withoutBlanks(element)));
      return copy;
    }
    return node;
  }
}
