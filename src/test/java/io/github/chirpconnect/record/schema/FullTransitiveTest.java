package io.github.chirpconnect.record.schema;

import static org.apache.avro.SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE;
import static org.apache.avro.SchemaCompatibility.SchemaCompatibilityType.INCOMPATIBLE;
import static org.apache.avro.SchemaCompatibility.checkReaderWriterCompatibility;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.record.format.FlatFormat;
import io.github.chirpconnect.record.format.ObjectColumns;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The judge of schemas, and their form as text, tried on changes that are made up. */
class FullTransitiveTest {
  private static final String RELEASED =
      """
      # A comment.
      Device 1
        dev_eui STRING!
        seen INT64:org.apache.kafka.connect.data.Timestamp/1
        count INT32
        status Status/1
        tags map Tags/1
        items list(Item/1!)
        names list(STRING)!

      Status 1
        margin INT32
        battery FLOAT32

      Item 1
        id STRING
        status Status/1
      """;

  private static Schema device(String text, int version) {
    return ReleasedSchemas.parse(text).schema("Device", version);
  }

  /** What is made of the schemas when a line is replaced and the versions are raised. */
  private static List<String> breaks(String line, String by) {
    assertThat(RELEASED).contains(line);
    String changed = RELEASED.replace(line, by.replace(';', '\n'));
    boolean device = RELEASED.indexOf(line) < RELEASED.indexOf("Status 1");
    String raised = changed.replace("Device 1", "Device 2");
    if (!device) {
      raised = raised.replace("Status 1", "Status 2").replace("Status/1", "Status/2");
      raised = raised.replace("Item 1", "Item 2").replace("Item/1", "Item/2");
    }
    return FullTransitive.breaks(device(RELEASED, 1), device(raised, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "'  names list(STRING)!', '  names list(STRING)!;  more STRING'",
    "'  names list(STRING)!', '  names list(STRING)!;  at INT64:org.apache.kafka.connect.data.Timestamp/1;  b BYTES'",
    "'  battery FLOAT32', '  battery FLOAT32;  more BOOLEAN'"
  })
  void newScalarsAtTheEndAreTaken(String line, String by) {
    assertThat(breaks(line, by)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'  count INT32;', '', '.count: is gone'",
    "'  count INT32', '  number INT32', '.count: is gone'",
    "'  count INT32', '  count INT64', 'count: type was INT32, and is INT64'",
    "'  count INT32', '  count INT32!', 'count: optional was true, and is false'",
    "'  dev_eui STRING!', '  dev_eui STRING', 'dev_eui: optional was false, and is true'",
    "'  seen INT64:org.apache.kafka.connect.data.Timestamp/1', '  seen INT64', 'seen: schema name was'",
    "'  seen INT64:org.apache.kafka.connect.data.Timestamp/1', '  seen INT64:org.apache.kafka.connect.data.Timestamp/2', 'seen: version was 1'",
    "'  count INT32;  status Status/1', '  status Status/1;  count INT32', 'count: was field 2, and is field 3'",
    "'  count INT32', '  more STRING;  count INT32', 'count: was field 2, and is field 3'",
    "'  names list(STRING)!', '  names list(STRING)!;  more STRING!', 'more: is new and required'",
    "'  names list(STRING)!', '  names list(STRING)!;  more map More/1', 'more: is new and no scalar, but MAP'",
    "'  names list(STRING)!', '  names list(STRING)!;  more Status/1', 'more: is new and no scalar, but STRUCT'",
    "'  names list(STRING)!', '  names list(STRING)!;  more list(STRING)', 'more: is new and no scalar, but ARRAY'",
    "'  names list(STRING)!', '  names list(STRING!)!', 'names[]: optional was true'",
    "'  names list(STRING)!', '  names list(STRING)', 'names: optional was false'",
    "'  names list(STRING)!', '  names list(INT32)!', 'names[]: type was STRING'",
    "'  tags map Tags/1', '  tags map Labels/1', 'tags: schema name was'",
    "'  tags map Tags/1', '  tags map Tags/2', 'tags: version was 1'",
    "'  status Status/1;  tags', '  status Item/1;  tags', 'status: schema name was'",
    "'  items list(Item/1!)', '  items list(Status/1!)', 'items[]: schema name was'",
    "'  battery FLOAT32', '', 'status.battery: is gone'",
    "'  battery FLOAT32', '  battery FLOAT64', 'items[].status.battery: type was FLOAT32'",
    "'  battery FLOAT32', '  battery FLOAT32;  more map More/1', 'status.more: is new and no scalar'"
  })
  void anyOtherChangeIsABreak(String line, String by, String problem) {
    assertThat(breaks(line.replace(';', '\n'), by == null ? "" : by))
        .anySatisfy(found -> assertThat(found).contains(problem));
  }

  @Test
  void aVersionCountsEachChangeOfAStructAndOfWhatIsInIt() {
    Schema released = device(RELEASED, 1);
    assertThat(FullTransitive.breaks(released, released)).isEmpty();
    String more = RELEASED.replace("  battery FLOAT32", "  battery FLOAT32\n  more STRING");
    assertThat(FullTransitive.breaks(released, device(more, 1)))
        .contains(
            "io.github.chirpconnect.Device: another in version 1 after 1",
            "io.github.chirpconnect.Device.status: another in version 1 after 1",
            "io.github.chirpconnect.Device.items[]: another in version 1 after 1");
    assertThat(FullTransitive.breaks(released, device(RELEASED.replace("Device 1", "Device 2"), 2)))
        .containsExactly("io.github.chirpconnect.Device: the same in version 2 after 1");
  }

  @Test
  void avroSeesBreaksInTheSameWay() {
    org.apache.avro.Schema released = CompatibilityTest.avro(device(RELEASED, 1));
    String names = "  names list(STRING)!";
    String battery = "  battery FLOAT32";
    Map<String, Boolean> changes = new LinkedHashMap<>();
    changes.put(names + "\n  more STRING", true);
    changes.put(names + "\n  more STRING!", false);
    changes.put("  names list(INT32)!", false);
    changes.put(battery + "\n  more BOOLEAN", true);
    changes.put(battery + "\n  more BOOLEAN!", false);
    changes.put("  battery STRING", false);
    changes.forEach(
        (by, compatible) -> {
          String changed = RELEASED.replace(by.contains("names") ? names : battery, by);
          org.apache.avro.Schema now = CompatibilityTest.avro(device(changed, 1));
          assertThat(checkReaderWriterCompatibility(now, released).getType())
              .as(by)
              .isEqualTo(compatible ? COMPATIBLE : INCOMPATIBLE);
        });
  }

  /** Why the rule is stricter than registries: who flattens is not to see columns move. */
  @Test
  void aScalarInAMessageIsABreakOfTheFlatForm() {
    assertThat(flatBreaks("  battery FLOAT32", "Status"))
        .contains("io.github.chirpconnect.DeviceFlat.tags: was field 5, and is field 6");
    // It would be in JSON text: another version of equal columns.
    assertThat(flatBreaks("  id STRING", "Item"))
        .containsExactly("io.github.chirpconnect.DeviceFlat: the same in version 2 after 1");
    assertThat(flatBreaks("  names list(STRING)!", "Device")).isEmpty();
  }

  /** What breaks in the flat form when a message gets a scalar after a field, its last. */
  private static List<String> flatBreaks(String last, String message) {
    String changed =
        RELEASED
            .replace(last, last + "\n  more STRING")
            .replace("Device 1", "Device 2")
            .replace(message + " 1", message + " 2")
            .replace(message + "/1", message + "/2");
    return FullTransitive.breaks(flat(device(RELEASED, 1)), flat(device(changed, 2)));
  }

  private static Schema flat(Schema struct) {
    return new FlatFormat("io.debezium.data.Json", ObjectColumns.NONE).schema(struct);
  }

  @Test
  void theFormAsTextSaysAllOfEachSchema() {
    Map<String, String> sections = ReleasedSchemas.sections(AllSchemas.values().values());
    StringBuilder text = new StringBuilder();
    sections.forEach((title, section) -> text.append(title).append('\n').append(section));
    ReleasedSchemas read = ReleasedSchemas.parse(text.toString());
    for (Schema schema : AllSchemas.values().values()) {
      String name = schema.name().substring(schema.name().lastIndexOf('.') + 1);
      assertThat(read.schema(name, schema.version())).isEqualTo(schema);
    }
    sections.forEach((title, section) -> assertThat(read.section(title)).isEqualTo(section));
    assertThat(read.section("Device 999")).isNull();
    assertThat(read.section("Nothing 1")).isNull();
  }

  @Test
  void whatHasNoFormIsRefused() {
    assertThatThrownBy(() -> ReleasedSchemas.parse("Device 1\n  a STRING\nDevice 1\n"))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> ReleasedSchemas.parse("  a STRING\n"))
        .hasMessageContaining("no section and no field");
    SchemaBuilder struct = SchemaBuilder.struct().name("io.github.chirpconnect.A").version(1);
    Schema withDefault = SchemaBuilder.string().defaultValue("x").build();
    assertThatThrownBy(
            () -> ReleasedSchemas.sections(List.of(struct.field("a", withDefault).build())))
        .hasMessageContaining("no form for a default");
  }
}
