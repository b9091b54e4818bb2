package io.github.chirpconnect.record;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.record.json.MappingException;
import io.github.chirpconnect.record.json.MessageBuilder;
import io.github.chirpconnect.record.json.MessageMapping.Reading;
import io.github.chirpconnect.record.schema.InventorySchema;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.schema.UnreadableEntity;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.connect.data.Struct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an inventory lists as structs, and their fingerprints. Fields that the schema has no place
 * for are left out: they might be secrets. Safe for use by many threads.
 */
final class EntityMapper {
  private static final Logger LOG = LoggerFactory.getLogger(EntityMapper.class);

  /** Follows the dataset's own topic, with a dot. */
  static final String UNREADABLE_TOPIC = "unreadable";

  private final boolean secrets;
  private final Oversize oversize;

  /**
   * @param secrets whether fields that are secret are read, or stay null
   */
  EntityMapper(boolean secrets, Oversize oversize) {
    this.secrets = secrets;
    this.oversize = oversize;
  }

  Mapped map(Entity entity) {
    InventorySchema inventory = InventorySchemas.of(entity.feed());
    Struct value;
    try {
      value = struct(entity);
    } catch (MappingException e) {
      // Not the body as it is: what does not fit its schema may be anything.
      String body = oversize.without(known(inventory, entity, Set.of()), 0).body();
      return unreadable(inventory, entity, body, e.getMessage(), null);
    }
    long size = oversize.of(value);
    if (size == Oversize.NONE) {
      return new Mapped(
          entity.feed(), null, inventory.topic(), entity.place(), value, body(inventory, entity));
    }
    Oversize.Rest rest = oversize.without(known(inventory, entity, Set.of()), size);
    return unreadable(inventory, entity, rest.body(), rest.problem(), size);
  }

  /**
   * @throws MappingException when the body does not fit the schema
   */
  Struct struct(Entity entity) {
    InventorySchema inventory = InventorySchemas.of(entity.feed());
    Struct struct = inventory.message().read(entity.body(), new Reading(secrets));
    return struct.put(inventory.idField(), entity.id());
  }

  /** See {@link RecordFactory#fingerprint(Entity, Set)}. */
  String fingerprint(Entity entity, Set<String> volatileFields) {
    InventorySchema inventory = InventorySchemas.of(entity.feed());
    check(inventory, volatileFields);
    Struct struct;
    try {
      struct = struct(entity);
    } catch (MappingException e) {
      return Fingerprint.of(entity.id(), known(inventory, entity, volatileFields));
    }
    return Fingerprint.of(struct, volatileFields);
  }

  private static void check(InventorySchema inventory, Set<String> volatileFields) {
    if (!inventory.content().containsAll(volatileFields)) {
      Set<String> unknown = new TreeSet<>(volatileFields);
      unknown.removeAll(inventory.content());
      throw new IllegalArgumentException(
          "the "
              + inventory.feed()
              + " feed has no field '"
              + String.join("', '", unknown)
              + "'; choose from "
              + String.join(", ", inventory.content()));
    }
  }

  /** Begins with the id, which the server's JSON has under another name or not at all. */
  private ObjectNode body(InventorySchema inventory, Entity entity) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put(MessageBuilder.camelCase(inventory.idField()), entity.id());
    return body.setAll(known(inventory, entity, Set.of()));
  }

  private ObjectNode known(InventorySchema inventory, Entity entity, Set<String> left) {
    return inventory.message().known(entity.body(), secrets, left);
  }

  /**
   * @param size null where that is not the problem
   */
  private static Mapped unreadable(
      InventorySchema inventory, Entity entity, String body, String problem, Long size) {
    String topic = inventory.topic() + "." + UNREADABLE_TOPIC;
    LOG.warn(
        "'{}' of the feed {} can't become a record of it: {} It goes to the topic <prefix>.{}.",
        entity.id(),
        entity.feed(),
        problem.endsWith(".") ? problem : problem + ".",
        topic);
    return new Mapped(
        entity.feed(),
        null,
        topic,
        entity.place(),
        new Struct(UnreadableEntity.SCHEMA)
            .put("id", entity.id())
            .put("feed", entity.feed().id())
            .put("body", body)
            .put("error", problem)
            .put("size", size),
        null);
  }
}
