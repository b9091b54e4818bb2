package io.github.chirpconnect.sink.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Recognizes the Structs that converters use for types that Connect does not have: unions of Avro
 * and JSON Schema, oneofs of Protobuf and its well-known types. Both the schema's name and its
 * shape must match, so that a sender's own type of the same name is left unchanged.
 */
final class ConverterForms {
  /** Confluent's converters set it for any union, if so configured. */
  private static final String GENERAL_UNION = "org.apache.kafka.connect.data.Union";

  private static final String GENERAL_MEMBER = "connect_union_field_";
  private static final String VARIANT = "org.apache.kafka.connect.data.Variant";

  private static final Set<String> AVRO_TYPES =
      Set.of("boolean", "int", "long", "float", "double", "bytes", "string", "array", "map");

  private static final Set<String> WRAPPERS =
      Set.of(
          "DoubleValue",
          "FloatValue",
          "Int64Value",
          "UInt64Value",
          "Int32Value",
          "UInt32Value",
          "BoolValue",
          "StringValue",
          "BytesValue");

  private static final Set<String> KINDS =
      Set.of(
          "null_value", "number_value", "string_value", "bool_value", "struct_value", "list_value");

  private ConverterForms() {}

  /**
   * Whether the Struct is a union, which the value that is set replaces: it has one field for each
   * type of the value.
   */
  static boolean isUnion(Schema schema) {
    if (isGeneral(schema)) {
      return schema.fields().stream().allMatch(field -> field.name().startsWith(GENERAL_MEMBER));
    }
    String name = schema.name();
    if (name == null || schema.fields().isEmpty()) {
      return false;
    }
    if (name.endsWith("json.OneOf")) {
      return schema.fields().stream().allMatch(field -> field.name().startsWith(name + ".field."));
    }
    return name.equals("io.confluent.connect.avro.Union")
        || (name.endsWith(".Union")
            && schema.fields().stream().allMatch(ConverterForms::isAvroMember));
  }

  private static boolean isAvroMember(Field field) {
    String type = field.schema().name();
    return field.schema().isOptional()
        && (AVRO_TYPES.contains(field.name())
            || (type != null && (type.equals(field.name()) || type.endsWith("." + field.name()))));
  }

  /**
   * Whether the Struct is a oneof of Protobuf: the value that is set becomes a field of the
   * enclosing message.
   */
  static boolean isOneof(Schema schema) {
    return schema.type() == Schema.Type.STRUCT
        && ((schema.name() != null && schema.name().contains("protobuf.Union."))
            || (isGeneral(schema) && !isUnion(schema)));
  }

  private static boolean isGeneral(Schema schema) {
    return schema.parameters() != null && schema.parameters().containsKey(GENERAL_UNION);
  }

  static boolean isWrapper(Schema schema) {
    return schema.fields().size() == 1
        && schema.field("value") != null
        && schema.field("value").schema().type().isPrimitive()
        && WRAPPERS.contains(wellKnown(schema));
  }

  /** {@code google.protobuf.Struct}: a JSON object. */
  static boolean isObject(Schema schema) {
    return wellKnown(schema).equals("Struct") && isOnly(schema, "fields", Schema.Type.MAP);
  }

  /** {@code google.protobuf.ListValue}: a JSON array. */
  static boolean isList(Schema schema) {
    return wellKnown(schema).equals("ListValue") && isOnly(schema, "values", Schema.Type.ARRAY);
  }

  /** {@code google.protobuf.Value}: any JSON value. */
  static boolean isValue(Schema schema) {
    return wellKnown(schema).equals("Value")
        && ((schema.fields().size() == 1
                && isOneof(schema.fields().get(0).schema())
                && KINDS.containsAll(names(schema.fields().get(0).schema())))
            || KINDS.equals(Set.copyOf(names(schema))));
  }

  /** What a {@code google.protobuf.Value} holds; empty for JSON null. */
  static Optional<Member> valueOf(String path, Struct value) throws InvalidField {
    Struct kind = value;
    if (value.schema().fields().size() == 1) {
      kind = (Struct) value.get(value.schema().fields().get(0));
    }
    Optional<Member> member = kind == null ? Optional.empty() : member(path, kind);
    return member.filter(set -> !set.field().name().equals("null_value"));
  }

  /** Why the content of a Struct cannot be read; empty if it can. */
  static Optional<String> unreadable(Schema schema) {
    if (VARIANT.equals(schema.name())) {
      return Optional.of(
          "a Variant, which the JSON Schema converter writes for values without a type; name its fields in the schema");
    }
    boolean any =
        wellKnown(schema).equals("Any")
            && schema.fields().size() == 2
            && schema.field("type_url") != null
            && schema.field("value") != null;
    return any
        ? Optional.of("a google.protobuf.Any, whose type is unknown here")
        : Optional.empty();
  }

  /** A field of a union and what it is set to. */
  record Member(Field field, Object value) {}

  /** The one member that is set; empty for none. */
  static Optional<Member> member(String path, Struct union) throws InvalidField {
    List<Member> set = new ArrayList<>();
    for (Field field : union.schema().fields()) {
      Object value = union.getWithoutDefault(field.name());
      if (value != null) {
        set.add(new Member(field, value));
      }
    }
    if (set.size() > 1) {
      throw new InvalidField(
          path
              + " is a union with two values, "
              + set.get(0).field().name()
              + " and "
              + set.get(1).field().name()
              + "; set one");
    }
    return set.stream().findFirst();
  }

  /**
   * The name without its package, which converters leave out by default; empty for another package.
   */
  private static String wellKnown(Schema schema) {
    String name = schema.name() == null ? "" : schema.name();
    String simple = name.startsWith("google.protobuf.") ? name.substring(16) : name;
    return simple.contains(".") ? "" : simple;
  }

  private static boolean isOnly(Schema schema, String field, Schema.Type type) {
    return schema.fields().size() == 1
        && schema.field(field) != null
        && schema.field(field).schema().type() == type;
  }

  private static List<String> names(Schema schema) {
    return schema.fields().stream().map(Field::name).toList();
  }

  /** Whether a map's key is text or can be written as text. */
  static boolean isName(Object key) {
    return key instanceof String
        || key instanceof Long
        || key instanceof Integer
        || key instanceof Short
        || key instanceof Byte
        || key instanceof Boolean;
  }

  static Map<?, ?> entries(Struct object) {
    Map<?, ?> fields = object.getMap("fields");
    return fields == null ? Map.of() : fields;
  }

  static List<?> items(Struct list) {
    List<?> values = list.getArray("values");
    return values == null ? List.of() : values;
  }
}
