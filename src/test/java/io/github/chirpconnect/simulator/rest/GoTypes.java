package io.github.chirpconnect.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.github.chirpconnect.simulator.server.Refusals;
import java.util.Base64;

/** Refuses JSON that does not fit a message where v3's parser does, and in its words. */
final class GoTypes {
  private GoTypes() {}

  static void check(JsonNode json, Descriptor type) {
    if (!json.isObject()) {
      throw cannot(kind(json), "map[string]json.RawMessage");
    }
    for (FieldDescriptor field : type.getFields()) {
      JsonNode value =
          json.has(field.getJsonName()) ? json.get(field.getJsonName()) : json.get(field.getName());
      if (value != null && !value.isNull() && !field.isRepeated()) {
        check(value, field);
      }
    }
  }

  private static void check(JsonNode value, FieldDescriptor field) {
    switch (field.getType()) {
      case MESSAGE -> check(value, field.getMessageType());
      case STRING -> {
        if (!value.isTextual()) {
          throw cannot(kind(value), "string");
        }
      }
      case BYTES -> requireBase64(value.asText());
      case UINT32 -> {
        if (value.isNumber() && value.longValue() < 0) {
          throw cannot("number " + value, "uint32");
        }
      }
      default -> {
        // Numbers may be text and the other way round.
      }
    }
  }

  /** The standard alphabet, and padding. */
  private static void requireBase64(String text) {
    try {
      Base64.getDecoder().decode(text);
      if (text.length() % 4 != 0) {
        throw Refusals.invalid("illegal base64 data at input byte " + text.length() / 4 * 4);
      }
    } catch (IllegalArgumentException e) {
      throw Refusals.invalid("illegal base64 data at input byte " + firstBad(text));
    }
  }

  private static int firstBad(String text) {
    int i = 0;
    while (i < text.length()
        && (Character.isLetterOrDigit(text.charAt(i)) || "+/".indexOf(text.charAt(i)) >= 0)) {
      i++;
    }
    return i < text.length() ? i : i / 4 * 4;
  }

  private static String kind(JsonNode json) {
    return json.isArray()
        ? "array"
        : json.isObject() ? "object" : json.isNumber() ? "number" : "bool";
  }

  private static RuntimeException cannot(String what, String type) {
    return Refusals.invalid("json: cannot unmarshal " + what + " into Go value of type " + type);
  }
}
