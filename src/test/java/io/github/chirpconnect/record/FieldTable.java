package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.record.json.CanonicalJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;

/**
 * Which fields the versions of a generation have, and what becomes of each, read from a table in
 * text: a row is a field's path in the server's JSON, the versions that have it, its path in the
 * record, a value, what the record says of that value, what it says of the field's default, and
 * what it says where the version has no such field.
 */
public final class FieldTable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FIRST = "[]";

  /**
   * @param from the first version that has it
   * @param until the first version that does not have it any more
   * @param written the JSON of its default: nothing for a message, which is absent then
   */
  public record Row(
      String path,
      int from,
      int until,
      String recordPath,
      JsonNode value,
      JsonNode says,
      JsonNode written,
      JsonNode saysOfDefault,
      JsonNode saysOfNone) {

    public boolean isIn(int version) {
      return from <= version && version < until;
    }
  }

  private FieldTable() {}

  /**
   * @param table lines of {@code path | from-until | record path | value | says | default | says of
   *     it | says where there is none}; the last may be left out for null
   */
  public static List<Row> rows(String table) {
    return table.lines().filter(line -> !line.isBlank()).map(FieldTable::row).toList();
  }

  private static Row row(String line) {
    String[] cells = Arrays.stream(line.split("\\|")).map(String::trim).toArray(String[]::new);
    String[] versions = cells[1].split("-");
    return new Row(
        cells[0],
        Integer.parseInt(versions[0]),
        versions.length == 1 ? Integer.MAX_VALUE : Integer.parseInt(versions[1]),
        cells[2],
        json(cells[3]),
        json(cells[4]),
        cells[5].isEmpty() ? null : json(cells[5]),
        json(cells[6]),
        json(cells.length > 7 ? cells[7] : "null"));
  }

  /** Puts a value where a path of names leads; {@code []} is a list's first item. */
  public static void put(ObjectNode body, String path, JsonNode value) {
    String[] names = path.split("\\.");
    ObjectNode at = body;
    for (int i = 0; i < names.length - 1; i++) {
      at = into(at, names[i]);
    }
    at.set(names[names.length - 1], value);
  }

  private static ObjectNode into(ObjectNode at, String name) {
    if (!name.endsWith(FIRST)) {
      return at.withObjectProperty(name);
    }
    ArrayNode list = at.withArrayProperty(name.substring(0, name.length() - FIRST.length()));
    return (ObjectNode) (list.isEmpty() ? list.addObject() : list.get(0));
  }

  /** Takes a value off again; the messages around it stay. */
  public static void remove(ObjectNode body, String path) {
    int last = path.lastIndexOf('.');
    ObjectNode at = body;
    for (String name : last < 0 ? new String[0] : path.substring(0, last).split("\\.")) {
      at = into(at, name);
    }
    at.remove(path.substring(last + 1));
  }

  /** The value as the worker's JSON converter writes it. */
  public static JsonNode json(Struct value) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", false), false);
    try {
      return JSON.readTree(converter.fromConnectData("t", value.schema(), value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void assertSays(JsonNode record, String path, JsonNode expected, String what) {
    JsonNode at = record;
    for (String name : path.split("\\.")) {
      at = name.matches("\\d+") ? at.path(Integer.parseInt(name)) : at.path(name);
    }
    JsonNode found = at.isMissingNode() ? JsonNodeFactory.instance.nullNode() : at;
    assertThat(CanonicalJson.of(found))
        .as("%s: %s", what, path)
        .isEqualTo(CanonicalJson.of(expected));
  }

  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
