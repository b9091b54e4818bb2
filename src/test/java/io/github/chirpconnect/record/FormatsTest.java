package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.format.FlatFormat;
import io.github.chirpconnect.record.format.ObjectColumns;
import io.github.chirpconnect.record.format.ValueFormat;
import io.github.chirpconnect.record.golden.RecordedEntities;
import io.github.chirpconnect.record.golden.RecordedEntries;
import io.github.chirpconnect.record.key.KeyFormat;
import io.github.chirpconnect.record.schema.AllSchemas;
import io.github.chirpconnect.record.schema.InventorySchema;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.schema.event.Events;
import io.github.chirpconnect.record.topic.Topics;
import io.github.chirpconnect.record.topic.Whereabouts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same record in each form says the same. */
class FormatsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JSON_NAME = "io.debezium.data.Json";
  private static final int POSTGRESQL_NAME_MAX = 63;

  /** More than any double. */
  private static final String HUGE = "7".repeat(400);

  static RecordFactory factory(String format) {
    return factory(format, "");
  }

  private static RecordFactory factory(String format, String columns) {
    return new RecordFactory(
        RecordForm.usual("chirpstack").with(ValueFormat.named(format, JSON_NAME, columns)),
        () -> Generation.V4,
        Clock.systemUTC(),
        Long.MAX_VALUE,
        false);
  }

  private static List<SourceRecord> all(String format) {
    return AllRecords.of(factory(format));
  }

  @Test
  void eachFlatRecordSaysWhatItsStructSays() {
    List<SourceRecord> structs = all("struct");
    List<SourceRecord> flat = all("flat");
    for (int i = 0; i < structs.size(); i++) {
      SourceRecord struct = structs.get(i);
      SourceRecord record = flat.get(i);
      assertThat(record.topic()).isEqualTo(struct.topic());
      assertThat(record.key()).isEqualTo(struct.key());
      assertThat(record.valueSchema().name()).isEqualTo(struct.valueSchema().name() + "Flat");
      assertThat(record.valueSchema().version()).isEqualTo(struct.valueSchema().version());
      FlatForm.assertSays((Struct) record.value(), (Struct) struct.value());
    }
  }

  @Test
  void flatRecordsHaveScalarsAloneUnderNamesThatSinksTake() {
    FlatFormat format = new FlatFormat("", ObjectColumns.NONE);
    for (Schema struct : AllSchemas.values().values()) {
      Set<String> names = new HashSet<>();
      for (Field field : format.schema(struct).fields()) {
        assertThat(field.schema().type().isPrimitive()).as(field.name()).isTrue();
        assertThat(field.name()).matches("[a-z][a-z0-9_]*").hasSizeLessThan(POSTGRESQL_NAME_MAX);
        assertThat(names.add(field.name())).isTrue();
      }
    }
  }

  @Test
  void flatRecordsBeginWithWhoseAndWhen() {
    FlatFormat format = new FlatFormat("", ObjectColumns.NONE);
    for (Schema struct : AllSchemas.values().values()) {
      List<String> first = new ArrayList<>();
      for (String name : List.of("id", "dev_eui", "gateway_id", "gap", "time", "time_text")) {
        Field field = struct.field(name);
        boolean id = name.endsWith("id") || name.equals("dev_eui");
        if (field != null && !(id && field.schema().isOptional())) {
          first.add(name);
        }
      }
      assertThat(format.schema(struct).fields().subList(0, first.size()).stream().map(Field::name))
          .as(struct.name())
          .containsExactlyElementsOf(first);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "io.debezium.data.Json", "org.example.JsonText"})
  void columnsOfJsonTextHaveTheNameThatIsConfigured(String name) {
    Schema flat =
        new FlatFormat(name, ObjectColumns.parse("a:json"))
            .schema(Events.BY_KIND.get("up").schema());
    for (String column : List.of("tags", "object", "rx_info", "tx_info", "unknown_fields", "a")) {
      Schema schema = flat.field(column).schema();
      assertThat(schema.type()).isEqualTo(Schema.Type.STRING);
      assertThat(schema.isOptional()).isTrue();
      assertThat(schema.name()).isEqualTo(name.isEmpty() ? null : name);
    }
    assertThat(flat.field("device_name").schema().name()).isNull();
  }

  @Test
  void anEventAsJsonIsWhatTheServerWrote() throws IOException {
    RecordFactory json = factory("json");
    int count = 0;
    for (LogEntry entry : RecordedEntries.entries()) {
      SourceRecord record = json.entry(entry, null, Map.of(), Map.of());
      assertThat(record.valueSchema()).isNull();
      JsonNode said = JSON.readTree(entry.text());
      JsonNode written = written(record);
      if (entry.log() == LogKind.EVENTS) {
        if (said.path("joinServerContext") instanceof ObjectNode context) {
          context.remove("appSKey");
        }
        assertThat(written).isEqualTo(said);
        count++;
      } else {
        assertThat(written.get("body")).isEqualTo(said);
        assertThat(written.get("devEui").textValue()).isEqualTo(entry.devEui());
        assertThat(written.get("description").textValue()).isEqualTo(entry.kind());
        assertThat(Instant.parse(written.get("time").textValue())).isEqualTo(entry.time());
      }
    }
    assertThat(count).isGreaterThan(100);
  }

  @Test
  void whatNoServerHasInItsJsonHasTheStructsFieldsInCamelCase() throws IOException {
    List<SourceRecord> structs = all("struct");
    List<SourceRecord> jsons = all("json");
    int count = 0;
    for (int i = 0; i < structs.size(); i++) {
      Struct struct = (Struct) structs.get(i).value();
      JsonNode written = written(jsons.get(i));
      assertThat(written.isObject()).isTrue();
      if (struct.schema().name().matches(".*\\.(\\w+Metric|Measurement|Other\\w*|Unreadable\\w*)")
          && !structs.get(i).topic().endsWith("device.integration")) {
        for (Field field : struct.schema().fields()) {
          String name = Samples.camelCase(field.name());
          JsonNode found = written.path(name);
          if (field.name().equals("time")) {
            assertThat(found.textValue()).isEqualTo(struct.get("time_text"));
          } else if (struct.get(field) == null || field.name().equals("time_text")) {
            assertThat(written.has(name)).as(name).isFalse();
          } else if (field.schema().type() == Schema.Type.MAP) {
            assertThat(found).hasSameSizeAs(struct.getMap(field.name()).keySet());
          } else {
            assertThat(found.asText()).isEqualTo(String.valueOf(struct.get(field)));
          }
        }
        count++;
      }
    }
    assertThat(count).isGreaterThan(8);
  }

  @ParameterizedTest
  @EnumSource(Generation.class)
  void anEntityAsJsonHasTheNamesOfTheApi(Generation generation)
      throws IOException, InterruptedException {
    RecordFactory json = factory("json");
    for (Entity entity : RecordedEntities.of(generation)) {
      JsonNode written = written(json.entity(entity).at(Map.of(), Map.of()));
      written
          .properties()
          .forEach(
              field -> {
                JsonNode said = entity.body().get(field.getKey());
                assertThat(said == null ? entity.id() : said.toString())
                    .as(field.getKey())
                    .isEqualTo(
                        said == null ? field.getValue().textValue() : field.getValue().toString());
              });
      assertThat(written.size()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"struct", "flat", "json"})
  void whatIsGoneIsSaidInEachFormat(String format) throws IOException {
    RecordForm form =
        new RecordForm(
            Topics.usual("c"),
            Whereabouts.UNKNOWN,
            KeyFormat.STRING,
            ValueFormat.named(format, "", ""),
            Deletes.RECORD);
    RecordFactory records =
        new RecordFactory(form, () -> Generation.V4, Clock.systemUTC(), Long.MAX_VALUE, false);
    for (InventorySchema inventory : InventorySchemas.all()) {
      Deletion deletion =
          new Deletion(inventory.feed(), "0102030405060708", "c.gone", Instant.EPOCH, null);
      SourceRecord last = records.gone(deletion, Map.of(), Map.of(), Map.of()).get(0);
      JsonNode written = written(last);
      boolean json = format.equals("json");
      assertThat(written.path("deleted").booleanValue()).isTrue();
      assertThat(written.path(json ? "deletedAt" : "deleted_at_text").textValue())
          .isEqualTo(deletion.at().toString());
      assertThat(written.properties().iterator().next().getValue().textValue())
          .isEqualTo(last.key());
    }
  }

  @Test
  void whatIsUnreadableIsJsonToo() throws IOException {
    SourceRecord record =
        factory("json")
            .entry(
                Samples.entry(LogKind.EVENTS, "up", Instant.EPOCH, "1-0", "[7]"),
                null,
                Map.of(),
                Map.of());
    JsonNode written = written(record);
    assertThat(written.get("devEui").textValue()).isEqualTo(record.key());
    assertThat(written.get("body").textValue()).isEqualTo("[7]");
    assertThat(written.get("time").textValue()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(written.get("id").textValue()).isEqualTo("1-0");
    assertThat(written.get("error").textValue()).isNotEmpty();
    assertThat(written.get("properties").isObject()).isTrue();
  }

  @Test
  void jsonNeedsNoSchemaForNumbersThatNoServerSaysAlike() throws IOException {
    String object =
        "{\"whole\":7,\"double\":7.0,\"large\":123456789012345678901234567890,\"huge\":"
            + HUGE
            + ",\"no\":null,\"list\":[1,[]]}";
    SourceRecord record =
        factory("json")
            .entry(
                Samples.entry(
                    LogKind.EVENTS, "up", Instant.EPOCH, "1-0", "{\"object\":" + object + "}"),
                null,
                Map.of(),
                Map.of());
    assertThat(new String(bytes(record), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"object\":"
                + object
                    .replace("123456789012345678901234567890", "1.2345678901234568E29")
                    .replace(HUGE, '"' + HUGE + '"')
                + "}");
  }

  @Test
  void partsOfTheObjectAreColumns() {
    String columns =
        "temperature:float64,alarm=status.alarm:boolean,first=values[0]:int64,"
            + "label=\"a name, with.signs\":string,status:json,none.there:string,not_one=temperature:boolean";
    SourceRecord record =
        factory("flat", columns)
            .entry(
                Samples.entry(
                    LogKind.EVENTS,
                    "up",
                    Instant.EPOCH,
                    "1-0",
                    "{\"object\":{\"temperature\":21.5,\"status\":{\"alarm\":true},\"values\":[7.0],"
                        + "\"a name, with.signs\":\"x\"}}"),
                null,
                Map.of(),
                Map.of());
    Struct value = (Struct) record.value();
    List<Field> fields = value.schema().fields();
    assertThat(fields.subList(fields.size() - 7, fields.size()).stream().map(Field::name))
        .containsExactly(
            "temperature", "alarm", "first", "label", "status", "none_there", "not_one");
    assertThat(value.get("temperature")).isEqualTo(21.5);
    assertThat(value.get("alarm")).isEqualTo(true);
    assertThat(value.get("first")).isEqualTo(7L);
    assertThat(value.get("label")).isEqualTo("x");
    assertThat(value.get("status")).isEqualTo("{\"alarm\":true}");
    assertThat(value.get("none_there")).isNull();
    assertThat(value.get("not_one")).isNull();
    assertThat(value.getString("object")).contains("\"temperature\":21.5");
  }

  private static JsonNode written(SourceRecord record) throws IOException {
    return JSON.readTree(bytes(record));
  }

  private static byte[] bytes(SourceRecord record) {
    return ConvertersTest.json(false)
        .fromConnectData(record.topic(), record.valueSchema(), record.value());
  }
}
