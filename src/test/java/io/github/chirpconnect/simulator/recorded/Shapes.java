package io.github.chirpconnect.simulator.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.proto.v4.LogItem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What entries of one kind look like.
 *
 * @param seen paths with the type of their value, of any entry
 * @param always paths that every entry has
 */
record Shapes(Set<String> seen, Set<String> always) {
  /** The user's own names are below these. */
  private static final Set<String> FREE = Set.of("object", "tags", "metadata", "context");

  /** Texts that hold JSON in v3, of which the codec's is the user's own. */
  private static final Set<String> NESTED = Set.of("phyPayloadJSON");

  static Shapes of(List<LogItem> entries) {
    assertThat(entries).as("nothing of this kind was recorded").isNotEmpty();
    Set<String> seen = new TreeSet<>();
    Set<String> always = new TreeSet<>(paths(entries.get(0)).keySet());
    for (LogItem entry : entries) {
      Map<String, String> paths = paths(entry);
      seen.addAll(typed(paths));
      always.retainAll(paths.keySet());
    }
    return new Shapes(seen, always);
  }

  /** Every entry has what every one of these has, and nothing that none of these has. */
  void assertHold(List<LogItem> entries) {
    assertThat(entries).isNotEmpty();
    for (LogItem entry : entries) {
      Map<String, String> paths = paths(entry);
      assertThat(seen).as(entry.getBody()).containsAll(typed(paths));
      assertThat(paths.keySet()).as(entry.getBody()).containsAll(always);
    }
  }

  private static List<String> typed(Map<String, String> paths) {
    return paths.entrySet().stream().map(path -> path.getKey() + " " + path.getValue()).toList();
  }

  /** Every path of the body and the properties, with the type of its value. */
  private static Map<String, String> paths(LogItem entry) {
    Map<String, String> paths = new TreeMap<>();
    collect("", Json.read(entry.getBody()), paths);
    entry.getPropertiesMap().keySet().forEach(name -> paths.put("properties." + name, "STRING"));
    return paths;
  }

  private static void collect(String path, JsonNode node, Map<String, String> paths) {
    String name = path.substring(path.lastIndexOf('.') + 1);
    if (node.isObject()) {
      paths.put(path, "OBJECT");
      if (!FREE.contains(name)) {
        node.properties()
            .forEach(field -> collect(path + "." + field.getKey(), field.getValue(), paths));
      }
    } else if (node.isArray()) {
      paths.put(path, "ARRAY");
      node.forEach(element -> collect(path + "[]", element, paths));
    } else if (NESTED.contains(name)) {
      collect(path + ".", Json.read(node.asText()), paths);
    } else {
      paths.put(path, node.isFloatingPointNumber() ? "FLOAT" : node.getNodeType().name());
    }
  }
}
