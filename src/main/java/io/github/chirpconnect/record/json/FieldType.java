package io.github.chirpconnect.record.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * A leaf of a message: its Connect schema, how it is read from JSON, and what proto3 means by its
 * absence.
 */
public final class FieldType {
  private static final long MAX_UINT32 = 0xFFFF_FFFFL;
  private static final int SHOWN = 60;

  /** The words of protobuf's JSON for numbers that JSON does not have. */
  private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

  private static final Pattern NUMBER_TEXT = Pattern.compile("-?[0-9]{1,20}(\\.[0-9]{1,20})?");
  private static final Pattern DURATION_TEXT = Pattern.compile("-?[0-9]+(\\.[0-9]{1,9})?s");

  public static final FieldType TEXT =
      new FieldType(Schema.OPTIONAL_STRING_SCHEMA, "", FieldType::textOrNumber);

  /** EUIs and device addresses. */
  public static final FieldType HEX =
      new FieldType(
          Schema.OPTIONAL_STRING_SCHEMA, "", node -> FieldType.text(node).toLowerCase(Locale.ROOT));

  public static final FieldType BOOLEAN =
      new FieldType(Schema.OPTIONAL_BOOLEAN_SCHEMA, false, FieldType::bool);

  /** Kafka Connect has no unsigned numbers, and INT32 would wrap above 2147483647. */
  public static final FieldType UINT32 =
      new FieldType(Schema.OPTIONAL_INT64_SCHEMA, 0L, node -> integer(node, 0, MAX_UINT32));

  public static final FieldType INT32 =
      new FieldType(
          Schema.OPTIONAL_INT32_SCHEMA,
          0,
          node -> (int) integer(node, Integer.MIN_VALUE, Integer.MAX_VALUE));

  public static final FieldType FLOAT =
      new FieldType(Schema.OPTIONAL_FLOAT32_SCHEMA, 0f, FieldType::float32);

  /** A battery's level; ChirpStack v4 writes a negative number for null. */
  public static final FieldType PERCENT =
      new FieldType(Schema.OPTIONAL_FLOAT32_SCHEMA, 0f, FieldType::percent);

  public static final FieldType DOUBLE =
      new FieldType(Schema.OPTIONAL_FLOAT64_SCHEMA, 0d, FieldType::float64);
  public static final FieldType BYTES =
      new FieldType(Schema.OPTIONAL_BYTES_SCHEMA, new byte[0], FieldType::base64);

  /** Bytes as a list of numbers, such as a frame's MIC. */
  public static final FieldType BYTE_LIST =
      new FieldType(Schema.OPTIONAL_BYTES_SCHEMA, null, FieldType::octets);

  public static final FieldType TEXTS =
      new FieldType(
          SchemaBuilder.array(Schema.STRING_SCHEMA).optional().build(),
          List.of(),
          FieldType::texts);

  /** A value whose shape is not fixed, kept as JSON text. */
  public static final FieldType JSON =
      new FieldType(Schema.OPTIONAL_STRING_SCHEMA, null, CanonicalJson::of);

  /** Kept as text, since a count of seconds with nine decimals fits no Connect type. */
  public static final FieldType DURATION =
      new FieldType(Schema.OPTIONAL_STRING_SCHEMA, null, FieldType::duration);

  /** A message without fields: only its presence matters. */
  public static final FieldType EMPTY_MESSAGE =
      new FieldType(Schema.OPTIONAL_BOOLEAN_SCHEMA, false, node -> true);

  /** Text, or null for a decoded structure in its place: hexadecimal payloads. */
  public static final FieldType STRING_OR_NULL =
      new FieldType(
          Schema.OPTIONAL_STRING_SCHEMA, null, node -> node.isTextual() ? node.textValue() : null);

  /** An enum by its names; {@code first} is the default, which is not written. */
  public static FieldType enumeration(String first) {
    return new FieldType(Schema.OPTIONAL_STRING_SCHEMA, first, FieldType::textOrNumber);
  }

  /**
   * A map of text to text. Values of other JSON, such as {@code metadata} had before ChirpStack
   * 4.1, become text, and a null is left out. It needs a name: Confluent's Protobuf converter
   * numbers unnamed maps in order, so one more would rename the others.
   *
   * @param name the schema's, without the package; unique among maps
   */
  public static FieldType map(String name) {
    return new FieldType(mapSchema(name), Map.of(), FieldType::map);
  }

  /** The same, but null means that the server does not tell. */
  public static FieldType mapOrNull(String name) {
    return new FieldType(mapSchema(name), null, FieldType::map, false);
  }

  private static Schema mapSchema(String name) {
    return SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA)
        .name(MessageMapping.PACKAGE + name)
        .version(1)
        .optional()
        .build();
  }

  private final Schema schema;
  private final Object absent;
  private final Function<JsonNode, Object> reader;
  private final boolean neverNull;

  private FieldType(Schema schema, Object absent, Function<JsonNode, Object> reader) {
    this(
        schema,
        absent,
        reader,
        schema.type() == Schema.Type.ARRAY || schema.type() == Schema.Type.MAP);
  }

  private FieldType(
      Schema schema, Object absent, Function<JsonNode, Object> reader, boolean neverNull) {
    this.schema = schema;
    this.absent = absent;
    this.reader = reader;
    this.neverNull = neverNull;
  }

  public Schema schema() {
    return schema;
  }

  /** The proto3 default. */
  Object absent() {
    return absent;
  }

  /**
   * Whether this type has no null, as in protobuf: an unknown list or map is empty. Many sinks fail
   * at a null list.
   */
  boolean isNeverNull() {
    return neverNull;
  }

  /**
   * @param node not null, nor JSON's null
   * @return null for NaN and Infinity: JSON lacks them, and converters write text that is read as 0
   * @throws MappingException when the value is of another type or out of range
   */
  public Object read(JsonNode node) {
    return reader.apply(node);
  }

  public static MappingException expected(String what, JsonNode found) {
    String text = found.toString();
    return new MappingException(
        "expected "
            + what
            + ", found "
            + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text));
  }

  static String text(JsonNode node) {
    if (!node.isTextual()) {
      throw expected("text", node);
    }
    return node.textValue();
  }

  /** A value of an enum that the writer does not know is its number in protobuf's JSON. */
  private static String textOrNumber(JsonNode node) {
    return node.isIntegralNumber() ? node.asText() : text(node);
  }

  private static String duration(JsonNode node) {
    if (!node.isTextual() || !DURATION_TEXT.matcher(node.textValue()).matches()) {
      throw expected("a duration such as 1.5s", node);
    }
    return node.textValue();
  }

  private static boolean bool(JsonNode node) {
    if (!node.isBoolean()) {
      throw expected("true or false", node);
    }
    return node.booleanValue();
  }

  private static long integer(JsonNode node, long min, long max) {
    JsonNode number = number(node);
    if (number.isNumber() && number.canConvertToExactIntegral() && number.canConvertToLong()) {
      long value = number.longValue();
      if (value >= min && value <= max) {
        return value;
      }
    }
    throw expected("a whole number from " + min + " to " + max, node);
  }

  /** Protobuf's JSON takes numbers as text too, and writes those of 64 bits so. */
  private static JsonNode number(JsonNode node) {
    return node.isTextual() && NUMBER_TEXT.matcher(node.textValue()).matches()
        ? DecimalNode.valueOf(new BigDecimal(node.textValue()))
        : node;
  }

  private static Double float64(JsonNode node) {
    if (node.isTextual() && NOT_FINITE.contains(node.textValue())) {
      return null;
    }
    JsonNode number = number(node);
    if (!number.isNumber() || !Double.isFinite(number.doubleValue())) {
      throw expected("a number", node);
    }
    return number.doubleValue();
  }

  private static Float float32(JsonNode node) {
    Double wide = float64(node);
    if (wide == null) {
      return null;
    }
    float value = wide.floatValue();
    if (Float.isInfinite(value)) {
      throw expected("a 32-bit floating point number", node);
    }
    return value;
  }

  private static Float percent(JsonNode node) {
    Float level = float32(node);
    return level == null || level < 0 ? null : level;
  }

  private static byte[] base64(JsonNode node) {
    if (node.isTextual()) {
      try {
        return node.binaryValue();
      } catch (IOException e) {
        throw expected("base64", node);
      }
    }
    throw expected("base64", node);
  }

  private static byte[] octets(JsonNode node) {
    if (!node.isArray()) {
      throw expected("a list of bytes", node);
    }
    byte[] bytes = new byte[node.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) integer(node.get(i), 0, 255);
    }
    return bytes;
  }

  private static List<String> texts(JsonNode node) {
    if (!node.isArray()) {
      throw expected("a list", node);
    }
    List<String> texts = new ArrayList<>(node.size());
    node.forEach(item -> texts.add(text(item)));
    return texts;
  }

  private static Map<String, String> map(JsonNode node) {
    if (!node.isObject()) {
      throw expected("an object", node);
    }
    if (node.isEmpty()) {
      return Map.of();
    }
    Map<String, String> map = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      JsonNode value = entry.getValue();
      if (!value.isNull()) {
        map.put(entry.getKey(), value.isTextual() ? value.textValue() : CanonicalJson.of(value));
      }
    }
    return map;
  }
}
