package io.github.chirpconnect.record.json;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** Fields in the given order, which is part of the contract: new fields are appended. */
public final class MessageBuilder {
  private interface Plan {
    FieldMapping slot(Schema schema);
  }

  private final SchemaBuilder schema;
  private final List<Plan> plans = new ArrayList<>();
  private int version = 1;
  private boolean defaults;
  private boolean snakeCase;
  private Predicate<Struct> nothing = read -> false;

  MessageBuilder(String name) {
    this.schema = SchemaBuilder.struct().name(name);
  }

  /**
   * For the following fields, absent means the default: each version of ChirpStack v4 has them. It
   * leaves out the defaults in its packages {@code gw} and {@code common}, and before 4.1 in all.
   */
  public MessageBuilder omitsDefaults() {
    defaults = true;
    return this;
  }

  /**
   * From here on, an absent field is null: only one generation has it, or only versions that write
   * defaults.
   */
  public MessageBuilder absentIsNull() {
    defaults = false;
    return this;
  }

  /** The JSON's names are the fields' names, not lowerCamelCase. */
  public MessageBuilder namesInSnakeCase() {
    snakeCase = true;
    return this;
  }

  public MessageBuilder field(String name, FieldType type) {
    schema.field(name, type.schema());
    String json = jsonName(name);
    boolean omits = defaults;
    plans.add(built -> new FieldMapping.Leaf(built.field(name), json, type, omits));
    return this;
  }

  /** Text such as {@code 1.5s}. In protobuf a message, so null if absent. */
  public MessageBuilder duration(String name) {
    schema.field(name, FieldType.DURATION.schema());
    String json = jsonName(name);
    plans.add(built -> new FieldMapping.Leaf(built.field(name), json, FieldType.DURATION, false));
    return this;
  }

  public MessageBuilder time(String name) {
    return time(name, null);
  }

  /**
   * @param formerName its name in the JSON of older servers; null if it is the same
   */
  public MessageBuilder time(String name, String formerName) {
    Times.define(schema, name);
    String json = jsonName(name);
    plans.add(
        built ->
            new FieldMapping.Time(
                built.field(name), built.field(name + Times.TEXT_SUFFIX), json, formerName));
    return this;
  }

  public MessageBuilder message(String name, MessageMapping message) {
    schema.field(name, message.schema());
    String json = jsonName(name);
    plans.add(built -> new FieldMapping.Nested(built.field(name), json, message));
    return this;
  }

  public MessageBuilder list(String name, MessageMapping message) {
    schema.field(name, SchemaBuilder.array(message.schema()).optional().build());
    String json = jsonName(name);
    plans.add(built -> new FieldMapping.Repeated(built.field(name), json, message));
    return this;
  }

  /**
   * Increment with each change of this schema, or of one that it contains.
   *
   * @param version 1 by default
   */
  public MessageBuilder version(int version) {
    this.version = version;
    return this;
  }

  /** The field added last is null unless secrets are included. */
  public MessageBuilder secret() {
    Plan plan = plans.remove(plans.size() - 1);
    plans.add(
        built -> {
          FieldMapping slot = plan.slot(built);
          slot.markSecret();
          return slot;
        });
    return this;
  }

  /** The field for what the server says and the schema has no other field for. */
  public MessageBuilder unknownFields() {
    return given(MessageMapping.UNKNOWN_FIELDS, Schema.OPTIONAL_STRING_SCHEMA);
  }

  /** A field that is not read from the JSON. */
  public MessageBuilder given(String name, Schema type) {
    schema.field(name, type);
    return this;
  }

  /** As {@link #given}, for a point in time. */
  public MessageBuilder givenTime(String name) {
    Times.define(schema, name);
    return this;
  }

  /** Fields that several messages have. */
  public MessageBuilder with(UnaryOperator<MessageBuilder> fields) {
    return fields.apply(this);
  }

  /** A message for which this returns true becomes null. */
  public MessageBuilder nullWhere(Predicate<Struct> saysNothing) {
    nothing = saysNothing;
    return this;
  }

  /** For use as a field of another message. */
  public MessageMapping optional() {
    schema.optional();
    return required();
  }

  /** For use as a record's value or an item of a list. */
  public MessageMapping required() {
    Schema built = schema.version(version).build();
    return new MessageMapping(
        built, plans.stream().map(plan -> plan.slot(built)).toList(), nothing);
  }

  private String jsonName(String name) {
    return snakeCase ? name : camelCase(name);
  }

  /** Protobuf's rule: {@code f_cnt_down} becomes {@code fCntDown}. */
  public static String camelCase(String name) {
    StringBuilder json = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      json.append(c == '_' ? Character.toUpperCase(name.charAt(++i)) : c);
    }
    return json.toString();
  }
}
