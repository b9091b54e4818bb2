package io.github.chirpconnect.record.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * A protobuf message as a Connect struct, read from its JSON form. Built once; reading a message
 * looks up only the JSON's fields.
 */
public final class MessageMapping {
  public static final String PACKAGE = "io.github.chirpconnect.";

  /** A JSON object with the fields that the schema lacks, by path; null if there are none. */
  public static final String UNKNOWN_FIELDS = "unknown_fields";

  private final Schema schema;
  private final List<FieldMapping> slots;
  private final Predicate<Struct> nothing;

  MessageMapping(Schema schema, List<FieldMapping> slots, Predicate<Struct> nothing) {
    this.schema = schema;
    this.slots = List.copyOf(slots);
    this.nothing = nothing;
  }

  /**
   * @param name the schema's, without the package
   */
  public static MessageBuilder named(String name) {
    return new MessageBuilder(PACKAGE + name);
  }

  public Schema schema() {
    return schema;
  }

  /** The same schema, for messages that have only some of its fields: the others stay null. */
  public MessageMapping reading(Set<String> fields) {
    return new MessageMapping(
        schema,
        slots.stream().filter(slot -> fields.contains(slot.field().name())).toList(),
        nothing);
  }

  /** The same schema; one of its fields is read in another way. */
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
    readInto(struct::put, node, reading);
    return struct;
  }

  /** Whether a message of this type means the same as an absent one. */
  boolean saysNothing(Struct read) {
    return nothing.test(read);
  }

  /**
   * An absent scalar becomes its default or null, as the message defines. JSON's null means
   * unknown: a scalar is null, a list or map empty.
   *
   * @throws MappingException when a value does not fit
   */
  public void readInto(FieldConsumer into, JsonNode node, Reading reading) {
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
        slot.absent(into);
        continue;
      }
      known++;
      if (value.isNull()) {
        slot.untold(into);
        continue;
      }
      try {
        slot.read(value, into, reading);
      } catch (MappingException e) {
        throw e.in(name);
      }
    }
    if (known != node.size()) {
      reading.unknownSeen = true;
    }
  }

  /** Adds the fields that the schema lacks, each by its path. */
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
   * The parts of a message that the schema has, whether their values fit or not.
   *
   * @param secrets whether secrets stay
   */
  public ObjectNode known(ObjectNode node, boolean secrets) {
    ObjectNode known = JsonNodeFactory.instance.objectNode();
    for (FieldMapping slot : slots) {
      String name = slot.nameIn(node);
      JsonNode value = node.get(name);
      if (value != null && (secrets || !slot.isSecret())) {
        known.set(name, slot.known(value, secrets));
      }
    }
    return known;
  }

  /** Removes the secret fields from a message. */
  public void removeSecrets(ObjectNode node) {
    for (FieldMapping slot : slots) {
      if (slot.isSecret()) {
        node.remove(slot.jsonName());
      } else if (node.get(slot.jsonName()) != null) {
        slot.removeSecrets(node.get(slot.jsonName()));
      }
    }
  }

  /** The options of one reading, and what it found. */
  public static final class Reading {
    private final boolean secrets;
    private boolean unknownSeen;

    /**
     * @param secrets whether secret fields are read; otherwise they stay null
     */
    public Reading(boolean secrets) {
      this.secrets = secrets;
    }

    public boolean unknownSeen() {
      return unknownSeen;
    }
  }
}
