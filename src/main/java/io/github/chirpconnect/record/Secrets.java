package io.github.chirpconnect.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Removes keys from content without a schema: bodies as text, and fields of a newer server. There a
 * field is recognised by its name.
 */
final class Secrets {
  private static final String NAMES = "(?:keys?|secrets?|passwords?|tokens?|variables)";

  /** {@code appSKey}, {@code app_s_key} and {@code variables}, but not {@code sessionKeyId}. */
  private static final Pattern NAME = Pattern.compile(NAMES + "$", Pattern.CASE_INSENSITIVE);

  private static final Pattern NAME_IN_TEXT =
      Pattern.compile("\"[^\"]*" + NAMES + "\\s*\"", Pattern.CASE_INSENSITIVE);

  /** Their content belongs to the users, whatever its names. */
  private static final Set<String> OF_USERS = Set.of("object", "tags", "metadata", "context");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private Secrets() {}

  /**
   * @param field a name or a path
   */
  static boolean isNameOfOne(String field) {
    return NAME.matcher(field).find();
  }

  /** Removes them from a tree, and returns their names. */
  static List<String> removeFrom(JsonNode node) {
    List<String> removed = new ArrayList<>();
    removeFrom(node, removed);
    return removed;
  }

  private static void removeFrom(JsonNode node, List<String> removed) {
    if (node instanceof ObjectNode object) {
      Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
      while (fields.hasNext()) {
        Map.Entry<String, JsonNode> field = fields.next();
        if (isNameOfOne(field.getKey())) {
          fields.remove();
          removed.add(field.getKey());
        } else if (!OF_USERS.contains(field.getKey())) {
          removeFrom(field.getValue(), removed);
        }
      }
    } else if (node.isArray()) {
      node.forEach(item -> removeFrom(item, removed));
    }
  }

  /**
   * JSON text without them; the same text if it has none.
   *
   * @return empty if the text is not JSON and names one
   */
  static String removedFrom(String text) {
    if (!NAME_IN_TEXT.matcher(text).find()) {
      return text;
    }
    try {
      JsonNode tree = JSON.readTree(text);
      return removeFrom(tree).isEmpty() ? text : tree.toString();
    } catch (JsonProcessingException e) {
      return "";
    }
  }
}
