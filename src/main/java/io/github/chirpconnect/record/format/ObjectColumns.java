package io.github.chirpconnect.record.format;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Columns for parts of a codec's object, as configured: {@code
 * temperature:float64,alarm=status.alarm:boolean,first="my list"[0]:int64}.
 */
public final class ObjectColumns {
  public static final ObjectColumns NONE = new ObjectColumns(List.of());

  /** PostgreSQL's longest name. */
  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

  private final List<ObjectColumn> list;

  private ObjectColumns(List<ObjectColumn> list) {
    this.list = List.copyOf(list);
  }

  /**
   * @throws IllegalArgumentException if the text is invalid; the message says what to write
   */
  public static ObjectColumns parse(String text) {
    if (text.isBlank()) {
      return NONE;
    }
    List<ObjectColumn> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String entry : ObjectPath.split(text, ',')) {
      ObjectColumn column = column(entry.trim());
      if (!names.add(column.name())) {
        throw new IllegalArgumentException(
            "two columns are called '"
                + column.name()
                + "'; write <name>=<path>:<type> with another name for one");
      }
      columns.add(column);
    }
    return new ObjectColumns(columns);
  }

  List<ObjectColumn> list() {
    return list;
  }

  public boolean isEmpty() {
    return list.isEmpty();
  }

  private static ObjectColumn column(String entry) {
    List<String> nameAndRest = ObjectPath.split(entry, '=');
    String rest = nameAndRest.get(nameAndRest.size() - 1);
    List<String> pathAndType = ObjectPath.split(rest, ':');
    if (nameAndRest.size() > 2 || pathAndType.size() != 2) {
      throw new IllegalArgumentException(
          "'" + entry + "' is no column; write <path>:<type> or <name>=<path>:<type>");
    }
    String typeName = pathAndType.get(1).trim();
    ObjectColumn.Type type =
        ObjectColumn.Type.named(typeName)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'"
                            + entry
                            + "' has the type '"
                            + typeName
                            + "'; choose from "
                            + ObjectColumn.Type.names()));
    List<Object> path = ObjectPath.parse(pathAndType.get(0).trim(), entry);
    String name = nameAndRest.size() == 2 ? nameAndRest.get(0).trim() : name(path);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'"
              + entry
              + "' makes a column '"
              + name
              + "'; write <name>=<path>:<type> with a name of lower-case letters, digits and _, up to 63, that"
              + " begins with no digit");
    }
    return new ObjectColumn(name, path, type);
  }

  /** {@code Status.alarm[0]} becomes {@code status_alarm_0}. */
  private static String name(List<Object> path) {
    List<String> steps = path.stream().map(String::valueOf).toList();
    return String.join("_", steps).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
  }
}
