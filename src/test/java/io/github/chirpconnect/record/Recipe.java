package io.github.chirpconnect.record;

import static java.util.stream.Collectors.toMap;

import io.github.chirpconnect.testing.Documents;
import io.github.chirpconnect.testing.Documents.Block;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** The configurations in the documents, as they stand there. */
public final class Recipe {
  static final Path DOCUMENT = Path.of("docs", "warehouses.md");

  private Recipe() {}

  /**
   * @param name the first line of its block
   */
  public static Map<String, String> named(String name) {
    Map<String, String> recipe = all().get(name);
    if (recipe == null) {
      throw new AssertionError("no document has the recipe '" + name + "'");
    }
    return recipe;
  }

  /** All of all documents, by their names. */
  static Map<String, Map<String, String>> all() {
    return Documents.blocks("properties").stream().collect(toMap(Recipe::name, Recipe::read));
  }

  private static String name(Block block) {
    return block.text().lines().findFirst().orElseThrow().replaceFirst("^# ", "");
  }

  private static Map<String, String> read(Block block) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(block.text()));
    } catch (IOException e) {
      throw new UncheckedIOException(name(block), e);
    }
    Map<String, String> recipe = new HashMap<>();
    properties.forEach((key, value) -> recipe.put((String) key, (String) value));
    return recipe;
  }
}
