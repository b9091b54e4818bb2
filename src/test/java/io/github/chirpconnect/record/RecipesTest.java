package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.golden.RecordedEntries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;
import org.junit.jupiter.api.Test;

/**
 * The configurations in docs/warehouses.md do what is said of them, with Kafka's own transforms.
 */
class RecipesTest {
  private final RecordFactory records =
      new RecordFactory("c", () -> Generation.V4, Clock.systemUTC(), Long.MAX_VALUE);

  /** A transform with its predicate, as Connect applies it. */
  private record Step(
      Transformation<SourceRecord> transform, Predicate<SourceRecord> predicate, boolean negate) {
    SourceRecord apply(SourceRecord record) {
      return predicate == null || predicate.test(record) != negate
          ? transform.apply(record)
          : record;
    }
  }

  private static SourceRecord apply(Map<String, String> recipe, SourceRecord record) {
    SourceRecord current = record;
    for (Step step : steps(recipe)) {
      current = current == null ? null : step.apply(current);
    }
    return current;
  }

  private static List<Step> steps(Map<String, String> recipe) {
    List<Step> steps = new ArrayList<>();
    for (String name : recipe.get("transforms").split(",")) {
      Map<String, String> config = below(recipe, "transforms." + name + ".");
      String predicate = config.remove("predicate");
      boolean negate = Boolean.parseBoolean(config.remove("negate"));
      steps.add(
          new Step(
              made(config),
              predicate == null ? null : made(below(recipe, "predicates." + predicate + ".")),
              negate));
    }
    return steps;
  }

  private static Map<String, String> below(Map<String, String> recipe, String prefix) {
    Map<String, String> config = new HashMap<>();
    recipe.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            config.put(key.substring(prefix.length()), value);
          }
        });
    return config;
  }

  @SuppressWarnings("unchecked")
  private static <T extends Configurable> T made(Map<String, String> config) {
    try {
      Class<?> type = Class.forName(config.remove("type"));
      Configurable made =
          type.asSubclass(Configurable.class).getDeclaredConstructor().newInstance();
      made.configure(config);
      return (T) made;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no such transform", e);
    }
  }

  /** One of each topic. */
  private List<SourceRecord> all() {
    List<SourceRecord> all = new ArrayList<>();
    RecordedEntries.entries()
        .forEach(entry -> all.add(records.entry(entry, null, Map.of(), Map.of())));
    all.add(
        records.entry(
            Samples.entry(LogKind.EVENTS, "up", Instant.EPOCH, "1-0", "[]"),
            null,
            Map.of(),
            Map.of()));
    all.add(device());
    Samples.entities().forEach(entity -> all.add(records.entity(entity).at(Map.of(), Map.of())));
    Samples.metrics().forEach(row -> all.add(records.metric(row, Map.of(), Map.of())));
    return all;
  }

  private SourceRecord device() {
    return records
        .entity(Samples.entity(Feed.DEVICES, EntityMapperTest.body()))
        .at(Map.of(), Map.of());
  }

  /** What the document says of Flatten. */
  @Test
  void flattenStopsAtAMap() {
    Map<String, String> recipe = Recipe.named("flat without schemas");
    assertThatThrownBy(() -> apply(recipe, device()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Flatten transformation does not support MAP");
  }

  @Test
  void withoutSchemasTagsBecomeFieldsToo() {
    Map<String, String> recipe = Recipe.named("flat without schemas");
    JsonConverter converter = new JsonConverter();
    converter.configure(below(recipe, "value.converter."), false);
    int tagged = 0;
    for (SourceRecord record : all()) {
      byte[] bytes =
          converter.fromConnectData(record.topic(), record.valueSchema(), record.value());
      Object value = converter.toConnectData(record.topic(), bytes).value();
      Map<?, ?> flat =
          (Map<?, ?>)
              apply(
                      recipe,
                      record.newRecord(
                          record.topic(),
                          null,
                          record.keySchema(),
                          record.key(),
                          null,
                          value,
                          record.timestamp()))
                  .value();
      assertThat(flat.values()).noneMatch(Map.class::isInstance);
      if (record.topic().equals("c.devices")) {
        Map<String, String> tags = ((Struct) record.value()).getMap("tags");
        tagged += tags == null || tags.isEmpty() ? 0 : 1;
        if (tags != null) {
          tags.forEach((name, tag) -> assertThat(flat.get("tags_" + name)).isEqualTo(tag));
        }
      }
    }
    assertThat(tagged).isPositive();
  }

  @Test
  void tombstonesAreLeftOut() {
    Map<String, String> recipe = Recipe.named("without tombstones");
    SourceRecord device = device();
    assertThat(apply(recipe, device)).isSameAs(device);
    assertThat(apply(recipe, Samples.tombstone(records))).isNull();
  }

  @Test
  void tombstonesStayAsTheyAreWhereATransformNeedsAValue() {
    Map<String, String> recipe = Recipe.named("with tombstones left as they are");
    SourceRecord gone = Samples.tombstone(records);
    assertThat(apply(recipe, gone)).isSameAs(gone);
    Struct key = (Struct) apply(recipe, device()).key();
    assertThat(key.getString("dev_eui")).isEqualTo("0102030405060708");

    recipe.remove("transforms.site.predicate");
    assertThatThrownBy(() -> apply(recipe, gone)).isInstanceOf(DataException.class);
  }

  @Test
  void deletionsOfWhatHasMovedAreLeftOutAndOthersAreNot() {
    Map<String, String> recipe = Recipe.named("without deletions of what has moved");
    SourceRecord gone = Samples.tombstone(records);
    assertThat(apply(recipe, gone)).isSameAs(gone);
    SourceRecord device = device();
    assertThat(apply(recipe, device)).isSameAs(device);
    Deletion move =
        new Deletion(Feed.DEVICES, "0102030405060708", "a.devices", Instant.EPOCH, "b.devices");
    assertThat(records.gone(move, Map.of(), Map.of(), Map.of()))
        .allSatisfy(record -> assertThat(apply(recipe, record)).isNull());
  }

  @Test
  void theSizesThatTheDocumentSaysAreThose() throws IOException {
    long plain = 0;
    long withSchema = 0;
    long avro = 0;
    int count = 0;
    for (SourceRecord record : all()) {
      if (record.topic().equals("c.device.up")) {
        plain += size(ConvertersTest.json(false), record);
        withSchema += size(ConvertersTest.json(true), record);
        avro += ConvertersTest.avro(record).length;
        count++;
      }
    }
    assertThat(Files.readString(Recipe.DOCUMENT))
        .contains(
            "| JSON with schemas | %.1f kB |".formatted(withSchema / 1000.0 / count),
            "| JSON without schemas | %.1f kB |".formatted(plain / 1000.0 / count),
            "| Avro | %.1f kB |".formatted(avro / 1000.0 / count));
  }

  private static int size(JsonConverter converter, SourceRecord record) {
    return converter.fromConnectData("t", record.valueSchema(), record.value()).length;
  }

  /** The document shows the files that users copy. */
  @Test
  void theDocumentShowsTheFilesAsTheyAre() throws IOException {
    String document = Files.readString(Recipe.DOCUMENT);
    try (Stream<Path> files = Files.list(Path.of("config", "warehouses"))) {
      List<Path> all = files.toList();
      assertThat(all).hasSizeGreaterThan(5);
      for (Path file : all) {
        String language = file.toString().endsWith(".sql") ? "sql" : "json";
        assertThat(document).contains("```" + language + "\n" + Files.readString(file) + "```");
      }
    }
  }
}
