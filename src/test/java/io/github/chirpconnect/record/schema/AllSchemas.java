package io.github.chirpconnect.record.schema;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Shape;
import io.github.chirpconnect.record.schema.event.Events;
import io.github.chirpconnect.record.schema.event.Frame;
import io.github.chirpconnect.record.schema.event.OtherEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;

/** The schemas of all values, by the names of their topics. */
public final class AllSchemas {
  private static final List<String> KINDS =
      List.of("up", "join", "ack", "txack", "status", "log", "location");

  private AllSchemas() {}

  public static Map<String, Schema> values() {
    Map<String, Schema> values = new LinkedHashMap<>();
    InventorySchemas.all().forEach(inventory -> values.put(inventory.topic(), inventory.schema()));
    KINDS.forEach(kind -> values.put("device." + kind, Events.BY_KIND.get(kind).schema()));
    values.put("device.frames", Frame.OF_DEVICE.schema());
    values.put("device.unreadable", OtherEntry.OF_DEVICE);
    values.put("gateway.frames", Frame.OF_GATEWAY.schema());
    values.put("gateway.unreadable", OtherEntry.OF_GATEWAY);
    values.put("<dataset>.unreadable", UnreadableEntity.SCHEMA);
    values.put(Feed.MEASUREMENTS.topics().get(0), MeasurementRow.SCHEMA);
    values.put(Feed.DOWNLINKS.topics().get(0), Downlinks.SCHEMA);
    Feed.of(Shape.SERIES).forEach(feed -> values.put(feed.topics().get(0), Metrics.of(feed)));
    return values;
  }
}
