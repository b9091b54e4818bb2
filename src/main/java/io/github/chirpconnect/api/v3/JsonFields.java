package io.github.chirpconnect.api.v3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The fields of a JSON object, taken out one by one. Fields of a newer server are never taken; they
 * are passed on unchanged at the end.
 */
final class JsonFields {
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{8}([0-9a-fA-F]{8})?");

  private final ObjectNode left;

  private JsonFields(ObjectNode left) {
    this.left = left;
  }

  /**
   * @param what names it in the error message
   * @throws ApiException {@link FailureKind#BAD_REQUEST} if it is not an object
   */
  static JsonFields of(JsonNode node, String what) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      copy.setAll(object);
      return new JsonFields(copy);
    }
    throw unreadable(what + " is no JSON object", null);
  }

  static JsonFields parse(String text, String what) {
    return of(read(text, what), what);
  }

  /**
   * @throws ApiException {@link FailureKind#BAD_REQUEST} if it is not JSON
   */
  static JsonNode read(String text, String what) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw unreadable(what + " is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Null if the field is absent, or JSON's null, which v3 writes for what is not set. */
  JsonNode take(String name) {
    JsonNode value = left.remove(name);
    return value == null || value.isNull() ? null : value;
  }

  String text(String name) {
    JsonNode value = take(name);
    if (value == null || value.isTextual()) {
      return value == null ? null : value.textValue();
    }
    throw unreadable(name + ": expected text, found " + value, null);
  }

  /** Bytes: v3 writes base64, and null for no bytes. */
  byte[] bytes(String name) {
    String text = text(name);
    try {
      return text == null ? null : Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw unreadable(name + ": expected base64, found " + text, e);
    }
  }

  /** An EUI or address as hexadecimal digits, as in v4; also of what is written so already. */
  JsonNode hex(String name) {
    // As base64 these would be six or twelve bytes, which no EUI and no address has.
    if (left.path(name).isTextual() && HEX.matcher(left.path(name).textValue()).matches()) {
      return TextNode.valueOf(text(name).toLowerCase(Locale.ROOT));
    }
    byte[] bytes = bytes(name);
    return bytes == null ? null : TextNode.valueOf(HexFormat.of().formatHex(bytes));
  }

  /** Puts the field under the name {@code to}, unless it is absent. */
  void move(String name, ObjectNode into, String to) {
    put(into, to, take(name));
  }

  void move(String name, ObjectNode into) {
    move(name, into, name);
  }

  /**
   * As {@link #move(String, ObjectNode, String)}, but writes JSON's null for an absent field: this
   * release lacks it, whereas in v4's form an absent field has its default.
   */
  void tell(String name, ObjectNode into, String to) {
    into.set(to, take(name));
  }

  void tell(String name, ObjectNode into) {
    tell(name, into, name);
  }

  void tellHex(String name, ObjectNode into, String to) {
    into.set(to, hex(name));
  }

  void moveHex(String name, ObjectNode into, String to) {
    put(into, to, hex(name));
  }

  /** Adds the fields that were not taken. */
  void rest(ObjectNode into) {
    left.properties().stream()
        .filter(field -> !field.getValue().isNull())
        .forEach(field -> into.set(field.getKey(), field.getValue()));
  }

  static void put(ObjectNode into, String name, JsonNode value) {
    if (value != null) {
      into.set(name, value);
    }
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Sixteen bytes in the form of a UUID; any other number as hexadecimal digits. */
  static String uuid(byte[] bytes) {
    if (bytes.length != 16) {
      return HexFormat.of().formatHex(bytes);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong()).toString();
  }

  static ApiException unreadable(String problem, Throwable cause) {
    return new ApiException(FailureKind.BAD_REQUEST, "the log entry's " + problem, cause);
  }
}
