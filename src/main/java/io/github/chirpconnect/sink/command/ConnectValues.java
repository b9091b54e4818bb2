package io.github.chirpconnect.sink.command;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;

/**
 * Turns a record's value, in any converter's form, into maps, lists, texts, numbers, booleans,
 * bytes and times.
 *
 * <p>Unions become the value that is set, Protobuf's well-known types the JSON values that they
 * stand for. A null field of a Struct is left out, since it may never have been written; a null in
 * a Map or in JSON text is kept.
 */
public final class ConnectValues {
  /** Deepest nesting of JSON and Structs that is read; the limit for a codec's object is lower. */
  static final int DEEPEST = 64;

  private ConnectValues() {}

  /**
   * The fields of a Struct, a Map, or a JSON object as text or bytes.
   *
   * @param what names the value at the beginning of a sentence
   */
  static Map<String, Object> fields(String what, Object value) throws InvalidField {
    Object plain = plain(what, null, value, 0);
    if (plain == null) {
      throw new InvalidField(what + " is null; a command is a JSON object, a Struct or a Map");
    }
    if (plain instanceof Map<?, ?>) {
      return asFields(plain);
    }
    if (plain instanceof String text) {
      return JsonText.object(what, text);
    }
    if (plain instanceof byte[] bytes) {
      return JsonText.object(what, bytes);
    }
    throw new InvalidField(
        what
            + " is a "
            + kind(plain)
            + "; a command is a JSON object (as text or bytes), a Struct or a Map");
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> asFields(Object map) {
    return (Map<String, Object>) map;
  }

  public static byte[] bytesOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** What a value is, as a sender calls it. */
  static String kind(Object value) {
    if (value instanceof Map) {
      return "nested object";
    }
    if (value instanceof List) {
      return "list";
    }
    if (value instanceof byte[]) {
      return "byte array";
    }
    if (value instanceof Number) {
      return "number";
    }
    if (value instanceof String) {
      return "text";
    }
    return value.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /**
   * @param schema null where there is none
   */
  private static Object plain(String path, Schema schema, Object value, int depth)
      throws InvalidField {
    if (depth > DEEPEST) {
      throw new InvalidField(path + " is nested more than " + DEEPEST + " levels deep");
    }
    if (value instanceof Struct struct) {
      return ofStruct(path, struct, depth);
    }
    if (value instanceof Map<?, ?> map) {
      return ofMap(path, schema, map, depth);
    }
    if (value instanceof List<?> list) {
      Schema ofItems = schema == null ? null : schema.valueSchema();
      return ofList(path, ofItems, list, depth);
    }
    if (value instanceof ByteBuffer buffer) {
      return bytesOf(buffer);
    }
    return value instanceof Date date ? time(schema, date) : value;
  }

  private static Object ofStruct(String path, Struct struct, int depth) throws InvalidField {
    Schema schema = struct.schema();
    Optional<String> unreadable = ConverterForms.unreadable(schema);
    if (unreadable.isPresent()) {
      throw new InvalidField(path + " is " + unreadable.get());
    }
    if (ConverterForms.isUnion(schema)) {
      return ofMember(path, ConverterForms.member(path, struct), depth);
    }
    if (ConverterForms.isWrapper(schema)) {
      Field only = schema.fields().get(0);
      return plain(path, only.schema(), struct.get(only), depth + 1);
    }
    if (ConverterForms.isObject(schema)) {
      return ofMap(path, null, ConverterForms.entries(struct), depth);
    }
    if (ConverterForms.isList(schema)) {
      return ofList(path, null, ConverterForms.items(struct), depth);
    }
    if (ConverterForms.isValue(schema)) {
      return ofMember(path, ConverterForms.valueOf(path, struct), depth);
    }
    return ofFields(path, struct, depth);
  }

  private static Object ofMember(String path, Optional<ConverterForms.Member> member, int depth)
      throws InvalidField {
    return member.isEmpty()
        ? null
        : plain(path, member.get().field().schema(), member.get().value(), depth);
  }

  private static Map<String, Object> ofFields(String path, Struct struct, int depth)
      throws InvalidField {
    if (struct.schema().fields().isEmpty()) {
      return new NoFields();
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Field field : struct.schema().fields()) {
      Object value = struct.get(field);
      if (value instanceof Struct union && ConverterForms.isOneof(field.schema())) {
        Optional<ConverterForms.Member> set = ConverterForms.member(path(path, field), union);
        if (set.isPresent()) {
          put(path, fields, set.get().field(), set.get().value(), depth);
        }
      } else if (value != null) {
        put(path, fields, field, value, depth);
      }
    }
    return fields;
  }

  private static void put(
      String path, Map<String, Object> fields, Field field, Object value, int depth)
      throws InvalidField {
    if (fields.containsKey(field.name())) {
      throw new InvalidField(path(path, field) + " is given twice, once in a oneof; set one");
    }
    fields.put(field.name(), plain(path(path, field), field.schema(), value, depth + 1));
  }

  private static Map<String, Object> ofMap(String path, Schema schema, Map<?, ?> map, int depth)
      throws InvalidField {
    Schema ofValues = schema == null ? null : schema.valueSchema();
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!ConverterForms.isName(entry.getKey())) {
        throw new InvalidField(
            path
                + " has the key '"
                + entry.getKey()
                + "', which is not text; use text as field names");
      }
      String name = entry.getKey().toString();
      if (fields.containsKey(name)) {
        throw new InvalidField(path + " has the key '" + name + "' twice, as text and as a number");
      }
      fields.put(name, plain(path(path, name), ofValues, entry.getValue(), depth + 1));
    }
    return fields;
  }

  private static List<Object> ofList(String path, Schema ofItems, List<?> list, int depth)
      throws InvalidField {
    List<Object> items = new ArrayList<>();
    for (Object item : list) {
      items.add(plain(path + "[" + items.size() + "]", ofItems, item, depth + 1));
    }
    return items;
  }

  private static String path(String path, Field field) {
    return path(path, field.name());
  }

  /** The fields of the value itself are called by their names alone. */
  private static String path(String path, String name) {
    return path.indexOf(' ') >= 0 ? name : path + "." + name;
  }

  private static TimeValue time(Schema schema, Date date) {
    String type = schema == null ? "" : String.valueOf(schema.name());
    return switch (type) {
      case org.apache.kafka.connect.data.Date.LOGICAL_NAME ->
          new Day(LocalDate.ofInstant(date.toInstant(), ZoneOffset.UTC));
      case Time.LOGICAL_NAME ->
          new TimeOfDay(LocalTime.ofInstant(date.toInstant(), ZoneOffset.UTC));
      default -> new Moment(date.toInstant());
    };
  }

  /**
   * A Struct whose schema has no field. It is not known to be empty: the converter drops fields
   * that the schema does not name.
   */
  static final class NoFields extends LinkedHashMap<String, Object> {
    private static final long serialVersionUID = 1L;
  }

  /** One of Connect's own types for times; its text is ISO 8601. */
  sealed interface TimeValue {}

  /** Connect's Timestamp. */
  record Moment(Instant instant) implements TimeValue {
    @Override
    public String toString() {
      return instant.toString();
    }
  }

  /** Connect's Date. */
  record Day(LocalDate date) implements TimeValue {
    @Override
    public String toString() {
      return date.toString();
    }
  }

  /** Connect's Time. */
  record TimeOfDay(LocalTime time) implements TimeValue {
    @Override
    public String toString() {
      return time.toString();
    }
  }
}
