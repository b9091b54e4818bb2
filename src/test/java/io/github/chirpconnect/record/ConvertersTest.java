package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apicurio.registry.utils.converter.avro.AvroData;
import io.github.chirpconnect.feed.Feed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
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

  /** No dataset's schema is forgotten. */
  @Test
  void allSchemasAreAmongThem() {
    Set<String> topics =
        AllRecords.of("struct").stream().map(SourceRecord::topic).collect(Collectors.toSet());
    assertThat(topics)
        .contains("chirpstack.gateway.unreadable", "chirpstack.tenants.unreadable")
        .containsAll(
            Arrays.stream(Feed.values())
                .flatMap(feed -> feed.topics().stream())
                .map(topic -> "chirpstack." + topic)
                .toList());
    for (SourceRecord record : AllRecords.of("struct")) {
      ((Struct) record.value()).validate();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"struct", "flat"})
  void jsonWithSchemasComesBackTheSame(String format) {
    JsonConverter converter = json(true);
    for (SourceRecord record : AllRecords.of(format)) {
      byte[] bytes =
          converter.fromConnectData(record.topic(), record.valueSchema(), record.value());
      SchemaAndValue back = converter.toConnectData(record.topic(), bytes);
      assertThat(Difference.between(record, back.value())).isEmpty();
      assertThat(back.schema()).isEqualTo(record.valueSchema());
    }
  }

  @Test
  void jsonWithoutSchemasHasTheFieldsByName() throws IOException {
    JsonConverter converter = json(false);
    for (SourceRecord record : AllRecords.of("struct")) {
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
    for (SourceRecord record : AllRecords.of(format)) {
      org.apache.avro.Schema derived = avro.fromConnectSchema(record.valueSchema());
      // Parsed again, as a reader does with what the registry gives: a name is defined but once.
      org.apache.avro.Schema schema = new org.apache.avro.Schema.Parser().parse(derived.toString());
      assertThat(schema.getFullName()).isEqualTo(record.valueSchema().name());
      Object read =
          throughBytes(avro.fromConnectData(record.valueSchema(), record.value()), schema);
      SchemaAndValue back = avro.toConnectData(schema, read);
      assertThat(Difference.between(record, back.value())).isEmpty();
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
}
