package io.github.chirpconnect.record.measurement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A number, text or boolean in a codec's object. Nulls, empty objects and empty lists are not
 * leaves.
 *
 * @param name see {@link LeafName}; a name that is too long is cut
 */
record Leaf(String name, JsonNode value) {

  /**
   * Finds all leaves, in an order that depends only on the object's content: keys are sorted. They
   * are made one by one, since a codec may return hundreds of thousands of values below a long key.
   */
  static void each(JsonNode object, Consumer<Leaf> found) {
    collect(object, new StringBuilder(), found);
  }

  private static void collect(JsonNode node, StringBuilder name, Consumer<Leaf> found) {
    int length = name.length();
    switch (node.getNodeType()) {
      case OBJECT -> {
        TreeMap<String, JsonNode> sorted = new TreeMap<>();
        node.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
        sorted.forEach(
            (key, value) -> {
              LeafName.addKey(name, key);
              collect(value, name, found);
              name.setLength(length);
            });
      }
      case ARRAY -> {
        for (int i = 0; i < node.size(); i++) {
          LeafName.addIndex(name, i);
          collect(node.get(i), name, found);
          name.setLength(length);
        }
      }
      case NUMBER, STRING, BOOLEAN -> {
        int shown = Math.min(length, Measurements.LONGEST_NAME + 1);
        found.accept(new Leaf(name.substring(0, shown), node));
      }
      case NULL, MISSING, BINARY, POJO -> {
        // The last two do not come from text.
      }
    }
  }
}
