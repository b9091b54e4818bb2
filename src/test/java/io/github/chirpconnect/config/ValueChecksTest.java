package io.github.chirpconnect.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueChecksTest {
  private static Map<String, String> errors(String... keysAndValues) {
    Map<String, String> given = new HashMap<>();
    given.put(ConnectionConfig.URL, "localhost:8080");
    given.put(ConnectionConfig.TOKEN, "aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      given.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    Config config = new Config(SourceConfig.DEF.validate(given));
    ConfigChecks.checkSource(config, given);
    Map<String, String> errors = new TreeMap<>();
    config.configValues().stream()
        .filter(value -> !value.errorMessages().isEmpty())
        .forEach(value -> errors.put(value.name(), value.errorMessages().toString()));
    return errors;
  }

  @ParameterizedTest
  @ValueSource(strings = {"struct", "flat", "json"})
  void takesEachFormat(String format) {
    assertThat(errors("value.format", format)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "value.format,Flat",
    "value.format,avro",
    "flat.json.schema.name,a name",
    "flat.json.schema.name,a..b",
    "object.columns,temperature",
  })
  void refusesWhatIsNone(String key, String value) {
    assertThat(errors("value.format", "flat", key, value))
        .containsOnlyKeys(key)
        .hasEntrySatisfying(key, e -> assertThat(e).contains("write"));
  }

  @Test
  void takesNoNameForJsonText() {
    assertThat(errors("value.format", "flat", "flat.json.schema.name", "")).isEmpty();
  }

  @Test
  void columnsAreOfFlatRecordsAlone() {
    assertThat(errors("value.format", "flat", "object.columns", "a:json")).isEmpty();
    for (String format : List.of("struct", "json")) {
      assertThat(errors("value.format", format, "object.columns", "a:json"))
          .containsOnlyKeys("object.columns")
          .hasEntrySatisfying(
              "object.columns", e -> assertThat(e).contains("set value.format to flat"));
    }
    assertThat(errors("object.columns", "a:json")).containsOnlyKeys("object.columns");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.apache.kafka.connect.storage.StringConverter",
        "org.apache.kafka.connect.converters.ByteArrayConverter",
        "org.apache.kafka.connect.converters.LongConverter",
        "io.confluent.connect.avro.AvroConverter",
        "io.apicurio.registry.utils.converter.AvroConverter",
        "io.confluent.connect.protobuf.ProtobufConverter",
        "io.confluent.connect.json.JsonSchemaConverter",
        "AvroConverter",
        " Avro ",
      })
  void jsonNeedsAConverterThatNeedsNoSchema(String converter) {
    assertThat(errors("value.format", "json", "value.converter", converter))
        .containsOnlyKeys("value.converter")
        .hasEntrySatisfying(
            "value.converter", e -> assertThat(e).contains("JsonConverter", "schemas.enable"));
    assertThat(errors("value.format", "flat", "value.converter", converter)).isEmpty();
  }

  @Test
  void jsonIsNotToBeWrapped() {
    String converter = "org.apache.kafka.connect.json.JsonConverter";
    String key = "value.converter.schemas.enable";
    assertThat(errors("value.format", "json", "value.converter", converter))
        .containsOnlyKeys(key)
        .hasEntrySatisfying(key, e -> assertThat(e).contains("write false"));
    assertThat(errors("value.format", "json", "value.converter", converter, key, "true"))
        .containsOnlyKeys(key);
    assertThat(errors("value.format", "json", "value.converter", converter, key, "false"))
        .isEmpty();
    assertThat(errors("value.format", "json", "value.converter", "org.example.OwnConverter"))
        .isEmpty();
  }

  /** Kafka's StringConverter makes {@code Struct{dev_eui=…}} of it, and says nothing. */
  @ParameterizedTest
  @CsvSource({
    "struct,org.apache.kafka.connect.storage.StringConverter",
    "row,String",
    "struct,org.apache.kafka.connect.converters.ByteArrayConverter",
  })
  void aKeyOfFieldsNeedsAConverterThatWritesFields(String format, String converter) {
    assertThat(errors("key.format", format, "key.converter", converter))
        .containsOnlyKeys("key.converter")
        .hasEntrySatisfying(
            "key.converter", e -> assertThat(e).contains("key.format=" + format, "JsonConverter"));
    assertThat(errors("key.format", "string", "key.converter", converter)).isEmpty();
    assertThat(errors("key.converter", converter)).isEmpty();
    for (String other :
        List.of("org.apache.kafka.connect.json.JsonConverter", "Avro", "org.example.Own")) {
      assertThat(errors("key.format", format, "key.converter", other)).isEmpty();
    }
  }
}
