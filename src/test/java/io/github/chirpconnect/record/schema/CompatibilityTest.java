package io.github.chirpconnect.record.schema;

import static org.apache.avro.SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE;
import static org.apache.avro.SchemaCompatibility.checkReaderWriterCompatibility;
import static org.assertj.core.api.Assertions.assertThat;

import io.apicurio.registry.utils.converter.avro.AvroData;
import io.github.chirpconnect.record.format.FlatFormat;
import io.github.chirpconnect.record.format.ObjectColumns;
import io.github.chirpconnect.record.json.MessageMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.junit.jupiter.api.Test;

/**
 * A registry that is set to FULL_TRANSITIVE takes each schema after all that were released. Those
 * are written down in a file that only grows: {@code mvn test -Dtest=CompatibilityTest
 * -Dreference.write=true} adds the versions that it does not have. What it has stays as it is: who
 * changes a schema raises its version, and that of each schema that it is in.
 */
class CompatibilityTest {
  private static final Path FILE = Path.of("src", "test", "resources", "schemas", "released.txt");

  /** All that a registry may be asked to take, by the name of the schema. */
  private static Map<String, Schema> present() {
    FlatFormat flat = new FlatFormat("io.debezium.data.Json", ObjectColumns.NONE);
    return Stream.of(
            AllSchemas.values().values().stream(),
            AllSchemas.values().values().stream().map(flat::schema),
            KeySchemas.all().stream())
        .flatMap(schemas -> schemas)
        .collect(Collectors.toMap(CompatibilityTest::shortName, schema -> schema));
  }

  private static String shortName(Schema schema) {
    return schema.name().substring(MessageMapping.PACKAGE.length());
  }

  @Test
  void eachVersionIsWrittenDownAndStaysAsItWas() throws IOException {
    Map<String, String> sections = ReleasedSchemas.sections(present().values());
    if (Boolean.getBoolean("reference.write")) {
      write(sections);
    }
    ReleasedSchemas released = ReleasedSchemas.read(FILE);
    sections.forEach(
        (title, section) ->
            assertThat(released.section(title))
                .as(
                    "%s in %s: a version that was released stays as it was, so raise the version of what"
                        + " changed, and of each schema that it is in; then let -Dreference.write=true add it."
                        + " (A version that was never released: delete its section first.)",
                    title, FILE)
                .isEqualTo(section));
  }

  private static void write(Map<String, String> sections) throws IOException {
    ReleasedSchemas released = ReleasedSchemas.read(FILE);
    StringBuilder more = new StringBuilder();
    sections.forEach(
        (title, section) -> {
          if (released.section(title) == null) {
            more.append('\n').append(title).append('\n').append(section);
          }
        });
    Files.writeString(FILE, more, StandardOpenOption.APPEND);
  }

  @Test
  void noneIsGoneAndNoVersionIsLeftOut() throws IOException {
    ReleasedSchemas released = ReleasedSchemas.read(FILE);
    List<String> latest = new ArrayList<>();
    for (String name : released.names()) {
      List<Integer> versions = List.copyOf(released.versions(name));
      for (int i = 0; i < versions.size(); i++) {
        assertThat(versions.get(i)).as(name).isEqualTo(i + 1);
      }
      latest.add(name + " " + versions.size());
    }
    assertThat(ReleasedSchemas.sections(present().values()).keySet())
        .containsExactlyInAnyOrderElementsOf(latest);
  }

  @Test
  void eachKeepsTheRulesOfAvroAndProtobufAgainstAllThatWereReleased() throws IOException {
    forEachReleased(
        (released, present) ->
            assertThat(FullTransitive.breaks(released, present))
                .as("version %s after %s", present.version(), released.version())
                .isEmpty());
  }

  /** As the registry's own library sees it. */
  @Test
  void avroReadsOldAndNewByNewAndOld() throws IOException {
    forEachReleased(
        (released, present) -> {
          org.apache.avro.Schema old = avro(released);
          org.apache.avro.Schema now = avro(present);
          assertThat(checkReaderWriterCompatibility(now, old).getType()).isEqualTo(COMPATIBLE);
          assertThat(checkReaderWriterCompatibility(old, now).getType()).isEqualTo(COMPATIBLE);
        });
  }

  static org.apache.avro.Schema avro(Schema schema) {
    return new org.apache.avro.Schema.Parser()
        .parse(new AvroData(1).fromConnectSchema(schema).toString());
  }

  private static void forEachReleased(BiConsumer<Schema, Schema> check) throws IOException {
    ReleasedSchemas released = ReleasedSchemas.read(FILE);
    int count = 0;
    for (Map.Entry<String, Schema> schema : present().entrySet()) {
      for (int version : released.versions(schema.getKey())) {
        check.accept(released.schema(schema.getKey(), version), schema.getValue());
        count++;
      }
    }
    assertThat(count).isGreaterThanOrEqualTo(present().size());
  }
}
