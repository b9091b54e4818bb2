package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.record.format.FlatFormat;
import io.github.chirpconnect.record.format.ObjectColumns;
import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.schema.AllSchemas;
import io.github.chirpconnect.record.schema.KeySchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.junit.jupiter.api.Test;

/**
 * The schemas are a contract. What they are is written down in docs/records.md: {@code mvn test
 * -Dtest=SchemasTest -Dreference.write=true} writes it anew, and whoever does so looks at the
 * difference, where a field may only be added, at the end of its table, and optional.
 */
class SchemasTest {
  private static final Path REFERENCE = Path.of("docs", "records.md");

  /** What stands before it is written by hand. */
  private static final String MARKER =
      "<!-- From here on written from the schemas, see SchemasTest. -->\n";

  private static final String JSON_TEXT = "JSON";

  @Test
  void theReferenceSaysWhatTheSchemasAre() throws IOException {
    String document = Files.readString(REFERENCE);
    assertThat(document).contains(MARKER);
    String prose = document.substring(0, document.indexOf(MARKER));
    String whole = prose + MARKER + reference();
    if (Boolean.getBoolean("reference.write")) {
      Files.writeString(REFERENCE, whole);
    }
    assertThat(Files.readString(REFERENCE))
        .as(
            "docs/records.md is stale; write it anew with -Dtest=SchemasTest -Dreference.write=true")
        .isEqualTo(whole);
  }

  @Test
  void eachStructHasANameThatAvroTakesAndMeansOneThing() {
    Map<String, Object> seen = new HashMap<>();
    AllSchemas.values().values().forEach(schema -> visit(schema, seen));
    KeySchemas.all().forEach(schema -> visit(schema, seen));
    assertThat(seen).hasSizeGreaterThan(20);
  }

  /** A name means one struct, or the map of one field of one struct. */
  private static void visit(Schema schema, Map<String, Object> seen) {
    switch (schema.type()) {
      case STRUCT -> {
        assertThat(schema.fields()).as(schema.name()).isNotEmpty();
        name(schema, schema.fields(), seen);
        for (Field field : schema.fields()) {
          assertThat(field.name()).matches("[a-z][a-z0-9_]*");
          if (field.schema().type() == Schema.Type.MAP) {
            name(field.schema(), schema.name() + "." + field.name(), seen);
          }
          visit(field.schema(), seen);
        }
      }
      case ARRAY -> visit(schema.valueSchema(), seen);
      default ->
          assertThat(schema.type().isPrimitive() || schema.type() == Schema.Type.MAP).isTrue();
    }
  }

  private static void name(Schema schema, Object meaning, Map<String, Object> seen) {
    assertThat(schema.name()).matches("io\\.github\\.chirpconnect\\.[A-Z][A-Za-z]+");
    assertThat(schema.version()).isPositive();
    Object before = seen.putIfAbsent(schema.name(), meaning);
    assertThat(before == null || before.equals(meaning)).as(schema.name()).isTrue();
  }

  private static String reference() {
    StringBuilder out = new StringBuilder();
    out.append(
        "\nBehind each `<prefix>` stands `topic.prefix`; with another `topic.template` topics have [other names](topics.md)."
            + "\nKeys are text: of several fields the texts, joined by `|`. In `metric` and `label` `%` and `|` are `%25` and `%7C`; a\nmetric without a label has an empty one. `time` is `time_text`. With `key.format=struct` keys are [structs](#keys-that-are-structs), and with `row`\nthose that name the record itself.\n");
    TopicsReference.topics(out, AllSchemas.values());
    TopicsReference.headers(out);
    out.append("\n## Fields\n\n");
    out.append(
        "Fields marked with * are always there; all others may be null, unless they are lists or maps.\n");
    Map<String, Schema> structs = new LinkedHashMap<>();
    AllSchemas.values()
        .forEach(
            (topic, schema) -> {
              out.append("\n## `<prefix>.").append(topic).append("`\n\n");
              table(out, schema, structs);
            });
    out.append(
        "\nEvents of a kind that is not listed here go to `<prefix>.device.<kind>` in the form of `<prefix>.device.unreadable`.\n");
    out.append(
        "\n## Keys that are structs\n\nWith `key.format=struct`; those of a row with `key.format=row`.\n");
    for (Schema key : KeySchemas.all()) {
      out.append("\n### ")
          .append(key.name().substring(MessageMapping.PACKAGE.length()))
          .append("\n\n");
      table(out, key, new HashMap<>());
    }
    out.append("\n## Nested messages\n");
    while (!structs.isEmpty()) {
      Map.Entry<String, Schema> next = structs.entrySet().iterator().next();
      out.append("\n### ").append(next.getKey()).append("\n\n");
      structs.remove(next.getKey());
      Map<String, Schema> nested = new LinkedHashMap<>();
      table(out, next.getValue(), nested);
      nested.forEach(
          (name, schema) -> {
            if (out.indexOf("\n### " + name + "\n") < 0) {
              structs.putIfAbsent(name, schema);
            }
          });
    }
    flatColumns(out);
    return out.toString();
  }

  private static void flatColumns(StringBuilder out) {
    out.append("\n## Columns of flat records\n\n");
    out.append(
        "With `value.format=flat`, in this order. JSON is text with the schema name of `flat.json.schema.name`; those marked with * are always there.\n");
    FlatFormat flat = new FlatFormat(JSON_TEXT, ObjectColumns.NONE);
    AllSchemas.values()
        .forEach(
            (topic, struct) -> {
              Schema schema = flat.schema(struct);
              out.append("\n### `<prefix>.").append(topic).append("`, flat\n\n`");
              out.append(schema.name()).append("`, version ").append(schema.version());
              String columns =
                  schema.fields().stream()
                      .map(SchemasTest::column)
                      .collect(Collectors.joining(", "));
              out.append(": ").append(columns).append(".\n");
            });
  }

  private static String column(Field field) {
    String name = field.schema().name();
    String type =
        name == null
            ? field.schema().type().toString()
            : name.equals(JSON_TEXT) ? "JSON" : "Timestamp";
    return "`" + field.name() + "` " + type + (field.schema().isOptional() ? "" : " *");
  }

  private static void table(StringBuilder out, Schema schema, Map<String, Schema> structs) {
    out.append('`').append(schema.name()).append("`, version ").append(schema.version());
    out.append("\n\n| field | type |\n|---|---|\n");
    for (Field field : schema.fields()) {
      out.append("| `")
          .append(field.name())
          .append(field.schema().isOptional() ? "` | " : "` * | ");
      out.append(type(field.schema(), structs)).append(" |\n");
    }
  }

  private static String type(Schema schema, Map<String, Schema> structs) {
    if (schema.type() == Schema.Type.STRUCT) {
      String name = schema.name().substring(MessageMapping.PACKAGE.length());
      structs.putIfAbsent(name, schema);
      return name;
    }
    if (schema.type() == Schema.Type.ARRAY) {
      return "list of " + type(schema.valueSchema(), structs);
    }
    if (schema.type() == Schema.Type.MAP) {
      return schema.name().substring(MessageMapping.PACKAGE.length()) + ", MAP of STRING to STRING";
    }
    return schema.name() == null ? schema.type().toString() : "Timestamp";
  }
}
