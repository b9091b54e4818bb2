package io.github.chirpconnect.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * A protobuf message as a Connect struct, read from its JSON form. Built once; reading looks
 * nothing up but the JSON's fields.
 */
final class MessageMapping {
  private final Schema schema;
  private final List<FieldMapping> slots;
  private final Predicate<Struct> nothing;

  private MessageMapping(Schema schema, List<FieldMapping> slots, Predicate<Struct> nothing) {
    this.schema = schema;
    this.slots = List.copyOf(slots);
    this.nothing = nothing;
  }

  /**
   * @param name the schema's, without the package
   */
  static Builder named(String name) {
    return new Builder(Schemas.PACKAGE + name);
  }

  Schema schema() {
    return schema;
  }

  /** The same schema, read from messages that have but some of its fields: the others stay null. */
  MessageMapping reading(String... fields) {
    Set<String> wanted = Set.of(fields);
    return new MessageMapping(
        schema,
        slots.stream().filter(slot -> wanted.contains(slot.field().name())).toList(),
        nothing);
  }

  /** The same schema, with one of its fields read in another way. */
  MessageMapping with(String field, MessageMapping message) {
    return new MessageMapping(
        schema,
        slots.stream()
            .map(
                slot ->
                    slot.field().name().equals(field)
                        ? new FieldMapping.Nested(slot.field(), slot.jsonName(), message)
                        : slot)
            .toList(),
        nothing);
  }

  Struct read(JsonNode node, Reading reading) {
    Struct struct = new Struct(schema);
    readInto(struct, node, reading);
    return struct;
  }

  /** Whether a message of this type says as little as one that is not there. */
  boolean saysNothing(Struct read) {
    return nothing.test(read);
  }

  /**
   * Absent scalars become what the message says about absence; JSON's null is null: not told. A
   * list or map is empty then.
   *
   * @throws MappingException when a value does not fit
   */
  void readInto(Struct struct, JsonNode node, Reading reading) {
    if (!node.isObject()) {
      throw FieldType.expected("an object", node);
    }
    int known = 0;
    for (FieldMapping slot : slots) {
      String name = slot.nameIn(node);
      JsonNode value = node.get(name);
      if (value == null) {
        slot.absent(struct);
        continue;
      }
      known++;
      if (value.isNull()) {
        slot.untold(struct);
        continue;
      }
      try {
        slot.read(value, struct, reading);
      } catch (MappingException e) {
        throw e.in(name);
      }
    }
    if (known != node.size()) {
      reading.unknownSeen = true;
    }
  }

  /** Adds the fields that the schema has no place for, each by its path. */
  void collectUnknown(JsonNode node, String path, ObjectNode unknown) {
    Set<String> known = new HashSet<>();
    for (FieldMapping slot : slots) {
      String name = slot.nameIn(node);
      known.add(name);
      JsonNode value = node.get(name);
      if (value != null && !value.isNull()) {
        slot.collectUnknown(value, path + name, unknown);
      }
    }
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!known.contains(entry.getKey())) {
        unknown.set(path + entry.getKey(), entry.getValue());
      }
    }
  }

  /** What one reading came across. */
  static final class Reading {
    private boolean unknownSeen;

    boolean unknownSeen() {
      return unknownSeen;
    }
  }

  /** Fields in the order given, which is part of the contract: new ones go to the end. */
  static final class Builder {
    private interface Plan {
      FieldMapping slot(Schema schema);
    }

    private final SchemaBuilder schema;
    private final List<Plan> plans = new ArrayList<>();
    private boolean defaults;
    private boolean snakeCase;
    private Predicate<Struct> nothing = read -> false;

    private Builder(String name) {
      this.schema = SchemaBuilder.struct().name(name).version(Schemas.VERSION);
    }

    /**
     * From here on, what is absent is at its default: fields that each version of ChirpStack v4
     * has. It leaves out the defaults in its packages {@code gw} and {@code common}, and before 4.1
     * in all.
     */
    Builder omitsDefaults() {
      defaults = true;
      return this;
    }

    /**
     * From here on, what is absent is null: fields that but one generation tells, or no version
     * that leaves out defaults.
     */
    Builder absentIsNull() {
      defaults = false;
      return this;
    }

    /** The JSON's names are the fields' own, not in lowerCamelCase. */
    Builder namesInSnakeCase() {
      snakeCase = true;
      return this;
    }

    Builder field(String name, FieldType type) {
      schema.field(name, type.schema());
      String json = jsonName(name);
      boolean omits = defaults;
      plans.add(built -> new FieldMapping.Leaf(built.field(name), json, type, omits));
      return this;
    }

    /** Text such as {@code 1.5s}; a message to protobuf, so null when absent. */
    Builder duration(String name) {
      schema.field(name, FieldType.DURATION.schema());
      String json = jsonName(name);
      plans.add(built -> new FieldMapping.Leaf(built.field(name), json, FieldType.DURATION, false));
      return this;
    }

    Builder time(String name) {
      return time(name, null);
    }

    /**
     * @param formerName what older servers call it in JSON; null for the same
     */
    Builder time(String name, String formerName) {
      Times.define(schema, name);
      String json = jsonName(name);
      plans.add(built -> new FieldMapping.Time(built.field(name), json, formerName));
      return this;
    }

    Builder message(String name, MessageMapping message) {
      schema.field(name, message.schema());
      String json = jsonName(name);
      plans.add(built -> new FieldMapping.Nested(built.field(name), json, message));
      return this;
    }

    Builder list(String name, MessageMapping message) {
      schema.field(name, SchemaBuilder.array(message.schema()).optional().build());
      String json = jsonName(name);
      plans.add(built -> new FieldMapping.Repeated(built.field(name), json, message));
      return this;
    }

    /** A field that is not read from the JSON. */
    Builder given(String name, Schema type) {
      schema.field(name, type);
      return this;
    }

    /** As {@link #given}, for a point in time. */
    Builder givenTime(String name) {
      Times.define(schema, name);
      return this;
    }

    /** A message of which this is true becomes null. */
    Builder nullWhere(Predicate<Struct> saysNothing) {
      nothing = saysNothing;
      return this;
    }

    /** For use as a field of another message. */
    MessageMapping optional() {
      schema.optional();
      return required();
    }

    /** For use as a record's value or an item of a list. */
    MessageMapping required() {
      Schema built = schema.build();
      return new MessageMapping(
          built, plans.stream().map(plan -> plan.slot(built)).toList(), nothing);
    }

    /** Protobuf's rule: {@code f_cnt_down} becomes {@code fCntDown}. */
    private String jsonName(String name) {
      if (snakeCase) {
        return name;
      }
      StringBuilder json = new StringBuilder(name.length());
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        json.append(c == '_' ? Character.toUpperCase(name.charAt(++i)) : c);
      }
      return json.toString();
    }
  }
}
