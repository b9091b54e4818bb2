package io.github.chirpconnect.record;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The configurations in the documents, as they stand there. */
public final class Recipe {
  static final Path DOCUMENT = Path.of("docs", "warehouses.md");

  private static final List<Path> DOCUMENTS = List.of(DOCUMENT, Path.of("docs", "topics.md"));

  private static final Pattern BLOCK =
      Pattern.compile("```properties\\n# ([^\\n]*)\\n(.*?)```", Pattern.DOTALL);

  private Recipe() {}

  /**
   * @param name the first line of its block
   */
  public static Map<String, String> named(String name) {
    try {
      for (Path document : DOCUMENTS) {
        Matcher block = BLOCK.matcher(Files.readString(document));
        while (block.find()) {
          if (block.group(1).equals(name)) {
            Properties properties = new Properties();
            properties.load(new StringReader(block.group(2)));
            Map<String, String> recipe = new HashMap<>();
            properties.forEach((key, value) -> recipe.put((String) key, (String) value));
            return recipe;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("no recipe '" + name + "' in " + DOCUMENTS);
  }
}
