package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.feed.Shape;
import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.schema.KeySchemas;
import io.github.chirpconnect.record.schema.event.OtherEntry;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
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
        "\n## Topics and keys\n\n| topic | feed | value | key | as a struct | of a row |\n|---|---|---|---|---|---|\n");
    Map<String, SourceRecord> records = new HashMap<>();
    AllRecords.of("struct").forEach(record -> records.put(record.topic(), record));
    for (Feed feed : Feed.values()) {
      for (String topic : feed.topics()) {
        Schema value = values.getOrDefault(topic, OtherEntry.OF_DEVICE);
        row(out, topic, "`" + feed + "`", value, feed, records);
      }
    }
    String logs = "`device-events`, `device-frames`";
    row(out, "device.unreadable", logs, OtherEntry.OF_DEVICE, Feed.DEVICE_EVENTS, records);
    row(
        out,
        "gateway.unreadable",
        "`gateway-frames`",
        OtherEntry.OF_GATEWAY,
        Feed.GATEWAY_FRAMES,
        records);
    String unreadable = "<dataset>.unreadable";
    String same = "that of the dataset";
    row(out, unreadable, "inventories", shortName(values.get(unreadable)), same, same, same);
  }

  private static void row(
      StringBuilder out,
      String topic,
      String feeds,
      Schema value,
      Feed feed,
      Map<String, SourceRecord> records) {
    row(
        out,
        topic,
        feeds,
        shortName(value),
        key(feed, records.get("chirpstack." + topic)),
        shortName(KeySchemas.of(feed)),
        shortName(KeySchemas.rowOf(feed)));
  }

  private static void row(StringBuilder out, String topic, String... cells) {
    out.append("| `<prefix>.").append(topic).append('`');
    for (String cell : cells) {
      out.append(" | ").append(cell);
    }
    out.append(" |\n");
  }

  private static String shortName(Schema schema) {
    return schema.name().substring(MessageMapping.PACKAGE.length());
  }

  /** The fields whose texts the key of a record of the topic is made of. */
  private static String key(Feed feed, SourceRecord record) {
    Struct value = (Struct) record.value();
    List<String> fields =
        feed.shape() == Shape.INVENTORY
            ? List.of(InventorySchemas.of(feed).idField())
            : KeySchemas.of(feed).fields().stream().map(Field::name).toList();
    assertThat(record.key())
        .as("key of the topic %s", record.topic())
        .isEqualTo(
            fields.stream()
                .map(field -> keyPart(feed, value, field))
                .collect(Collectors.joining("|")));
    return fields.stream().map(field -> "`" + field + "`").collect(Collectors.joining(", "));
  }

  private static String keyPart(Feed feed, Struct value, String field) {
    String name = field.equals("time") ? "time_text" : field;
    String text = value.getString(name) == null ? "" : value.getString(name);
    return feed.shape() == Shape.SERIES ? text.replace("%", "%25").replace("|", "%7C") : text;
  }

  static void headers(StringBuilder out) {
    Map<String, SourceRecord> samples = samples();
    assertThat(HEADERS.keySet()).containsExactlyInAnyOrderElementsOf(namesInCode());
    out.append("\n## Headers\n\nAll are text.\n\n| header | of | says |\n|---|---|---|\n");
    HEADERS.forEach(
        (header, says) -> {
          String of =
              samples.entrySet().stream()
                  .filter(sample -> sample.getValue().headers().lastWithName(header) != null)
                  .map(Map.Entry::getKey)
                  .collect(Collectors.joining(", "));
          assertThat(of).as(header).isNotEmpty();
          out.append("| `").append(header).append("` | ").append(of);
          out.append(" | ").append(says).append(" |\n");
        });
    for (SourceRecord sample : samples.values()) {
      sample.headers().forEach(header -> assertThat(HEADERS).containsKey(header.key()));
    }
  }

  private static List<String> namesInCode() {
    return Arrays.stream(RecordFactory.class.getFields())
        .filter(field -> field.getName().startsWith("HEADER_"))
        .map(
            field -> {
              try {
                return (String) field.get(null);
              } catch (IllegalAccessException e) {
                throw new AssertionError(field.getName(), e);
              }
            })
        .toList();
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
    samples.put("downlinks", DownlinkRowsTest.rows(records).get(0));
    samples.put("metrics", records.metric(Samples.metrics().get(0), none, none));
    return samples;
  }
}
