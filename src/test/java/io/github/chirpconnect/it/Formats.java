package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.record.FlatForm;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;

/** One record in each form, held to the struct. */
final class Formats {
  private static final String UPLINK = "UplinkEventFlat";

  private Formats() {}

  /** As a consumer with the same converter reads it. */
  static Struct struct(TopicRecord record) {
    try (JsonConverter converter = new JsonConverter()) {
      converter.configure(Map.of("schemas.enable", "true"), false);
      byte[] bytes = record.text().getBytes(StandardCharsets.UTF_8);
      return (Struct) converter.toConnectData(record.topic(), bytes).value();
    }
  }

  /**
   * @param column the last one of uplinks, for the object's temperature
   */
  static void assertFlat(Struct flat, Struct struct, String column) {
    if (!flat.schema().name().endsWith(UPLINK)) {
      FlatForm.assertSays(flat, struct);
      return;
    }
    Schema schema = flat.schema();
    int last = schema.fields().size() - 1;
    assertThat(schema.fields().get(last).name()).isEqualTo(column);
    assertThat(struct.getString("object"))
        .contains("\"temperature\":" + flat.getFloat64(column).intValue());
    FlatForm.assertSays(without(schema.fields().get(last), flat), struct);
  }

  private static Struct without(Field left, Struct struct) {
    SchemaBuilder schema = SchemaBuilder.struct().name(struct.schema().name());
    struct.schema().fields().stream()
        .filter(field -> !field.equals(left))
        .forEach(field -> schema.field(field.name(), field.schema()));
    Struct copy = new Struct(schema.build());
    copy.schema().fields().forEach(field -> copy.put(field, struct.get(field.name())));
    return copy;
  }

  /** The names are ChirpStack's. */
  static void assertJson(JsonNode json, Struct struct) {
    switch (struct.schema().name().substring(struct.schema().name().lastIndexOf('.') + 1)) {
      case "UplinkEvent" -> {
        assertThat(json.at("/deviceInfo/devEui").textValue()).isEqualTo(struct.get("dev_eui"));
        assertThat(json.path("fCnt").longValue()).isEqualTo(struct.get("f_cnt"));
        assertThat(json.at("/object/temperature").isNumber()).isTrue();
        assertThat(json.path("rxInfo")).hasSameSizeAs(struct.getArray("rx_info"));
        assertThat(json.at("/txInfo/frequency").longValue())
            .isEqualTo(struct.getStruct("tx_info").get("frequency"));
      }
      case "DeviceFrame" -> {
        assertThat(json.path("devEui").textValue()).isEqualTo(struct.get("dev_eui"));
        assertThat(json.path("id").textValue()).isEqualTo(struct.get("id"));
        assertThat(json.path("description").textValue()).isEqualTo(struct.get("frame_type"));
        assertThat(json.at("/body/phy_payload/mhdr").isObject()).isTrue();
      }
      case "Device" -> {
        assertThat(json.path("devEui").textValue()).isEqualTo(struct.get("dev_eui"));
        assertThat(json.path("applicationName").textValue())
            .isEqualTo(struct.get("application_name"));
      }
      default ->
          assertThat(json.at("/deviceInfo/devEui").textValue()).isEqualTo(struct.get("dev_eui"));
    }
  }
}
