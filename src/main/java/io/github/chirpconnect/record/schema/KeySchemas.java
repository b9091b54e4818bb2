package io.github.chirpconnect.record.schema;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Shape;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;

/**
 * The schemas of struct keys. A key's fields have the names of fields of the value. All records
 * about one device have the same key, and all about one gateway, so that topics can be joined.
 */
public final class KeySchemas {
  /** The field that identifies a record where many have the same key. */
  public static final String RECORD_ID = "id";

  private static final String KEY = "Key";
  private static final Map<Feed, Schema> BY_FEED = new EnumMap<>(Feed.class);
  private static final Map<Feed, Schema> ROW_BY_FEED = new EnumMap<>(Feed.class);

  static {
    InventorySchemas.all().stream()
        .filter(inventory -> inventory.feed().owner().isEmpty())
        .forEach(inventory -> BY_FEED.put(inventory.feed(), ofInventory(inventory)));
    Arrays.stream(Feed.values())
        .filter(feed -> feed.owner().isPresent())
        .forEach(feed -> BY_FEED.put(feed, ofOwner(feed)));
    BY_FEED.forEach((feed, schema) -> ROW_BY_FEED.put(feed, ofRow(feed, schema)));
  }

  private KeySchemas() {}

  private static Schema ofInventory(InventorySchema inventory) {
    String name = keyOf(inventory.schema());
    return inventory.feed() == Feed.RELAY_GATEWAYS
        ? texts(name, "tenant_id", "relay_id").build()
        : texts(name, inventory.idField()).build();
  }

  private static Schema ofOwner(Feed feed) {
    Schema owner = BY_FEED.get(feed.owner().orElseThrow());
    if (feed == Feed.MEASUREMENTS) {
      return texts(keyOf(MeasurementRow.SCHEMA), owner.fields().get(0).name(), "name").build();
    }
    if (feed == Feed.DOWNLINKS) {
      return texts(keyOf(Downlinks.SCHEMA), Downlinks.DOWNLINK).build();
    }
    if (feed.shape() != Shape.SERIES) {
      return owner;
    }
    return texts(
            keyOf(Metrics.of(feed)), owner.fields().get(0).name(), "metric", "label", "aggregation")
        .field("time", Timestamp.SCHEMA)
        .build();
  }

  /** In inventories and series the key already identifies the record. */
  private static Schema ofRow(Feed feed, Schema key) {
    if (feed.shape() == Shape.INVENTORY || feed.shape() == Shape.SERIES) {
      return key;
    }
    String name = key.name().substring(0, key.name().length() - KEY.length()) + "Row" + KEY;
    SchemaBuilder schema = SchemaBuilder.struct().name(name).version(1);
    key.fields().forEach(field -> schema.field(field.name(), field.schema()));
    return schema.field(RECORD_ID, Schema.STRING_SCHEMA).build();
  }

  private static String keyOf(Schema value) {
    return value.name() + KEY;
  }

  private static SchemaBuilder texts(String name, String... fields) {
    SchemaBuilder schema = SchemaBuilder.struct().name(name).version(1);
    List.of(fields).forEach(field -> schema.field(field, Schema.STRING_SCHEMA));
    return schema;
  }

  public static Schema of(Feed feed) {
    return BY_FEED.get(feed);
  }

  /** The key that identifies the record itself, for primary keys. */
  public static Schema rowOf(Feed feed) {
    return ROW_BY_FEED.get(feed);
  }

  /** Each once. */
  public static List<Schema> all() {
    return Stream.concat(BY_FEED.values().stream(), ROW_BY_FEED.values().stream())
        .distinct()
        .toList();
  }
}
