package io.github.chirpconnect.sink;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * A record's value, whatever the converter made of it, as maps, lists, texts, numbers, booleans,
 * bytes and instants.
 */
final class PlainValue {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final TypeReference<LinkedHashMap<String, Object>> FIELDS =
      new TypeReference<>() {};

  private PlainValue() {}

  /** The fields of a Struct, a Map, or a JSON object as text or bytes. */
  static Map<String, Object> fields(Object value) throws Refused {
    if (value == null) {
      throw new Refused("the record has no value; a command is a JSON object, a Struct or a Map");
    }
    if (value instanceof Struct struct) {
      return ofStruct(struct);
    }
    if (value instanceof Map<?, ?> map) {
      return ofMap(map);
    }
    if (value instanceof String text) {
      return parsed(text);
    }
    if (value instanceof byte[] bytes) {
      return parsed(bytes);
    }
    if (value instanceof ByteBuffer buffer) {
      return parsed(bytesOf(buffer));
    }
    throw new Refused(
        "the value is a "
            + value.getClass().getSimpleName()
            + "; a command is a JSON object (as text or bytes), a Struct or a Map");
  }

  /** Reads a JSON object. */
  static Map<String, Object> parsed(String json) throws Refused {
    try {
      return notNull(JSON.readValue(json, FIELDS));
    } catch (JsonProcessingException e) {
      throw notJson(e);
    }
  }

  private static Map<String, Object> parsed(byte[] json) throws Refused {
    try {
      return notNull(JSON.readValue(json, FIELDS));
    } catch (JsonProcessingException e) {
      throw notJson(e);
    } catch (IOException e) {
      throw new Refused("the value is no JSON object: " + e.getMessage());
    }
  }

  private static Map<String, Object> notNull(Map<String, Object> fields) throws Refused {
    if (fields == null) {
      throw new Refused("the value is JSON null; a command is a JSON object");
    }
    return fields;
  }

  private static Refused notJson(JsonProcessingException e) {
    return new Refused(
        "the value is no JSON object: "
            + e.getOriginalMessage()
            + (e.getLocation() == null
                ? ""
                : " (line "
                    + e.getLocation().getLineNr()
                    + ", column "
                    + e.getLocation().getColumnNr()
                    + ")"));
  }

  /** JSON text of a map made here; bytes become base64, as in protobuf's JSON. */
  static String toJson(Map<String, Object> object) throws Refused {
    try {
      return JSON.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new Refused("object can't be written as JSON: " + e.getOriginalMessage());
    }
  }

  static byte[] bytesOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static Map<String, Object> ofStruct(Struct struct) throws Refused {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Field field : struct.schema().fields()) {
      fields.put(field.name(), plain(struct.get(field)));
    }
    return fields;
  }

  private static Map<String, Object> ofMap(Map<?, ?> map) throws Refused {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String name)) {
        throw new Refused("the key '" + entry.getKey() + "' is no text; name fields by text");
      }
      fields.put(name, plain(entry.getValue()));
    }
    return fields;
  }

  private static Object plain(Object value) throws Refused {
    if (value instanceof Struct struct) {
      return ofStruct(struct);
    }
    if (value instanceof Map<?, ?> map) {
      return ofMap(map);
    }
    if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>();
      for (Object item : list) {
        items.add(plain(item));
      }
      return items;
    }
    if (value instanceof ByteBuffer buffer) {
      return bytesOf(buffer);
    }
    if (value instanceof Date date) {
      return new Moment(date.toInstant());
    }
    return value;
  }

  /** A point in time that Connect itself called one; in JSON it is RFC 3339 text. */
  record Moment(Instant instant) {
    @JsonValue
    @Override
    public String toString() {
      return instant.toString();
    }
  }
}
