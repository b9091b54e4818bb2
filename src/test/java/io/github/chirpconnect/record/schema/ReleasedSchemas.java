package io.github.chirpconnect.record.schema;

import io.github.chirpconnect.record.json.MessageMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Schemas as text: a section for each version of each struct, a line for each field. A struct in
 * another is named with its version, so that a change of it is a change of what it is in. {@code !}
 * stands for what is always there:
 *
 * <pre>
 * Device 1
 *   dev_eui STRING!
 *   created_at INT64:org.apache.kafka.connect.data.Timestamp/1
 *   device_status DeviceStatus/1
 *   tags map DeviceTags/1
 *   items list(DeviceQueueItem/1!)
 * </pre>
 */
final class ReleasedSchemas {
  private static final Pattern TITLE = Pattern.compile("(\\S+) (\\d+)");
  private static final Pattern FIELD = Pattern.compile("  (\\S+) (.+)");
  private static final Pattern NAMED = Pattern.compile("(?:(\\w+):)?([\\w.]+)/(\\d+)");
  private static final Pattern LIST = Pattern.compile("list\\((.+)\\)");
  private static final String MAP = "map ";
  private static final String REQUIRED = "!";

  /** By the name of the struct, without the package, and its version. */
  private final Map<String, NavigableMap<Integer, List<String>>> sections = new LinkedHashMap<>();

  static ReleasedSchemas read(Path file) throws IOException {
    return parse(Files.readString(file));
  }

  static ReleasedSchemas parse(String text) {
    ReleasedSchemas released = new ReleasedSchemas();
    List<String> lines = null;
    for (String line : text.lines().toList()) {
      Matcher title = TITLE.matcher(line);
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("  ") && lines != null) {
        lines.add(line);
      } else if (title.matches()) {
        lines = new ArrayList<>();
        Object before =
            released
                .sections
                .computeIfAbsent(title.group(1), name -> new TreeMap<>())
                .put(Integer.valueOf(title.group(2)), lines);
        if (before != null) {
          throw new IllegalArgumentException(line + " is there twice");
        }
      } else {
        throw new IllegalArgumentException("no section and no field: " + line);
      }
    }
    return released;
  }

  /** The structs in a schema, itself included, each as the section that it would have. */
  static Map<String, String> sections(Collection<Schema> schemas) {
    Map<String, String> sections = new LinkedHashMap<>();
    schemas.forEach(schema -> collect(schema, sections));
    return sections;
  }

  private static void collect(Schema schema, Map<String, String> sections) {
    switch (schema.type()) {
      case STRUCT -> {
        StringBuilder section = new StringBuilder();
        for (Field field : schema.fields()) {
          section.append("  ").append(field.name()).append(' ').append(type(field.schema()));
          section.append('\n');
        }
        String before = sections.put(title(schema), section.toString());
        if (before != null && !before.contentEquals(section)) {
          throw new IllegalArgumentException(title(schema) + " means two structs");
        }
        schema.fields().forEach(field -> collect(field.schema(), sections));
      }
      case ARRAY -> collect(schema.valueSchema(), sections);
      default -> {
        // says all in its line
      }
    }
  }

  private static String title(Schema struct) {
    return shortName(struct.name()) + " " + struct.version();
  }

  private static String type(Schema schema) {
    if (schema.defaultValue() != null || schema.parameters() != null) {
      throw new IllegalArgumentException("no form for a default or parameters: " + schema);
    }
    String type =
        switch (schema.type()) {
          case STRUCT -> named(schema);
          case ARRAY -> "list(" + type(schema.valueSchema()) + ")";
          case MAP -> MAP + named(schema);
          default ->
              schema.name() == null ? schema.type().name() : schema.type() + ":" + named(schema);
        };
    if (schema.type() == Schema.Type.MAP
        && !(schema.keySchema().equals(Schema.STRING_SCHEMA)
            && schema.valueSchema().equals(Schema.STRING_SCHEMA))) {
      throw new IllegalArgumentException("no form for a map other than of text: " + schema);
    }
    return type + (schema.isOptional() ? "" : REQUIRED);
  }

  private static String named(Schema schema) {
    return shortName(schema.name()) + "/" + schema.version();
  }

  private static String shortName(String name) {
    return name.startsWith(MessageMapping.PACKAGE)
        ? name.substring(MessageMapping.PACKAGE.length())
        : name;
  }

  Collection<String> names() {
    return sections.keySet();
  }

  /** Empty of what was never released. */
  Collection<Integer> versions(String name) {
    return sections.getOrDefault(name, new TreeMap<>()).keySet();
  }

  /**
   * @return null where there is none
   */
  String section(String title) {
    Matcher matcher = TITLE.matcher(title);
    List<String> lines =
        matcher.matches() && sections.containsKey(matcher.group(1))
            ? sections.get(matcher.group(1)).get(Integer.valueOf(matcher.group(2)))
            : null;
    return lines == null ? null : String.join("\n", lines) + "\n";
  }

  /** The struct as it was released. */
  Schema schema(String name, int version) {
    SchemaBuilder struct =
        SchemaBuilder.struct().name(MessageMapping.PACKAGE + name).version(version);
    for (String line : sections.get(name).get(version)) {
      Matcher field = FIELD.matcher(line);
      if (!field.matches()) {
        throw new IllegalArgumentException("no field: " + line);
      }
      struct.field(field.group(1), schema(field.group(2)));
    }
    return struct.build();
  }

  private Schema schema(String text) {
    boolean required = text.endsWith(REQUIRED);
    String type = required ? text.substring(0, text.length() - 1) : text;
    Matcher list = LIST.matcher(type);
    if (list.matches()) {
      return optional(SchemaBuilder.array(schema(list.group(1))), !required);
    }
    boolean map = type.startsWith(MAP);
    Matcher named = NAMED.matcher(map ? type.substring(MAP.length()) : type);
    if (!named.matches()) {
      return optional(new SchemaBuilder(Schema.Type.valueOf(type)), !required);
    }
    String name = named.group(2);
    int version = Integer.parseInt(named.group(3));
    String fullName = name.contains(".") ? name : MessageMapping.PACKAGE + name;
    if (map) {
      SchemaBuilder builder = SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA);
      return optional(builder.name(fullName).version(version), !required);
    }
    if (named.group(1) != null) {
      SchemaBuilder primitive = new SchemaBuilder(Schema.Type.valueOf(named.group(1)));
      return optional(primitive.name(fullName).version(version), !required);
    }
    SchemaBuilder struct = SchemaBuilder.struct().name(fullName).version(version);
    schema(name, version).fields().forEach(field -> struct.field(field.name(), field.schema()));
    return optional(struct, !required);
  }

  private static Schema optional(SchemaBuilder builder, boolean optional) {
    return (optional ? builder.optional() : builder).build();
  }
}
