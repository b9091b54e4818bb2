package io.github.chirpconnect.record.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
public final class MessageMapping {
  public static final String PACKAGE = "io.github.chirpconnect.";

  /** JSON object, by path, of what the server says and the schema has no field for; else null. */
  public static final String UNKNOWN_FIELDS = "unknown_fields";

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
  public static Builder named(String name) {
    return new Builder(PACKAGE + name);
  }

  public Schema schema() {
    return schema;
  }

  /** The same schema, read from messages that have but some of its fields: the others stay null. */
  public MessageMapping reading(String... fields) {
    Set<String> wanted = Set.of(fields);
    return new MessageMapping(
        schema,
        slots.stream().filter(slot -> wanted.contains(slot.field().name())).toList(),
        nothing);
  }

  /** The same schema, with one of its fields read in another way. */
  public MessageMapping with(String field, MessageMapping message) {
    return new MessageMapping(
        schema,
        slots.stream()
            .map(
                slot ->
                    slot.field().name().equals(field)
                        ? slot.replacedBy(
                            new FieldMapping.Nested(slot.field(), slot.jsonName(), message))
                        : slot)
            .toList(),
        nothing);
  }

  public Struct read(JsonNode node, Reading reading) {
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
      if (slot.isSecret() && !reading.secrets) {
        known += value == null ? 0 : 1;
        continue;
      }
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
  public void collectUnknown(JsonNode node, String path, ObjectNode unknown) {
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

  /**
   * What of a message has a place in the schema, whether it fits there or not.
   *
   * @param secrets whether secrets stay
   * @param left names of fields that are left out
   */
  public ObjectNode known(ObjectNode node, boolean secrets, Set<String> left) {
    ObjectNode known = JsonNodeFactory.instance.objectNode();
    for (FieldMapping slot : slots) {
      String name = slot.nameIn(node);
      JsonNode value = node.get(name);
      if (value != null && (secrets || !slot.isSecret()) && !left.contains(slot.field().name())) {
        known.set(name, slot.known(value, secrets));
      }
    }
    return known;
  }

  /** How one reading goes, and what it came across. */
  public static final class Reading {
    private final boolean secrets;
    private boolean unknownSeen;

    /**
     * @param secrets whether fields that are secret are read, or stay null
     */
    public Reading(boolean secrets) {
      this.secrets = secrets;
    }

    public boolean unknownSeen() {
      return unknownSeen;
    }
  }

  /** Fields in the order given, which is part of the contract: new ones go to the end. */
  public static final class Builder {
    private interface Plan {
      FieldMapping slot(Schema schema);
    }

    private final SchemaBuilder schema;
    private final List<Plan> plans = new ArrayList<>();
    private int version = 1;
    private boolean defaults;
    private boolean snakeCase;
    private Predicate<Struct> nothing = read -> false;

    private Builder(String name) {
      this.schema = SchemaBuilder.struct().name(name);
    }

    /**
     * From here on, what is absent is at its default: fields that each version of ChirpStack v4
     * has. It leaves out the defaults in its packages {@code gw} and {@code common}, and before 4.1
     * in all.
     */
    public Builder omitsDefaults() {
      defaults = true;
      return this;
    }

    /**
     * From here on, what is absent is null: fields that but one generation tells, or no version
     * that leaves out defaults.
     */
    public Builder absentIsNull() {
      defaults = false;
      return this;
    }

    /** The JSON's names are the fields' own, not in lowerCamelCase. */
    public Builder namesInSnakeCase() {
      snakeCase = true;
      return this;
    }

    public Builder field(String name, FieldType type) {
      schema.field(name, type.schema());
      String json = jsonName(name);
      boolean omits = defaults;
      plans.add(built -> new FieldMapping.Leaf(built.field(name), json, type, omits));
      return this;
    }

    /** Text such as {@code 1.5s}; a message to protobuf, so null when absent. */
    public Builder duration(String name) {
      schema.field(name, FieldType.DURATION.schema());
      String json = jsonName(name);
      plans.add(built -> new FieldMapping.Leaf(built.field(name), json, FieldType.DURATION, false));
      return this;
    }

    public Builder time(String name) {
      return time(name, null);
    }

    /**
     * @param formerName what older servers call it in JSON; null for the same
     */
    public Builder time(String name, String formerName) {
      Times.define(schema, name);
      String json = jsonName(name);
      plans.add(built -> new FieldMapping.Time(built.field(name), json, formerName));
      return this;
    }

    public Builder message(String name, MessageMapping message) {
      schema.field(name, message.schema());
      String json = jsonName(name);
      plans.add(built -> new FieldMapping.Nested(built.field(name), json, message));
      return this;
    }

    public Builder list(String name, MessageMapping message) {
      schema.field(name, SchemaBuilder.array(message.schema()).optional().build());
      String json = jsonName(name);
      plans.add(built -> new FieldMapping.Repeated(built.field(name), json, message));
      return this;
    }

    /**
     * Counts on with each change of this schema, or of one that is in it.
     *
     * @param version 1 where this is not said
     */
    public Builder version(int version) {
      this.version = version;
      return this;
    }

    /** The field before it is null unless secrets are asked for. */
    public Builder secret() {
      Plan plan = plans.remove(plans.size() - 1);
      plans.add(
          built -> {
            FieldMapping slot = plan.slot(built);
            slot.markSecret();
            return slot;
          });
      return this;
    }

    /** Where the reader puts what the schema has no other field for. */
    public Builder unknownFields() {
      return given(UNKNOWN_FIELDS, Schema.OPTIONAL_STRING_SCHEMA);
    }

    /** A field that is not read from the JSON. */
    public Builder given(String name, Schema type) {
      schema.field(name, type);
      return this;
    }

    /** As {@link #given}, for a point in time. */
    public Builder givenTime(String name) {
      Times.define(schema, name);
      return this;
    }

    /** A message of which this is true becomes null. */
    public Builder nullWhere(Predicate<Struct> saysNothing) {
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
