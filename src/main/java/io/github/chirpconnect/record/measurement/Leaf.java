package io.github.chirpconnect.record.measurement;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A number, a text or a truth value in a codec's object. Nulls, empty objects and empty lists are
 * none.
 *
 * @param name see {@link LeafName}
 */
record Leaf(String name, JsonNode value) {

  /** All leaves, in an order that depends on nothing but the object's content: keys are sorted. */
  static List<Leaf> of(JsonNode object) {
    List<Leaf> leaves = new ArrayList<>();
    collect(object, new StringBuilder(), leaves);
    return leaves;
  }

  private static void collect(JsonNode node, StringBuilder name, List<Leaf> leaves) {
    int length = name.length();
    switch (node.getNodeType()) {
      case OBJECT -> {
        TreeMap<String, JsonNode> sorted = new TreeMap<>();
        node.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
        sorted.forEach(
            (key, value) -> {
              LeafName.addKey(name, key);
              collect(value, name, leaves);
              name.setLength(length);
            });
      }
      case ARRAY -> {
        for (int i = 0; i < node.size(); i++) {
          LeafName.addIndex(name, i);
          collect(node.get(i), name, leaves);
          name.setLength(length);
        }
      }
      case NUMBER, STRING, BOOLEAN -> leaves.add(new Leaf(name.toString(), node));
      case NULL, MISSING, BINARY, POJO -> {
        // The last two do not come from text.
      }
    }
  }
}
