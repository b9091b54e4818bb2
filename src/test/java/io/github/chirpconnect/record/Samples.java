package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.MetricPoint;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.json.Times;
import io.github.chirpconnect.record.schema.InventorySchema;
import io.github.chirpconnect.record.schema.InventorySchemas;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.source.SourceRecord;

/** Values that have something in each field, made from the schemas, and entries of logs. */
public final class Samples {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Samples() {}

  /** One of each inventory with all its fields, and one with as few as there can be. */
  static List<Entity> entities() {
    List<Entity> entities = new ArrayList<>();
    for (InventorySchema inventory : InventorySchemas.all()) {
      entities.add(entity(inventory.feed(), body(inventory.schema())));
      ObjectNode least = JSON.objectNode();
      for (Field field : inventory.schema().fields()) {
        if (!field.schema().isOptional()) {
          least.set(camelCase(field.name()), value(field));
        }
      }
      entities.add(entity(inventory.feed(), least));
    }
    return entities;
  }

  static SourceRecord tombstone(RecordFactory records) {
    Deletion deletion =
        new Deletion(Feed.DEVICES, "0102030405060708", "c.devices", Instant.EPOCH, null);
    return records.gone(deletion, Map.of(), Map.of(), Map.of()).get(0);
  }

  /** One of each series. */
  static List<MetricRow> metrics() {
    Instant hour = Instant.parse("2026-11-24T12:00:00Z");
    Place place = new Place("t", "tenant", "a", "application");
    return List.of(
        new MetricRow(
            Feed.DEVICE_METRICS,
            "0102030405060708",
            place,
            Aggregation.DAY,
            new MetricPoint("a|b", "t%", hour, 1.5, "GAUGE")),
        new MetricRow(
            Feed.LINK_METRICS,
            "0102030405060708",
            place,
            Aggregation.HOUR,
            new MetricPoint("errors", "OTAA", hour, 3, "ABSOLUTE")),
        new MetricRow(
            Feed.GATEWAY_METRICS,
            "0a0b",
            Place.NONE,
            Aggregation.HOUR,
            new MetricPoint("rx", null, hour, Double.NaN, "ABSOLUTE")));
  }

  static Entity entity(Feed feed, ObjectNode body) {
    return new Entity(feed, "0102030405060708", Place.NONE, null, body);
  }

  /** An entry of a device's log, whose body is parsed as it is. */
  public static LogEntry entry(LogKind log, String kind, Instant time, String id, String body) {
    return new LogEntry(
        "0102030405060708",
        log,
        EntryId.parse(id),
        time,
        kind,
        body,
        Map.of("a", "b"),
        text -> {
          try {
            return new ObjectMapper().readTree(text);
          } catch (JsonProcessingException e) {
            throw new ApiException(FailureKind.BAD_REQUEST, "the body is no JSON", e);
          }
        });
  }

  /** A record's headers as texts. */
  static Map<String, Object> headers(SourceRecord record) {
    Map<String, Object> headers = new LinkedHashMap<>();
    record
        .headers()
        .forEach(
            header -> {
              assertThat(header.schema()).isEqualTo(Schema.STRING_SCHEMA);
              headers.put(header.key(), header.value());
            });
    return headers;
  }

  /** A server's JSON that has all the fields of a schema. */
  static ObjectNode body(Schema schema) {
    ObjectNode body = JSON.objectNode();
    for (Field field : schema.fields()) {
      if (!field.name().endsWith(Times.TEXT_SUFFIX)) {
        body.set(camelCase(field.name()), value(field));
      }
    }
    return body;
  }

  private static JsonNode value(Field field) {
    Schema schema = field.schema();
    return Timestamp.LOGICAL_NAME.equals(schema.name())
        ? JSON.textNode("2026-11-24T11:59:58.123456789Z")
        : switch (schema.type()) {
          case STRING -> JSON.textNode("7s"); // a duration, an EUI or any text
          case BOOLEAN -> JSON.booleanNode(true);
          case INT32, INT64 -> JSON.numberNode(7);
          case FLOAT32, FLOAT64 -> JSON.numberNode(1.5);
          case BYTES -> JSON.textNode("AQID");
          case MAP -> JSON.objectNode().put("b", "2").put("a", "1");
          case STRUCT -> body(schema);
          case ARRAY ->
              schema.valueSchema().type() == Schema.Type.STRUCT
                  ? JSON.arrayNode().add(body(schema.valueSchema()))
                  : JSON.arrayNode().add("7s");
          default -> throw new AssertionError("no sample of " + schema.type());
        };
  }

  public static String camelCase(String field) {
    StringBuilder name = new StringBuilder();
    for (String part : field.split("_")) {
      name.append(
          name.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
    }
    return name.toString();
  }
}
