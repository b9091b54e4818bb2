package io.github.chirpconnect.record.schema;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;

/**
 * The keys of records, where they are structs. A key's fields have the names of fields of the
 * value. All that is told of one device has the same key, and so has all of one gateway: the topics
 * can be joined, whatever converter writes the keys.
 */
public final class KeySchemas {
  private static final Map<Feed, Schema> BY_FEED = new EnumMap<>(Feed.class);

  static {
    InventorySchemas.all().stream()
        .filter(inventory -> inventory.feed().owner().isEmpty())
        .forEach(inventory -> BY_FEED.put(inventory.feed(), ofInventory(inventory)));
    Arrays.stream(Feed.values())
        .filter(feed -> feed.owner().isPresent())
        .forEach(feed -> BY_FEED.put(feed, ofOwner(feed)));
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
    if (feed.shape() != Shape.SERIES) {
      return owner;
    }
    return texts(
            keyOf(Metrics.of(feed)), owner.fields().get(0).name(), "metric", "label", "aggregation")
        .field("time", Timestamp.SCHEMA)
        .build();
  }

  private static String keyOf(Schema value) {
    return value.name() + "Key";
  }

  private static SchemaBuilder texts(String name, String... fields) {
    SchemaBuilder schema = SchemaBuilder.struct().name(name).version(1);
    List.of(fields).forEach(field -> schema.field(field, Schema.STRING_SCHEMA));
    return schema;
  }

  public static Schema of(Feed feed) {
    return BY_FEED.get(feed);
  }

  /** Each once. */
  public static List<Schema> all() {
    return new ArrayList<>(BY_FEED.values()).stream().distinct().toList();
  }
}
