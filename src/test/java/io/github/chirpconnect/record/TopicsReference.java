package io.github.chirpconnect.record;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.schema.KeySchemas;
import io.github.chirpconnect.record.schema.event.OtherEntry;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The tables of topics, keys and headers in docs/records.md, as the feeds and records have them.
 */
final class TopicsReference {
  private static final Map<String, String> HEADERS = new LinkedHashMap<>();

  static {
    HEADERS.put(RecordFactory.HEADER_FEED, "the feed, as in the first table");
    HEADERS.put(RecordFactory.HEADER_API, "the server's generation: `v3` or `v4`");
    HEADERS.put(
        RecordFactory.HEADER_KIND, "the kind of event (`up`), or the frame's type (`JoinRequest`)");
    HEADERS.put(
        RecordFactory.HEADER_ID,
        "the entry's id, the same each time it is read; the field `id` as well");
    HEADERS.put(
        RecordFactory.HEADER_GAP,
        "on the first record after entries that are missing, why they are; the field `gap` as well");
    HEADERS.put(
        RecordFactory.HEADER_MOVED_TO, "where the entity is now, if it has only left this topic");
  }

  private TopicsReference() {}

  static void topics(StringBuilder out, Map<String, Schema> values) {
    out.append(
        "\n## Topics and keys\n\n| topic | feed | value | key | as a struct |\n|---|---|---|---|---|\n");
    for (Feed feed : Feed.values()) {
      for (String topic : feed.topics()) {
        Schema value = values.getOrDefault(topic, OtherEntry.OF_DEVICE);
        row(out, topic, "`" + feed + "`", value, key(feed, value), struct(feed));
      }
    }
    String device = struct(Feed.DEVICES);
    String gateway = struct(Feed.GATEWAYS);
    String logs = "`device-events`, `device-frames`";
    row(out, "device.unreadable", logs, OtherEntry.OF_DEVICE, "`dev_eui`", device);
    row(
        out,
        "gateway.unreadable",
        "`gateway-frames`",
        OtherEntry.OF_GATEWAY,
        "`gateway_id`",
        gateway);
    String unreadable = "<dataset>.unreadable";
    String same = "that of the dataset";
    row(out, unreadable, "inventories", values.get(unreadable), same, same);
  }

  private static void row(StringBuilder out, String topic, Object... cells) {
    out.append("| `<prefix>.").append(topic).append('`');
    for (Object cell : cells) {
      out.append(" | ").append(cell instanceof Schema schema ? shortName(schema) : cell);
    }
    out.append(" |\n");
  }

  private static String struct(Feed feed) {
    return shortName(KeySchemas.of(feed));
  }

  private static String shortName(Schema schema) {
    return schema.name().substring(MessageMapping.PACKAGE.length());
  }

  private static String key(Feed feed, Schema value) {
    return switch (feed.shape()) {
      case INVENTORY -> "`" + InventorySchemas.of(feed).idField() + "`";
      case LOG -> "`" + value.fields().get(1).name() + "`";
      case SERIES ->
          "`" + value.fields().get(0).name() + "`, metric, label, aggregation and time, as above";
      case DERIVED ->
          feed == Feed.DOWNLINKS ? "`downlink`, as above" : "`dev_eui` and `name`, as above";
    };
  }

  static void headers(StringBuilder out) {
    Map<String, SourceRecord> samples = samples();
    out.append("\n## Headers\n\nAll are text.\n\n| header | of | says |\n|---|---|---|\n");
    HEADERS.forEach(
        (header, says) -> {
          String of =
              samples.entrySet().stream()
                  .filter(sample -> sample.getValue().headers().lastWithName(header) != null)
                  .map(Map.Entry::getKey)
                  .collect(Collectors.joining(", "));
          out.append("| `").append(header).append("` | ").append(of);
          out.append(" | ").append(says).append(" |\n");
        });
    samples.values().stream()
        .flatMap(sample -> StreamSupport.stream(sample.headers().spliterator(), false))
        .filter(header -> !HEADERS.containsKey(header.key()))
        .forEach(
            header -> {
              throw new AssertionError("a header that is not listed: " + header.key());
            });
  }

  private static Map<String, SourceRecord> samples() {
    RecordFactory records =
        new RecordFactory("c", () -> Generation.V4, Clock.systemUTC(), Long.MAX_VALUE);
    Map<String, String> none = Map.of();
    Map<String, SourceRecord> samples = new LinkedHashMap<>();
    samples.put(
        "events and frames",
        records.entry(
            Samples.entry(LogKind.EVENTS, "up", Instant.EPOCH, "1-0", "{}"), "lost", none, none));
    samples.put("inventories", records.entity(Samples.entities().get(0)).at(none, none));
    Deletion deletion = new Deletion(Feed.DEVICES, "0102", "c.a", Instant.EPOCH, "c.b");
    samples.put("deletions", records.gone(deletion, none, none, none).get(0));
    samples.put("measurements", EntryRecordsTest.rows("up", records).get(0));
    samples.put("metrics", records.metric(Samples.metrics().get(0), none, none));
    return samples;
  }
}
