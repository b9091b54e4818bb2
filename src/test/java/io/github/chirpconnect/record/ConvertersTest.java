package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.apicurio.registry.utils.converter.avro.AvroData;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.golden.RecordedEntries;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the worker's converters make of the records: nothing is lost on the way there and back. */
class ConvertersTest {
  private final RecordFactory records = FormatsTest.factory("struct");

  /** Every recorded entry, and one of each schema that no recording has. */
  private List<SourceRecord> all() {
    return all(records);
  }

  static List<SourceRecord> all(RecordFactory records) {
    List<SourceRecord> all = new ArrayList<>();
    for (LogEntry entry : RecordedEntries.entries()) {
      all.add(records.entry(entry, null, Map.of(), Map.of()));
    }
    for (String kind : List.of("integration", "up")) {
      all.add(
          records.entry(
              Samples.entry(LogKind.EVENTS, kind, Instant.EPOCH, "1-0", "[]"),
              null,
              Map.of(),
              Map.of()));
    }
    all.add(
        records.entry(
            Samples.entry(LogKind.EVENTS, "log", null, "1-0", "{\"new\":[1]}"),
            null,
            Map.of(),
            Map.of()));
    Samples.entities().forEach(entity -> all.add(records.entity(entity).at(Map.of(), Map.of())));
    all.add(
        records
            .entity(
                Samples.entity(Feed.TENANTS, JsonNodeFactory.instance.objectNode().put("name", 7)))
            .at(Map.of(), Map.of()));
    for (String kind : List.of("up", "status")) {
      all.addAll(EntryRecordsTest.rows(kind, records));
    }
    all.addAll(DownlinkRowsTest.rows(records));
    Samples.metrics().forEach(row -> all.add(records.metric(row, Map.of(), Map.of())));
    for (String body : List.of("{\"phy_payload\":null}", "[]")) {
      all.add(
          records.entry(
              Samples.entry(LogKind.GATEWAY_FRAMES, "Proprietary", Instant.EPOCH, "1-0", body),
              null,
              Map.of(),
              Map.of()));
    }
    return all;
  }

  /** No dataset's schema is forgotten. */
  @Test
  void allSchemasAreAmongThem() {
    Set<String> topics = all().stream().map(SourceRecord::topic).collect(Collectors.toSet());
    assertThat(topics)
        .contains("chirpstack.gateway.unreadable", "chirpstack.tenants.unreadable")
        .containsAll(
            Arrays.stream(Feed.values())
                .flatMap(feed -> feed.topics().stream())
                .map(topic -> "chirpstack." + topic)
                .toList());
    for (SourceRecord record : all()) {
      ((Struct) record.value()).validate();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"struct", "flat"})
  void jsonWithSchemasComesBackTheSame(String format) {
    JsonConverter converter = json(true);
    for (SourceRecord record : all(FormatsTest.factory(format))) {
      byte[] bytes =
          converter.fromConnectData(record.topic(), record.valueSchema(), record.value());
      SchemaAndValue back = converter.toConnectData(record.topic(), bytes);
      assertSame(record.value(), back.value(), record.valueSchema(), record.topic());
      assertThat(back.schema()).isEqualTo(record.valueSchema());
    }
  }

  @Test
  void jsonWithoutSchemasHasTheFieldsByName() throws IOException {
    JsonConverter converter = json(false);
    for (SourceRecord record : all()) {
      byte[] bytes =
          converter.fromConnectData(record.topic(), record.valueSchema(), record.value());
      JsonNode json = new ObjectMapper().readTree(bytes);
      assertThat(json.properties())
          .hasSize(record.valueSchema().fields().size())
          .allMatch(entry -> record.valueSchema().field(entry.getKey()) != null);
    }
  }

  @Test
  void aTombstoneStaysOne() {
    SourceRecord gone = Samples.tombstone(records);
    for (boolean schemas : new boolean[] {true, false}) {
      assertThat(json(schemas).fromConnectData(gone.topic(), gone.valueSchema(), gone.value()))
          .isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"struct", "flat"})
  void avroComesBackTheSame(String format) throws IOException {
    AvroData avro = new AvroData(100);
    for (SourceRecord record : all(FormatsTest.factory(format))) {
      org.apache.avro.Schema derived = avro.fromConnectSchema(record.valueSchema());
      // Parsed again, as a reader does with what the registry gives: a name is defined but once.
      org.apache.avro.Schema schema = new org.apache.avro.Schema.Parser().parse(derived.toString());
      assertThat(schema.getFullName()).isEqualTo(record.valueSchema().name());
      Object read =
          throughBytes(avro.fromConnectData(record.valueSchema(), record.value()), schema);
      SchemaAndValue back = avro.toConnectData(schema, read);
      assertSame(record.value(), back.value(), record.valueSchema(), record.topic());
    }
  }

  /** A record's value in Avro. */
  static byte[] avro(SourceRecord record) throws IOException {
    AvroData avro = new AvroData(1);
    return written(
        avro.fromConnectData(record.valueSchema(), record.value()),
        avro.fromConnectSchema(record.valueSchema()));
  }

  private static byte[] written(Object datum, org.apache.avro.Schema schema) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Encoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static Object throughBytes(Object datum, org.apache.avro.Schema schema)
      throws IOException {
    byte[] bytes = written(datum, schema);
    return new GenericDatumReader<>(schema)
        .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
  }

  static JsonConverter json(boolean schemas) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", schemas), false);
    return converter;
  }

  /** Equal but for the two forms that Connect allows bytes to have. */
  private static void assertSame(Object expected, Object found, Schema schema, String path) {
    if (expected == null) {
      assertThat(found).as(path).isNull();
      return;
    }
    switch (schema.type()) {
      case STRUCT -> {
        for (Field field : schema.fields()) {
          assertSame(
              ((Struct) expected).get(field),
              ((Struct) found).get(field.name()),
              field.schema(),
              path + "." + field.name());
        }
      }
      case ARRAY -> {
        List<?> items = (List<?>) expected;
        assertThat((List<?>) found).as(path).hasSameSizeAs(items);
        for (int i = 0; i < items.size(); i++) {
          assertSame(items.get(i), ((List<?>) found).get(i), schema.valueSchema(), path + "[]");
        }
      }
      case BYTES -> assertThat(bytes(found)).as(path).isEqualTo(bytes(expected));
      default -> assertThat(found).as(path).isEqualTo(expected);
    }
  }

  private static ByteBuffer bytes(Object value) {
    return value instanceof byte[] array ? ByteBuffer.wrap(array) : (ByteBuffer) value;
  }
}
