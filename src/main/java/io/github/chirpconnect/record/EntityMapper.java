package io.github.chirpconnect.record;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.json.MappingException;
import io.github.chirpconnect.record.json.MessageBuilder;
import io.github.chirpconnect.record.json.MessageMapping.Reading;
import io.github.chirpconnect.record.schema.InventorySchema;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.schema.UnreadableEntity;
import java.util.Set;
import org.apache.kafka.connect.data.Struct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maps entities of an inventory to structs. Fields that the schema lacks are left out, because they
 * might be secrets. Safe for use by many threads.
 */
final class EntityMapper {
  private static final Logger LOG = LoggerFactory.getLogger(EntityMapper.class);

  /** Added to the dataset's topic, after a dot. */
  static final String UNREADABLE_TOPIC = "unreadable";

  private final boolean secrets;
  private final Oversize oversize;

  /**
   * @param secrets whether secret fields are read; otherwise they stay null
   */
  EntityMapper(boolean secrets, Oversize oversize) {
    this.secrets = secrets;
    this.oversize = oversize;
  }

  Mapped map(Entity entity) {
    InventorySchema inventory = InventorySchemas.of(entity.feed());
    Struct value;
    try {
      value = struct(inventory, entity);
    } catch (MappingException e) {
      // Not the whole body: fields that do not fit the schema may contain anything.
      String body = oversize.without(known(inventory, entity), 0).body();
      return unreadable(inventory, entity, body, e.getMessage(), null);
    }
    Mapped mapped =
        new Mapped(
            entity.feed(),
            null,
            inventory.topic(),
            entity.place(),
            value,
            new Lazily<>(() -> body(inventory, entity)));
    long size = oversize.of(mapped);
    if (size == Oversize.NONE) {
      return mapped;
    }
    Oversize.Rest rest = oversize.without(known(inventory, entity), size);
    return unreadable(inventory, entity, rest.body(), rest.problem(), size);
  }

  /**
   * @throws MappingException if the body does not fit the schema
   */
  private Struct struct(InventorySchema inventory, Entity entity) {
    Struct struct = inventory.message().read(entity.body(), new Reading(secrets));
    return struct.put(inventory.idField(), entity.id()).put(InventorySchema.DELETED, false);
  }

  /** See {@link RecordFactory#fingerprints}. */
  Fingerprints fingerprints(Feed feed, Set<String> volatileFields) {
    return new Fingerprints(InventorySchemas.of(feed), volatileFields, secrets);
  }

  /** Begins with the id, which the server's JSON names differently or lacks. */
  private ObjectNode body(InventorySchema inventory, Entity entity) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put(MessageBuilder.camelCase(inventory.idField()), entity.id());
    return body.setAll(known(inventory, entity));
  }

  private ObjectNode known(InventorySchema inventory, Entity entity) {
    return inventory.message().known(entity.body(), secrets);
  }

  /**
   * @param size null if the size is not the problem
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
