package io.github.chirpconnect.warehouse.confluent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.config.SinkConfig.Tombstone;
import io.github.chirpconnect.sink.command.Command;
import io.github.chirpconnect.sink.command.CommandReader;
import io.github.chirpconnect.sink.command.InvalidCommand;
import io.github.chirpconnect.sink.command.ParsedRecord;
import io.github.chirpconnect.warehouse.confluent.ConfluentConverter.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands that other programs write with a schema, through Confluent's converters: what
 * docs/commands.md says of their forms.
 */
@Tag("warehouses")
class ConfluentCommandsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOPIC = "commands";
  private static final String EUI = "0102030405060708";

  private static final String PROTOBUF =
      """
      syntax = "proto3";
      package com.acme;
      import "google/protobuf/struct.proto";
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/wrappers.proto";
      message Command {
        string id = 1;
        string dev_eui = 2;
        uint32 f_port = 3;
        bool confirmed = 4;
        google.protobuf.Timestamp expires_at = 5;
        google.protobuf.StringValue command = 6;
        google.protobuf.Struct object = 7;
        oneof payload {
          bytes data = 8;
          string data_hex = 9;
        }
      }
      """;

  private static final String AVRO =
      """
      {"type": "record", "name": "Command", "namespace": "com.acme", "fields": [
        {"name": "dev_eui", "type": "string"},
        {"name": "f_port", "type": "int"},
        {"name": "expires_at", "type": [{"type": "long", "logicalType": "timestamp-millis"}, "null"]},
        {"name": "data", "type": ["bytes", "string", "null"]},
        {"name": "object", "type": ["string", {"type": "map", "values":
          ["boolean", "double", "string", {"type": "array", "items": ["long", "string"]}]}, "null"]}
      ]}
      """;

  private static final String BYTES =
      "{\"dev_eui\":\"%s\",\"f_port\":5,\"expires_at\":{\"long\":1798761600000},"
          + "\"data\":{\"bytes\":\"\\u0001\\u0002\"},\"object\":null}";

  private static final String JSON_SCHEMA =
      """
      {"$schema": "http://json-schema.org/draft-07/schema#", "title": "Command", "type": "object",
       "properties": {
         "dev_eui": {"type": "string"},
         "f_port": {"type": "integer"},
         "data": {"type": "string"},
         "object": {"type": "object", "properties": {
           "level": {"oneOf": [{"type": "boolean"}, {"type": "number"}, {"type": "string"}]},
           "list": {"type": "array", "items": {"type": "integer"}},
           "more": {"type": "object"}}}}}
      """;

  private final CommandReader reader = new CommandReader(Tombstone.REJECT);

  @BeforeAll
  static void find() {
    ConfluentPlugin.directory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "flatten.unions=true",
        "generate.index.for.unions=false",
        "enhanced.protobuf.schema.support=true",
        "generalized.sum.type.support=true",
        "int.for.enums=true"
      })
  void protobuf(String setting) throws JsonProcessingException {
    ConfluentConverter converter = new ConfluentConverter(Format.PROTOBUF, setting);
    Downlink bytes = enqueue(protobuf(converter, "{\"fPort\":5,\"data\":\"AQID\"}"));
    assertThat(bytes.target().id()).isEqualTo(EUI);
    assertThat(bytes.fPort()).isEqualTo(5);
    assertThat(bytes.data()).containsExactly(1, 2, 3);
    assertThat(bytes.confirmed()).isFalse();
    assertThat(bytes.expiresAt()).isNull();

    Downlink hex =
        enqueue(
            protobuf(
                converter,
                "{\"fPort\":5,\"dataHex\":\"0a0b\",\"confirmed\":true,\"command\":\"enqueue\","
                    + "\"expiresAt\":\"2027-01-01T00:00:00Z\"}"));
    assertThat(hex.data()).containsExactly(0x0a, 0x0b);
    assertThat(hex.confirmed()).isTrue();
    assertThat(hex.expiresAt()).isEqualTo("2027-01-01T00:00:00Z");

    Downlink object =
        enqueue(
            protobuf(
                converter,
                "{\"fPort\":5,\"object\":{\"list\":[1,\"a\",null,{\"b\":false}],\"none\":null}}"));
    assertThat(object.data()).isNull();
    assertThat(JSON.readTree(object.objectJson()))
        .isEqualTo(JSON.readTree("{\"list\":[1.0,\"a\",null,{\"b\":false}],\"none\":null}"));

    assertThat(read(protobuf(converter, "{\"command\":\"flush\"}")))
        .isInstanceOf(Command.Flush.class);
  }

  /** So the sink's converter is left without them, unlike that of a source. */
  @ParameterizedTest
  @ValueSource(strings = {"optional.for.nullables=true", "wrapper.for.nullables=true"})
  void protobufWithNullsFailsByItself(String setting) {
    ConfluentConverter converter = new ConfluentConverter(Format.PROTOBUF, setting);
    for (String command :
        List.of("{\"fPort\":5,\"data\":\"AQID\"}", "{\"fPort\":5,\"object\":{\"on\":true}}")) {
      assertThatThrownBy(() -> protobuf(converter, command)).isInstanceOf(DataException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "enhanced.avro.schema.support=true",
        "connect.meta.data=false",
        "generalized.sum.type.support=true"
      })
  void avro(String setting) {
    ConfluentConverter converter = new ConfluentConverter(Format.AVRO, setting);
    Downlink bytes = enqueue(avro(converter, AVRO, BYTES));
    assertThat(bytes.data()).containsExactly(1, 2);
    assertThat(bytes.expiresAt()).isEqualTo("2027-01-01T00:00:00Z");

    Downlink base64 =
        enqueue(
            avro(
                converter,
                AVRO,
                "{\"dev_eui\":\"%s\",\"f_port\":5,\"expires_at\":null,"
                    + "\"data\":{\"string\":\"AQID\"},\"object\":null}"));
    assertThat(base64.data()).containsExactly(1, 2, 3);

    Downlink object =
        enqueue(
            avro(
                converter,
                AVRO,
                "{\"dev_eui\":\"%s\",\"f_port\":5,\"expires_at\":null,\"data\":null,"
                    + "\"object\":{\"map\":{\"list\":{\"array\":[{\"long\":7},{\"string\":\"a\"}]}}}}"));
    assertThat(object.objectJson()).isEqualTo("{\"list\":[7,\"a\"]}");
  }

  /** It counts null as a type when it names the others, and not when it looks for them. */
  @Test
  void avroInGeneralFormFailsByItselfWhereNullIsFirst() {
    ConfluentConverter converter =
        new ConfluentConverter(Format.AVRO, "generalized.sum.type.support=true");
    String nullFirst =
        AVRO.replace("[\"bytes\", \"string\", \"null\"]", "[\"null\", \"bytes\", \"string\"]");
    assertThatThrownBy(() -> avro(converter, nullFirst, BYTES))
        .isInstanceOf(DataException.class)
        .hasMessage("connect_union_field_0 is not a valid field name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "true"})
  void jsonSchema(String general) {
    ConfluentConverter converter =
        new ConfluentConverter(
            Format.JSON_SCHEMA,
            "use.optional.for.nonrequired=true",
            "generalized.sum.type.support=" + general);
    assertThat(enqueue(jsonSchema(converter, "\"data\":\"AQID\"")).data()).containsExactly(1, 2, 3);
    assertThat(
            enqueue(jsonSchema(converter, "\"object\":{\"level\":2.5,\"list\":[1]}")).objectJson())
        .isEqualTo("{\"level\":2.5,\"list\":[1]}");
    // It drops what the schema does not name: better no command than half of it.
    assertThat(read(jsonSchema(converter, "\"object\":{\"level\":true,\"more\":{\"on\":true}}")))
        .isInstanceOfSatisfying(
            InvalidCommand.class,
            command -> assertThat(command.reason()).startsWith("object.more "));
  }

  /** Usually it takes each property that a schema names for a required one, and looks inside. */
  @Test
  void jsonSchemaFailsByItselfWhereAnObjectLacksAProperty() {
    ConfluentConverter converter = new ConfluentConverter(Format.JSON_SCHEMA);
    assertThat(enqueue(jsonSchema(converter, "\"data\":\"AQID\"")).data()).isNotEmpty();
    assertThatThrownBy(() -> jsonSchema(converter, "\"object\":{\"level\":true}"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("null used for required field");
  }

  private Downlink enqueue(SchemaAndValue value) {
    ParsedRecord command = read(value);
    assertThat(command).isInstanceOf(Command.Enqueue.class);
    return ((Command.Enqueue) command).downlink();
  }

  private ParsedRecord read(SchemaAndValue value) {
    return reader.read(new SinkRecord(TOPIC, 0, null, null, value.schema(), value.value(), 0));
  }

  private static SchemaAndValue protobuf(ConfluentConverter converter, String json) {
    Object schema = MockRegistry.parse("protobuf.ProtobufSchema", PROTOBUF);
    Object message =
        MockRegistry.callStatic(
            "io.confluent.kafka.schemaregistry.protobuf.ProtobufSchemaUtils",
            "toObject",
            json.replaceFirst("\\{", "{\"devEui\":\"" + EUI + "\","),
            schema);
    byte[] bytes = (byte[]) MockRegistry.call(message, "toByteArray");
    // A zero says that it is the first message of its file.
    return read(
        converter, schema, ByteBuffer.allocate(bytes.length + 1).put((byte) 0).put(bytes).flip());
  }

  private static SchemaAndValue avro(ConfluentConverter converter, String text, String json) {
    Schema schema = new Schema.Parser().parse(text);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      Object datum =
          new GenericDatumReader<>(schema)
              .read(null, DecoderFactory.get().jsonDecoder(schema, json.formatted(EUI)));
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
      new GenericDatumWriter<>(schema).write(datum, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read(
        converter,
        MockRegistry.parse("avro.AvroSchema", text),
        ByteBuffer.wrap(bytes.toByteArray()));
  }

  private static SchemaAndValue jsonSchema(ConfluentConverter converter, String payload) {
    String json = "{\"dev_eui\":\"%s\",\"f_port\":5,%s}".formatted(EUI, payload);
    return read(
        converter,
        MockRegistry.parse("json.JsonSchema", JSON_SCHEMA),
        ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
  }

  private static SchemaAndValue read(
      ConfluentConverter converter, Object schema, ByteBuffer content) {
    int id = converter.registry().register(TOPIC + "-value", schema);
    return converter.read(
        TOPIC,
        ByteBuffer.allocate(1 + Integer.BYTES + content.remaining())
            .put((byte) 0)
            .putInt(id)
            .put(content)
            .array());
  }
}
