package io.github.chirpconnect.record.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Holds a struct to the JSON it was made of, by the names and by what the JSON holds rather than by
 * the mapping's own tables, and remembers which fields were accounted for.
 */
final class Comparison {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Messages of ChirpStack's packages gw and common, which are written without their defaults, and
   * items of lists, which are read with them.
   */
  private static final Set<String> OMITTING =
      Set.of(
          "Location",
          "KeyEnvelope",
          "JoinServerContext",
          "LoraModulationInfo",
          "FskModulationInfo",
          "LrFhssModulationInfo",
          "Timing",
          "UplinkTxInfo",
          "DownlinkTxInfo",
          "FrameTxInfo",
          "UplinkRxInfo",
          "DeviceStatus",
          "Tenant",
          "Application",
          "DeviceProfile",
          "Gateway",
          "MulticastGroup",
          "DeviceQueueItem");

  /** Messages, and so null when absent, though they are text here. */
  private static final Set<String> TEXT_MESSAGES =
      Set.of("time_since_gps_epoch", "fine_time_since_gps_epoch", "delay", "object");

  /** Fields of such messages that only v3 tells. */
  private static final Set<String> V3_ONLY = Set.of("uplink_uuid", "fine_timestamp_type");

  private static final Map<String, String> FIRST_OF_ENUM =
      Map.of(
          "source", "UNKNOWN",
          "code_rate", "CR_UNDEFINED",
          "crc_status", "NO_CRC",
          "region", "EU868",
          "mac_version", "LORAWAN_1_0_0",
          "reg_params_revision", "A",
          "group_type", "CLASS_C",
          "state", "NEVER_SEEN");

  private final IdentityHashMap<Struct, Set<String>> accounted = new IdentityHashMap<>();

  /** JSON to struct: each of the JSON's fields is there. Then back: nothing else is. */
  void message(JsonNode json, Struct struct, String path) {
    json.properties()
        .forEach(entry -> value(entry.getValue(), struct, snakeCase(entry.getKey()), path));
  }

  /** As {@link #message}, for JSON that has the fields' own names. */
  void listItem(JsonNode json, Struct struct) {
    json.properties().forEach(entry -> value(entry.getValue(), struct, entry.getKey(), "item"));
    // A list item's text is empty where the JSON, an independent reading, leaves it out.
    for (String text : List.of("name", "description")) {
      if (!json.has(text) && struct.schema().field(text) != null) {
        given(struct, text, "");
      }
    }
    if (!json.has("tags") && struct.schema().field("tags") != null) {
      boolean listed = struct.schema().name().endsWith(".Device");
      given(struct, "tags", listed ? Map.of() : null);
    }
  }

  void frameTxInfo(JsonNode json, Struct struct, boolean uplink) {
    message(json, struct, "tx_info");
    if (uplink) {
      for (String name : List.of("power", "board", "antenna", "timing", "context")) {
        given(struct, name, null);
      }
    }
    assertNothingElse(struct, "tx_info");
  }

  void given(Struct struct, String field, Object expected) {
    assertThat(struct.get(field)).as(field).isEqualTo(expected);
    compared(struct, field);
  }

  void givenTime(Struct struct, String field, Instant expected) {
    assertThat(struct.get(field)).isEqualTo(new Date(expected.toEpochMilli()));
    assertThat(Instant.parse(struct.getString(field + "_text"))).isEqualTo(expected);
    compared(struct, field, field + "_text");
  }

  void compared(Struct struct, String... fields) {
    accounted.computeIfAbsent(struct, key -> new TreeSet<>()).addAll(List.of(fields));
  }

  void list(JsonNode json, Struct struct, String field) {
    List<Struct> items = struct.getArray(field);
    assertThat(items).as(field).hasSize(json.size());
    for (int i = 0; i < items.size(); i++) {
      message(json.get(i), items.get(i), field + "[" + i + "]");
      assertNothingElse(items.get(i), field + "[" + i + "]");
    }
    compared(struct, field);
  }

  void leaf(JsonNode json, Struct struct, String field) {
    value(json, struct, field, "");
  }

  private void value(JsonNode json, Struct struct, String name, String path) {
    String here = path + "." + name;
    Field field = struct.schema().field(name);
    assertThat(field).as("a field for " + here).isNotNull();
    Object value = struct.get(field);
    compared(struct, name);
    if (json.isNull()) {
      assertThat(value).as(here).isNull();
    } else if (name.equals("location") && json.isEmpty()) {
      assertThat(value).as(here).isNull();
    } else if (Timestamp.LOGICAL_NAME.equals(field.schema().name())) {
      givenTime(struct, name, OffsetDateTime.parse(json.textValue()).toInstant());
    } else if (name.equals("object")) {
      assertThat(tree((String) value).equals(Comparison::compare, json)).as(here).isTrue();
    } else if (name.equals("immediately")) {
      assertThat(value).as(here).isEqualTo(true);
    } else {
      bySchema(json, struct, field, here);
    }
  }

  private void bySchema(JsonNode json, Struct struct, Field field, String path) {
    Object value = struct.get(field);
    switch (field.schema().type()) {
      case STRUCT -> {
        message(json, (Struct) value, path);
        assertNothingElse((Struct) value, path);
      }
      case ARRAY -> list(json, struct, field.name());
      case MAP -> {
        Map<String, String> expected = new HashMap<>();
        json.properties()
            .forEach(entry -> expected.put(entry.getKey(), entry.getValue().textValue()));
        assertThat(value).as(path).isEqualTo(expected);
      }
      case BYTES ->
          assertThat((byte[]) value)
              .as(path)
              .isEqualTo(Base64.getDecoder().decode(json.textValue()));
      case STRING -> assertThat(value).as(path).isEqualTo(json.textValue());
      case BOOLEAN -> assertThat(value).as(path).isEqualTo(json.booleanValue());
      case INT32, INT64 ->
          assertThat(new BigDecimal(value.toString()))
              .as(path)
              .isEqualByComparingTo(json.decimalValue());
      case FLOAT32 -> assertThat(value).as(path).isEqualTo(Float.valueOf(json.asText()));
      case FLOAT64 -> assertThat(value).as(path).isEqualTo(Double.valueOf(json.asText()));
      default -> throw new AssertionError(path + " is of an unexpected type " + field.schema());
    }
  }

  /** What the JSON did not speak of is null. */
  void assertNothingTold(Struct struct, String path) {
    Set<String> known = accounted.getOrDefault(struct, Collections.emptySet());
    for (Field field : struct.schema().fields()) {
      if (!known.contains(field.name())) {
        assertThat(struct.get(field)).as(path + "." + field.name()).isNull();
      }
    }
  }

  /** What the JSON did not speak of is null, or in messages that omit defaults the default. */
  void assertNothingElse(Struct struct, String path) {
    Set<String> known = accounted.getOrDefault(struct, Collections.emptySet());
    String message = struct.schema().name().replaceAll(".*\\.", "");
    for (Field field : struct.schema().fields()) {
      if (!known.contains(field.name())) {
        Object expected = OMITTING.contains(message) ? protoDefault(field) : untold(field);
        assertThat(struct.get(field)).as(path + "." + field.name()).isEqualTo(expected);
      }
    }
  }

  private static Object untold(Field field) {
    return switch (field.schema().type()) {
      case ARRAY -> List.of();
      case MAP -> Map.of();
      default -> null;
    };
  }

  private static Object protoDefault(Field field) {
    Schema schema = field.schema();
    if ((schema.name() != null && schema.type() != Schema.Type.MAP)
        || TEXT_MESSAGES.contains(field.name())
        || V3_ONLY.contains(field.name())
        || field.name().endsWith("_text")) {
      return null;
    }
    return switch (schema.type()) {
      case STRING -> FIRST_OF_ENUM.getOrDefault(field.name(), "");
      case BOOLEAN -> false;
      case INT32 -> 0;
      case INT64 -> 0L;
      case FLOAT32 -> 0f;
      case FLOAT64 -> 0d;
      case BYTES -> new byte[0];
      case MAP -> Map.of();
      default -> throw new AssertionError("no default for " + field);
    };
  }

  private static String snakeCase(String lowerCamelCase) {
    return lowerCamelCase.replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
  }

  /** Numbers by what they are, however they are printed. */
  private static int compare(JsonNode one, JsonNode other) {
    boolean numbers = one.isNumber() && other.isNumber();
    boolean equal = numbers ? one.doubleValue() == other.doubleValue() : one.equals(other);
    return equal ? 0 : 1;
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
