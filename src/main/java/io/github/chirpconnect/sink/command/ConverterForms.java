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
 * Knows the Structs that converters make of what Connect has no type for: unions of Avro and of
 * JSON Schema, oneofs of Protobuf and its well-known types. They are told by their schema's name
 * and by their shape, so that a sender's own type of such a name is left as it is.
 */
final class ConverterForms {
  /** Set by all converters of Confluent's family for any union, if they are told to. */
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
   * The one of a union that is set, in the place of the union: a value that may be of several
   * types, and comes as a Struct with a field for each type.
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

  /** A oneof of Protobuf: the one that is set is a field of the message that the oneof is in. */
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

  /** A Struct whose content nobody here can read. */
  static Optional<String> unreadable(Schema schema) {
    if (VARIANT.equals(schema.name())) {
      return Optional.of(
          "a Variant, as the JSON Schema converter makes of what the schema leaves open; name its fields in the schema");
    }
    boolean any =
        wellKnown(schema).equals("Any")
            && schema.fields().size() == 2
            && schema.field("type_url") != null
            && schema.field("value") != null;
    return any
        ? Optional.of("a google.protobuf.Any, whose type is not known here")
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

  /** Without the package, which converters leave out by default; empty for another package. */
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

  /** Whether a schema is of a map whose keys are JSON's or can become such. */
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
