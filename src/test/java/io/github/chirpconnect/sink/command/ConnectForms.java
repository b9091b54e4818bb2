package io.github.chirpconnect.sink.command;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Structs as Confluent's converters make them, whose jars are in no repository that this build
 * uses: names, optionality and parameters are theirs.
 */
final class ConnectForms {
  /** How a Protobuf converter is set. */
  enum Protobuf {
    DEFAULT("kind_0", ""),
    WITHOUT_INDEX("kind", ""),
    ENHANCED("kind_0", "google.protobuf."),
    GENERALIZED("kind_0", ""),
    FLATTENED(null, "");

    private final String kind;
    private final String prefix;

    Protobuf(String kind, String prefix) {
      this.kind = kind;
      this.prefix = prefix;
    }
  }

  static final String PROTOBUF_UNION = "io.confluent.connect.protobuf.Union.";
  static final String GENERAL_UNION = "org.apache.kafka.connect.data.Union";
  private static final String TAG = "io.confluent.connect.protobuf.Tag";

  private final Protobuf set;
  private final Recursive value = new Recursive();
  private final Schema kind;
  private final Schema object;
  private final Schema list;

  ConnectForms(Protobuf set) {
    this.set = set;
    object =
        SchemaBuilder.struct()
            .name(set.prefix + "Struct")
            .field("fields", SchemaBuilder.map(text(), value).name("fields").optional().build())
            .optional()
            .build();
    list =
        SchemaBuilder.struct()
            .name(set.prefix + "ListValue")
            .field("values", SchemaBuilder.array(value).optional().build())
            .optional()
            .build();
    SchemaBuilder members =
        set == Protobuf.FLATTENED
            ? SchemaBuilder.struct().name("Value")
            : set == Protobuf.GENERALIZED
                ? SchemaBuilder.struct().name("kind").parameter(GENERAL_UNION, "kind")
                : SchemaBuilder.struct()
                    .name(
                        PROTOBUF_UNION
                            + (set == Protobuf.ENHANCED ? "google.protobuf.Value.kind" : "kind"));
    members
        .field(
            "null_value",
            SchemaBuilder.string()
                .name("NullValue")
                .parameter("io.confluent.connect.protobuf.Enum", "NullValue")
                .parameter("io.confluent.connect.protobuf.Enum.NULL_VALUE", "0")
                .optional()
                .parameter(TAG, "1")
                .build())
        .field("number_value", SchemaBuilder.float64().optional().parameter(TAG, "2").build())
        .field("string_value", SchemaBuilder.string().optional().parameter(TAG, "3").build())
        .field("bool_value", SchemaBuilder.bool().optional().parameter(TAG, "4").build())
        .field("struct_value", object)
        .field("list_value", list)
        .optional();
    kind = members.build();
    value.whole =
        set == Protobuf.FLATTENED
            ? kind
            : SchemaBuilder.struct()
                .name(set.prefix + "Value")
                .field(set.kind, kind)
                .optional()
                .build();
  }

  private static Schema text() {
    return SchemaBuilder.string().optional().parameter(TAG, "1").build();
  }

  Schema objectSchema() {
    return object;
  }

  /** A {@code google.protobuf.Struct}. */
  Struct object(Map<String, ?> fields) {
    Map<String, Object> values = new HashMap<>();
    fields.forEach((name, field) -> values.put(name, value(field)));
    return new Struct(object).put("fields", values);
  }

  /** A {@code google.protobuf.Value}. */
  Struct value(Object json) {
    Struct member = new Struct(set == Protobuf.FLATTENED ? value : kind);
    if (json == null) {
      member.put("null_value", "NULL_VALUE");
    } else if (json instanceof Number number) {
      member.put("number_value", number.doubleValue());
    } else if (json instanceof String text) {
      member.put("string_value", text);
    } else if (json instanceof Boolean flag) {
      member.put("bool_value", flag);
    } else if (json instanceof Map<?, ?> map) {
      member.put("struct_value", object(asFields(map)));
    } else {
      List<Object> values = new ArrayList<>();
      for (Object item : (List<?>) json) {
        values.add(value(item));
      }
      member.put("list_value", new Struct(list).put("values", values));
    }
    return set == Protobuf.FLATTENED ? member : new Struct(value).put(set.kind, member);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asFields(Map<?, ?> map) {
    return (Map<String, Object>) map;
  }

  /** A member of a oneof that is a field of a message. */
  static Struct oneof(Schema members, String member, Object value) {
    return new Struct(members).put(member, value);
  }

  /** The schema of a oneof with members of these types. */
  Schema oneofSchema(String name, Map<String, Schema> members) {
    SchemaBuilder schema =
        set == Protobuf.GENERALIZED
            ? SchemaBuilder.struct().name(name).parameter(GENERAL_UNION, name)
            : SchemaBuilder.struct().name(PROTOBUF_UNION + name);
    members.forEach(schema::field);
    return schema.optional().build();
  }

  /** A wrapper such as {@code google.protobuf.StringValue}. */
  static Struct wrapper(String name, Schema type, Object value) {
    return new Struct(wrapperSchema(name, type)).put("value", value);
  }

  static Schema wrapperSchema(String name, Schema type) {
    return SchemaBuilder.struct().name(name).field("value", type).optional().build();
  }

  /** A union of Avro as Confluent's and Apicurio's converters make it. */
  static Struct avroUnion(Map<String, Schema> members, String member, Object value) {
    return new Struct(avroUnionSchema(members)).put(member, value);
  }

  static Schema avroUnionSchema(Map<String, Schema> members) {
    SchemaBuilder schema = SchemaBuilder.struct().name("io.confluent.connect.avro.Union");
    members.forEach(schema::field);
    return schema.optional().build();
  }

  /** Any of these values, as Avro's converter (or JSON Schema's) makes it with sum types. */
  static Struct generalUnion(List<Schema> members, int index, Object value) {
    SchemaBuilder schema =
        SchemaBuilder.struct().name("connect_union_0").parameter(GENERAL_UNION, "connect_union_0");
    for (int i = 0; i < members.size(); i++) {
      schema.field("connect_union_field_" + i, members.get(i));
    }
    return new Struct(schema.build()).put("connect_union_field_" + index, value);
  }

  /** A oneOf of JSON Schema. */
  static Struct jsonUnion(List<Schema> members, int index, Object value) {
    String name = "io.confluent.connect.json.OneOf";
    SchemaBuilder schema = SchemaBuilder.struct().name(name);
    for (int i = 0; i < members.size(); i++) {
      schema.field(name + ".field." + i, members.get(i));
    }
    return new Struct(schema.build()).put(name + ".field." + index, value);
  }

  /** A message with these fields, each optional. */
  static Struct message(String name, Map<String, ?> fields) {
    SchemaBuilder schema = SchemaBuilder.struct().name(name);
    fields.forEach((field, value) -> schema.field(field, schemaOf(value)));
    Struct message = new Struct(schema.build());
    fields.forEach(message::put);
    return message;
  }

  /** A Struct whose schema names all fields of an object; empty if none can have its values. */
  static Optional<Struct> nested(Map<?, ?> object) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : object.entrySet()) {
      Object value = entry.getValue();
      if (value instanceof Map<?, ?> map) {
        value = nested(map).orElse(null);
      }
      boolean mixed =
          value instanceof List<?> list
              && (list.isEmpty()
                  || list.stream()
                      .anyMatch(item -> !(item instanceof String || item instanceof Double))
                  || list.stream().map(Object::getClass).distinct().count() > 1);
      if (value == null || mixed) {
        return Optional.empty();
      }
      fields.put(entry.getKey().toString(), value);
    }
    return object.isEmpty() ? Optional.empty() : Optional.of(message("com.acme.Object", fields));
  }

  private static Schema schemaOf(Object value) {
    if (value instanceof List<?> list) {
      return SchemaBuilder.array(schemaOf(list.get(0))).optional().build();
    }
    if (value instanceof Struct struct) {
      return struct.schema();
    }
    if (value instanceof String) {
      return Schema.OPTIONAL_STRING_SCHEMA;
    }
    if (value instanceof Integer) {
      return Schema.OPTIONAL_INT32_SCHEMA;
    }
    if (value instanceof Long) {
      return Schema.OPTIONAL_INT64_SCHEMA;
    }
    if (value instanceof Double) {
      return Schema.OPTIONAL_FLOAT64_SCHEMA;
    }
    if (value instanceof Float) {
      return Schema.OPTIONAL_FLOAT32_SCHEMA;
    }
    if (value instanceof Boolean) {
      return Schema.OPTIONAL_BOOLEAN_SCHEMA;
    }
    if (value instanceof ByteBuffer || value instanceof byte[]) {
      return Schema.OPTIONAL_BYTES_SCHEMA;
    }
    if (value instanceof Date) {
      return Timestamp.builder().optional().build();
    }
    throw new IllegalArgumentException("no schema for " + value);
  }

  /** A schema that contains itself, as the converter's own wrapper. */
  private static final class Recursive implements Schema {
    private Schema whole;

    @Override
    public Type type() {
      return Type.STRUCT;
    }

    @Override
    public boolean isOptional() {
      return true;
    }

    @Override
    public Object defaultValue() {
      return null;
    }

    @Override
    public String name() {
      return whole.name();
    }

    @Override
    public Integer version() {
      return null;
    }

    @Override
    public String doc() {
      return null;
    }

    @Override
    public Map<String, String> parameters() {
      return whole.parameters();
    }

    @Override
    public Schema keySchema() {
      return null;
    }

    @Override
    public Schema valueSchema() {
      return null;
    }

    @Override
    public List<Field> fields() {
      return whole.fields();
    }

    @Override
    public Field field(String name) {
      return whole.field(name);
    }

    @Override
    public Schema schema() {
      return this;
    }
  }
}
