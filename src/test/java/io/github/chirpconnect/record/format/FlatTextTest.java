package io.github.chirpconnect.record.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.Mapped;
import io.github.chirpconnect.record.json.CanonicalJson;
import io.github.chirpconnect.record.schema.Downlinks;
import io.github.chirpconnect.record.schema.InventorySchema;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.schema.MeasurementRow;
import io.github.chirpconnect.record.schema.UnreadableEntity;
import io.github.chirpconnect.record.schema.event.Events;
import io.github.chirpconnect.record.schema.event.Frame;
import io.github.chirpconnect.record.schema.event.OtherEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One device's text must not stop a sink of tables, nor the queries of all its rows. */
class FlatTextTest {
  private static final String JSON_NAME = "JSON";

  /** The end of a C string, half a pair, a whole one, and what only looks like an escape. */
  private static final String SAID = "on\0 \ud83d \ud83d\ude00 \\u0000";

  private static final String TAKEN = "on\ufffd \ufffd \ud83d\ude00 \\u0000";

  static Stream<Schema> schemas() {
    return Stream.of(
            Events.BY_KIND.values().stream().map(event -> event.schema()),
            InventorySchemas.all().stream().map(InventorySchema::schema),
            Stream.of(Frame.OF_DEVICE.schema(), Frame.OF_GATEWAY.schema()),
            Stream.of(OtherEntry.OF_DEVICE, OtherEntry.OF_GATEWAY, UnreadableEntity.SCHEMA),
            Stream.of(MeasurementRow.SCHEMA, Downlinks.SCHEMA))
        .flatMap(all -> all);
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void noColumnHasTextThatPostgreSqlRefuses(Schema schema) throws IOException {
    ObjectNode object = JsonNodeFactory.instance.objectNode().put(SAID, SAID);
    ObjectNode body = JsonNodeFactory.instance.objectNode().set("object", object);
    String path = '"' + SAID.replace("\\", "\\\\") + '"';
    Struct said = struct(schema, CanonicalJson.of(object));
    Struct flat =
        (Struct)
            new FlatFormat(
                    JSON_NAME,
                    ObjectColumns.parse("a_text=" + path + ":string,a_part=" + path + ":json"))
                .of(new Mapped(Feed.DEVICES, null, "t", Place.NONE, said, () -> body))
                .value();
    int texts = 0;
    for (Field column : flat.schema().fields()) {
      if (flat.get(column) instanceof String text) {
        texts++;
        if (JSON_NAME.equals(column.schema().name())) {
          assertThat(saidIn(text)).as(column.name()).isNotEmpty().allMatch(TAKEN::equals);
        } else {
          assertThat(text).as(column.name()).isEqualTo(TAKEN);
        }
      }
    }
    assertThat(texts).isGreaterThan(2);
  }

  /** All texts in it but for names of fields. */
  private static List<String> saidIn(String json) throws IOException {
    List<String> texts = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING || parser.getText().contains(" ")) {
          texts.add(parser.getText());
        }
      }
    }
    return texts;
  }

  private static Struct struct(Schema schema, String json) {
    Struct struct = new Struct(schema);
    for (Field field : schema.fields()) {
      struct.put(field, CanonicalText.isIn(field) ? json : value(field.schema(), json));
    }
    return struct;
  }

  private static Object value(Schema schema, String json) {
    return switch (schema.type()) {
      case STRING -> SAID;
      case STRUCT -> struct(schema, json);
      case ARRAY -> List.of(value(schema.valueSchema(), json));
      case MAP -> Map.of(SAID, SAID);
      default -> null;
    };
  }
}
