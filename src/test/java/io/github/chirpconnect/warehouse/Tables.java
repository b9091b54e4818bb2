package io.github.chirpconnect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tables that a sink has made of topics with flat records in JSON with schemas. */
final class Tables {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TIME = "org.apache.kafka.connect.data.Timestamp";
  private static final String JSON_TEXT = "io.debezium.data.Json";

  private final PostgreSql database;

  Tables(PostgreSql database) {
    this.database = database;
  }

  /** The name of a topic's table, in quotes. */
  static String of(String topic) {
    return '"' + topic.replace('.', '_') + '"';
  }

  /**
   * What was written last under each key is a row, of the same values in columns of the same names,
   * and there is no other row. A key has no null: a series without label has an empty one there.
   *
   * @param records all that the topics hold, in their order
   */
  void assertSame(List<TopicRecord> records) {
    Map<String, Map<String, TopicRecord>> topics = new TreeMap<>();
    for (TopicRecord record : records) {
      topics.computeIfAbsent(record.topic(), topic -> new HashMap<>()).put(record.key(), record);
    }
    topics.forEach(
        (topic, last) -> assertSame(of(topic), keyFields(last.keySet().iterator().next()), last));
  }

  private void assertSame(String table, List<String> key, Map<String, TopicRecord> records) {
    assertThat(database.has(table)).as(table).isTrue();
    Map<String, Map<String, String>> expected = new TreeMap<>();
    for (TopicRecord record : records.values()) {
      if (!record.isTombstone()) {
        ObjectNode columns = columns(record.json());
        columns.setAll(columns(read(record.key())));
        put(expected, key, Leaves.of(columns));
      }
    }
    Map<String, Map<String, String>> rows = new TreeMap<>();
    database.rows("SELECT * FROM " + table).forEach(row -> put(rows, key, Leaves.of(row)));
    assertThat(rows).as(table).isEqualTo(expected);
  }

  private static void put(
      Map<String, Map<String, String>> rows, List<String> key, Map<String, String> leaves) {
    String name = String.join("|", key.stream().map(field -> leaves.get(field)).toList());
    assertThat(rows.put(name, leaves)).as("another row of " + name).isNull();
  }

  private static List<String> keyFields(String key) {
    List<String> names = new ArrayList<>();
    read(key).path("payload").fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** A key or a value as a row shows it: times as text, and JSON text as JSON. */
  private static ObjectNode columns(JsonNode envelope) {
    ObjectNode columns = JSON.createObjectNode();
    for (JsonNode field : envelope.path("schema").path("fields")) {
      String name = field.path("field").asText();
      JsonNode value = envelope.path("payload").path(name);
      if (value.isNull() || value.isMissingNode()) {
        continue;
      }
      switch (field.path("name").asText()) {
        case TIME -> columns.put(name, Instant.ofEpochMilli(value.longValue()).toString());
        case JSON_TEXT -> columns.set(name, read(value.textValue()));
        default -> columns.set(name, value);
      }
    }
    return columns;
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + json, e);
    }
  }
}
