package io.github.chirpconnect.api.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Turns a protobuf message into a tree in protobuf's JSON form. It does not write and parse text,
 * because an inventory has 100,000 rows. Fields without presence are always included. The result is
 * that of {@link com.google.protobuf.util.JsonFormat}, except that 64-bit numbers are numbers and
 * not text. Fields that this connector's descriptors lack are left out.
 */
public final class ProtoJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Who lists an entity adds to its body where it is: four texts. */
  private static final int PLACE_FIELDS = 4;

  private ProtoJson() {}

  public static ObjectNode of(Message message) {
    List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
    ObjectNode object = object(fields.size() + PLACE_FIELDS);
    for (FieldDescriptor field : fields) {
      if (!field.hasPresence() || message.hasField(field)) {
        object.set(field.getJsonName(), field(message, field));
      }
    }
    return object;
  }

  /** With room for so many fields, and not for sixteen: most messages are small. */
  private static ObjectNode object(int fields) {
    return new ObjectNode(JSON, new LinkedHashMap<>(fields * 4 / 3 + 1));
  }

  private static JsonNode field(Message message, FieldDescriptor field) {
    if (field.isMapField()) {
      return map((List<?>) message.getField(field), field.getMessageType());
    }
    return field.isRepeated()
        ? list((List<?>) message.getField(field), field)
        : value(field, message.getField(field));
  }

  private static ArrayNode list(List<?> elements, FieldDescriptor field) {
    ArrayNode list = JSON.arrayNode(elements.size());
    elements.forEach(element -> list.add(value(field, element)));
    return list;
  }

  private static ObjectNode map(List<?> entries, Descriptor entryType) {
    FieldDescriptor key = entryType.findFieldByNumber(1);
    FieldDescriptor value = entryType.findFieldByNumber(2);
    ObjectNode map = object(entries.size());
    for (Object entry : entries) {
      Message message = (Message) entry;
      map.set(value(key, message.getField(key)).asText(), value(value, message.getField(value)));
    }
    return map;
  }

  private static JsonNode value(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case INT32, SINT32, SFIXED32 -> JSON.numberNode((Integer) value);
      case UINT32, FIXED32 -> unsigned((Integer) value);
      case INT64, SINT64, SFIXED64 -> JSON.numberNode((Long) value);
      case UINT64, FIXED64 -> unsigned((Long) value);
      case BOOL -> JSON.booleanNode((Boolean) value);
      case FLOAT -> number((Float) value);
      case DOUBLE -> number((Double) value);
      case STRING -> JSON.textNode((String) value);
      case BYTES ->
          JSON.textNode(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
      case ENUM -> name((EnumValueDescriptor) value);
      case MESSAGE, GROUP -> message((Message) value);
    };
  }

  private static JsonNode unsigned(int value) {
    return value >= 0 ? JSON.numberNode(value) : JSON.numberNode(Integer.toUnsignedLong(value));
  }

  private static JsonNode unsigned(long value) {
    return value >= 0
        ? JSON.numberNode(value)
        : JSON.numberNode(new BigInteger(Long.toUnsignedString(value)));
  }

  /** The shortest decimal number that denotes this float, as JSON would write it. */
  public static JsonNode number(float value) {
    return Float.isFinite(value)
        ? JSON.numberNode(Double.parseDouble(Float.toString(value)))
        : JSON.textNode(Float.toString(value));
  }

  private static JsonNode number(double value) {
    return Double.isFinite(value) ? JSON.numberNode(value) : JSON.textNode(Double.toString(value));
  }

  private static JsonNode name(EnumValueDescriptor value) {
    if (value.getType().getFullName().equals("google.protobuf.NullValue")) {
      return JSON.nullNode();
    }
    // An enum of a newer server has values that these descriptors do not have.
    return value.getIndex() < 0
        ? JSON.numberNode(value.getNumber())
        : JSON.textNode(value.getName());
  }

  private static JsonNode message(Message message) {
    if (message instanceof Timestamp time) {
      return JSON.textNode(text(time));
    }
    if (message instanceof Duration duration) {
      return JSON.textNode(Durations.toString(duration));
    }
    if (message instanceof Struct struct) {
      return struct(struct);
    }
    if (message instanceof Value value) {
      return value(value);
    }
    if (message instanceof ListValue list) {
      return list(list);
    }
    if (message instanceof Any || message instanceof FieldMask) {
      throw new IllegalArgumentException(
          "no message of ChirpStack has a " + message.getDescriptorForType().getFullName());
    }
    return of(message);
  }

  private static ObjectNode struct(Struct struct) {
    ObjectNode object = JSON.objectNode();
    struct.getFieldsMap().forEach((name, value) -> object.set(name, value(value)));
    return object;
  }

  private static ArrayNode list(ListValue values) {
    ArrayNode list = JSON.arrayNode(values.getValuesCount());
    values.getValuesList().forEach(value -> list.add(value(value)));
    return list;
  }

  private static JsonNode value(Value value) {
    return switch (value.getKindCase()) {
      case NUMBER_VALUE -> number(value.getNumberValue());
      case STRING_VALUE -> JSON.textNode(value.getStringValue());
      case BOOL_VALUE -> JSON.booleanNode(value.getBoolValue());
      case STRUCT_VALUE -> struct(value.getStructValue());
      case LIST_VALUE -> list(value.getListValue());
      case NULL_VALUE, KIND_NOT_SET -> JSON.nullNode();
    };
  }

  /** RFC 3339, in UTC, with as many groups of three decimals as needed. */
  public static String text(Timestamp time) {
    LocalDateTime utc =
        LocalDateTime.ofEpochSecond(time.getSeconds(), time.getNanos(), ZoneOffset.UTC);
    if (utc.getYear() < 0 || utc.getYear() > 9999) {
      return instant(time).toString();
    }
    // Not with a formatter, which would take half of the time of an inventory row.
    StringBuilder text = new StringBuilder(30);
    digits(text, utc.getYear(), 4);
    digits(text.append('-'), utc.getMonthValue(), 2);
    digits(text.append('-'), utc.getDayOfMonth(), 2);
    digits(text.append('T'), utc.getHour(), 2);
    digits(text.append(':'), utc.getMinute(), 2);
    digits(text.append(':'), utc.getSecond(), 2);
    int nanos = utc.getNano();
    if (nanos != 0) {
      text.append('.');
      if (nanos % 1_000_000 == 0) {
        digits(text, nanos / 1_000_000, 3);
      } else if (nanos % 1_000 == 0) {
        digits(text, nanos / 1_000, 6);
      } else {
        digits(text, nanos, 9);
      }
    }
    return text.append('Z').toString();
  }

  private static void digits(StringBuilder text, int number, int count) {
    int start = text.length();
    text.setLength(start + count);
    int rest = number;
    for (int at = start + count - 1; at >= start; at--) {
      text.setCharAt(at, (char) ('0' + rest % 10));
      rest /= 10;
    }
  }

  public static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
