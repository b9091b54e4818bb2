package io.github.chirpconnect.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.Simulator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The values that codecs made of uplinks, as a server holds them and as rows of measurements. */
public final class MeasuredRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One value.
   *
   * @param value as text
   */
  public record Row(String devEui, String id, String name, String value) {}

  private MeasuredRows() {}

  /** How often there is which, to compare many. */
  public static Map<Row, Long> counted(List<Row> rows) {
    return rows.stream().collect(Collectors.groupingBy(row -> row, Collectors.counting()));
  }

  /** Whether it is a row, and no entry of a log. */
  public static boolean isOne(TopicRecord record) {
    return "measurements".equals(record.header("chirpstack.feed"));
  }

  /** What was written, in the order of the topic, but for signal and battery. */
  public static List<Row> in(List<TopicRecord> records) {
    return records.stream()
        .filter(MeasuredRows::isOne)
        .map(record -> row(record.json()))
        .filter(row -> !row.name().startsWith("@"))
        .toList();
  }

  private static Row row(JsonNode record) {
    // With its schema, which a converter may write around it.
    JsonNode row = record.has("schema") ? record.path("payload") : record;
    JsonNode value = row.path("value");
    for (String other : List.of("text", "bool")) {
      value = value.isNull() ? row.path(other) : value;
    }
    return new Row(
        row.path("dev_eui").asText(),
        row.path("id").asText(),
        row.path("name").asText(),
        text(value));
  }

  /** What the server holds now. */
  public static List<Row> of(Simulator chirpStack) {
    List<Row> rows = new ArrayList<>();
    for (String devEui : chirpStack.network().devEuis()) {
      for (LogItem item : chirpStack.network().events(devEui)) {
        if (item.getDescription().equals("up")) {
          collect(object(tree(item.getBody())), devEui, item.getId(), "", rows);
        }
      }
    }
    return rows;
  }

  /** In v3 it is text. */
  private static JsonNode object(JsonNode uplink) {
    JsonNode text = uplink.path("objectJSON");
    return text.isTextual() && !text.asText().isEmpty()
        ? tree(text.asText())
        : uplink.path("object");
  }

  private static void collect(
      JsonNode node, String devEui, String id, String name, List<Row> rows) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  collect(
                      field.getValue(),
                      devEui,
                      id,
                      name.isEmpty() ? field.getKey() : name + "." + field.getKey(),
                      rows));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collect(node.get(i), devEui, id, name + "[" + i + "]", rows);
      }
    } else if (!node.isNull() && !node.isMissingNode()) {
      rows.add(new Row(devEui, id, name, text(node)));
    }
  }

  private static String text(JsonNode value) {
    // Rows have no negative zero.
    return value.isNumber() ? Double.toString(value.doubleValue() + 0.0) : value.asText();
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the simulator writes JSON: " + json, e);
    }
  }
}
