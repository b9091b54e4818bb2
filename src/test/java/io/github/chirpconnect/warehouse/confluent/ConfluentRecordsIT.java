package io.github.chirpconnect.warehouse.confluent;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.record.AllRecords;
import io.github.chirpconnect.record.Difference;
import io.github.chirpconnect.warehouse.confluent.ConfluentConverter.Format;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What docs/warehouses.md says of Confluent's converters, with each record of each dataset. */
@Tag("warehouses")
class ConfluentRecordsIT {
  private static final String EVERYTHING = "lorawan";

  @BeforeAll
  static void find() {
    ConfluentPlugin.directory();
  }

  @ParameterizedTest
  @CsvSource({"AVRO, struct", "AVRO, flat", "JSON_SCHEMA, struct", "JSON_SCHEMA, flat"})
  void avroAndJsonSchemaGiveBackWhatTheyGot(Format format, String form) {
    assertThat(differences(new ConfluentConverter(format), form)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "struct, chirpstack.measurements.value",
    "flat, chirpstack.devices.device_status_battery_level"
  })
  void protobufMakesZerosOfNulls(String form, String unknown) {
    List<Difference> differences = differences(new ConfluentConverter(Format.PROTOBUF), form);
    assertThat(differences)
        .allMatch(each -> each.written() == null && isZero(each.read()))
        .extracting(Difference::path)
        .contains(unknown);
    // Of messages Protobuf knows whether they are there.
    assertThat(differences)
        .extracting(Difference::schema)
        .noneMatch(
            schema ->
                schema.type() == Schema.Type.STRUCT
                    || Timestamp.LOGICAL_NAME.equals(schema.name()));
  }

  private static boolean isZero(Object value) {
    return (value instanceof Number number && number.doubleValue() == 0)
        || (value instanceof ByteBuffer bytes && !bytes.hasRemaining())
        || (value instanceof Map<?, ?> map && map.isEmpty())
        || "".equals(value)
        || Boolean.FALSE.equals(value);
  }

  @ParameterizedTest
  @CsvSource({
    "struct, optional.for.nullables",
    "struct, wrapper.for.nullables",
    "flat, optional.for.nullables",
    "flat, wrapper.for.nullables"
  })
  void protobufKeepsNullsWhenToldTo(String form, String setting) {
    List<Difference> differences =
        differences(new ConfluentConverter(Format.PROTOBUF, setting + "=true"), form);
    assertThat(differences)
        .allMatch(each -> each.written() == null && Map.of().equals(each.read()))
        .extracting(Difference::path)
        .allMatch(path -> path.endsWith("s.tags") || path.endsWith("s.properties"));
    // Flat records have their maps as text.
    assertThat(differences.isEmpty()).isEqualTo(form.equals("flat"));
  }

  private static List<Difference> differences(ConfluentConverter converter, String form) {
    List<Difference> differences = new ArrayList<>();
    for (SourceRecord record : AllRecords.of(form)) {
      Object read = converter.read(record.topic(), converter.write(record)).value();
      differences.addAll(Difference.between(record, read));
    }
    return differences;
  }

  /** An empty answer is the registry's yes. */
  @ParameterizedTest
  @CsvSource({
    "AVRO, '', BACKWARD, ''",
    "AVRO, '', FULL_TRANSITIVE, ''",
    "PROTOBUF, '', FULL_TRANSITIVE, ''",
    "PROTOBUF, optional.for.nullables=true, FULL_TRANSITIVE, ''",
    "PROTOBUF, wrapper.for.nullables=true, FULL_TRANSITIVE, ''",
    "JSON_SCHEMA, '', BACKWARD, OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
    "JSON_SCHEMA, '', FORWARD, ''",
    "JSON_SCHEMA, '', FULL, OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
    "JSON_SCHEMA, '', NONE, ''",
    "JSON_SCHEMA, object.additional.properties=false, BACKWARD, ''",
    "JSON_SCHEMA, object.additional.properties=false, FORWARD, PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",
    "JSON_SCHEMA, object.additional.properties=false, FULL, PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL"
  })
  void aRegistryAnswersSoToAScalarAtTheEnd(
      Format format, String setting, String compatibility, String objection) {
    for (String form : List.of("struct", "flat")) {
      ConfluentConverter converter = new ConfluentConverter(format, setting);
      for (SourceRecord record : ofEachSchema(form)) {
        converter.write(record);
        String subject = record.topic() + "-value";
        assertThat(converter.registry().subjects()).contains(subject);
        List<String> objections =
            converter.registry().objections(subject, compatibility, withOneMore(converter, record));
        assertObjection(objections, objection, subject);
      }
    }
  }

  /** As when a column of {@code object.columns} is taken out. */
  @ParameterizedTest
  @CsvSource({
    "AVRO, FULL, ''",
    "PROTOBUF, FULL, ''",
    "JSON_SCHEMA, BACKWARD, ''",
    "JSON_SCHEMA, FORWARD, OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL"
  })
  void aRegistryAnswersSoToAScalarThatIsGone(
      Format format, String compatibility, String objection) {
    ConfluentConverter converter = new ConfluentConverter(format);
    for (SourceRecord record : ofEachSchema("flat")) {
      String subject = record.topic() + "-value";
      converter.registry().register(subject, withOneMore(converter, record));
      byte[] without = converter.write("elsewhere", record.valueSchema(), record.value());
      assertObjection(
          converter
              .registry()
              .objections(subject, compatibility, converter.registry().schema(without)),
          objection,
          subject);
    }
  }

  private static void assertObjection(List<String> found, String expected, String subject) {
    if (expected.isEmpty()) {
      assertThat(found).as(subject).isEmpty();
    } else {
      assertThat(found).as(subject).anyMatch(each -> each.contains(expected));
    }
  }

  /** The converter's schema of the same record with another field, as a new version may have. */
  private static Object withOneMore(ConfluentConverter converter, SourceRecord record) {
    Schema schema = record.valueSchema();
    SchemaBuilder more = SchemaBuilder.struct().name(schema.name()).version(schema.version() + 1);
    schema.fields().forEach(field -> more.field(field.name(), field.schema()));
    Schema changed = more.field("one_more", Schema.OPTIONAL_STRING_SCHEMA).build();
    Struct value = new Struct(changed);
    for (Field field : schema.fields()) {
      value.put(field.name(), ((Struct) record.value()).get(field));
    }
    return converter.registry().schema(converter.write("elsewhere", changed, value));
  }

  @ParameterizedTest
  @EnumSource
  void oneTopicHasASubjectOfEachSchema(Format format) {
    ConfluentConverter converter =
        new ConfluentConverter(
            format,
            "value.subject.name.strategy=io.confluent.kafka.serializers.subject.TopicRecordNameStrategy",
            "optional.for.nullables=true");
    Collection<SourceRecord> records = ofEachSchema("struct");
    for (SourceRecord record : records) {
      byte[] bytes = converter.write(EVERYTHING, record.valueSchema(), record.value());
      Object read = converter.read(EVERYTHING, bytes).value();
      assertThat(Difference.between(record, read))
          .allMatch(each -> format == Format.PROTOBUF && Map.of().equals(each.read()));
    }
    assertThat(converter.registry().subjects())
        .containsExactlyInAnyOrderElementsOf(
            records.stream().map(each -> EVERYTHING + "-" + each.valueSchema().name()).toList());
  }

  /** Why one topic needs the strategy. */
  @ParameterizedTest
  @EnumSource
  void withTheUsualStrategyARegistryRefusesTheSecondSchemaOfATopic(Format format) {
    ConfluentConverter converter = new ConfluentConverter(format);
    List<SourceRecord> records = List.copyOf(ofEachSchema("struct"));
    SourceRecord first = records.get(0);
    converter.write(EVERYTHING, first.valueSchema(), first.value());
    for (SourceRecord other : records.subList(1, records.size())) {
      Object schema = converter.registry().schema(converter.write(other));
      assertThat(converter.registry().objections(EVERYTHING + "-value", "BACKWARD", schema))
          .as(other.topic())
          .isNotEmpty();
    }
  }

  private static Collection<SourceRecord> ofEachSchema(String form) {
    Map<String, SourceRecord> records = new TreeMap<>();
    AllRecords.of(form).forEach(record -> records.put(record.valueSchema().name(), record));
    return records.values();
  }
}
