package io.github.chirpconnect.api.v3;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** What is not null in a tree, by its path: {@code rxInfo[0].rssi}. A map is one leaf. */
final class Leaves {
  private Leaves() {}

  static Map<String, JsonNode> of(JsonNode tree) {
    Map<String, JsonNode> leaves = new TreeMap<>();
    collect(tree, "", leaves);
    return leaves;
  }

  private static void collect(JsonNode node, String path, Map<String, JsonNode> leaves) {
    if (node.isObject() && !path.equals("tags")) {
      node.properties()
          .forEach(
              field ->
                  collect(
                      field.getValue(),
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      leaves));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collect(node.get(i), path + "[" + i + "]", leaves);
      }
    } else if (!node.isNull()) {
      leaves.put(path, node);
    }
  }

  static Map<String, Object> of(Struct struct) {
    Map<String, Object> leaves = new TreeMap<>();
    collect(struct, "", leaves);
    return leaves;
  }

  private static void collect(Object value, String path, Map<String, Object> leaves) {
    if (value instanceof Struct struct) {
      for (Field field : struct.schema().fields()) {
        collect(
            struct.get(field), path.isEmpty() ? field.name() : path + "." + field.name(), leaves);
      }
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        collect(list.get(i), path + "[" + i + "]", leaves);
      }
    } else if (value != null && !isUntold(path, value)) {
      leaves.put(path, value);
    }
  }

  /** Maps that v3 does not have are empty, as a list would be. */
  private static boolean isUntold(String path, Object value) {
    return value instanceof Map<?, ?> map
        && map.isEmpty()
        && (path.equals("context") || path.endsWith("metadata"));
  }

  static Set<String> without(Map<String, ?> leaves, Iterable<String> paths) {
    TreeSet<String> left = new TreeSet<>(leaves.keySet());
    paths.forEach(left::remove);
    return left;
  }
}
