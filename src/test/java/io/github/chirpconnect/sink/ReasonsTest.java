package io.github.chirpconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The table of reasons in docs/commands.md has what the code can say, and nothing else. Sentences
 * are compared piece by piece: the code puts some together.
 */
class ReasonsTest {
  private static final Path SOURCES =
      Path.of("src", "main", "java", "io", "github", "chirpconnect");
  private static final String HEADING = "\n## Reasons\n";
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| (.*) \\|$");
  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
  private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");

  /** Where a reason is made. */
  private static final Pattern SITE =
      Pattern.compile(
          "new InvalidField\\(|Outcome\\.(?:rejected|unknown|expired)\\(|finding\\.unknown\\(");

  /** Shorter pieces are in many sentences. */
  private static final int TELLING = 16;

  @Test
  void eachReasonOfTheCodeIsInTheTable() {
    String table = table();
    List<String> missing = new ArrayList<>();
    for (String source : sources(SOURCES.resolve("sink"))) {
      Matcher site = SITE.matcher(source);
      while (site.find()) {
        Matcher literal = LITERAL.matcher(argument(source, site.end()));
        while (literal.find()) {
          // What String.format fills in is left open.
          for (String piece : unescaped(literal.group(1)).split("%[ds]|\\{…\\}", -1)) {
            if (piece.length() >= TELLING && !table.contains(piece)) {
              missing.add(piece);
            }
          }
        }
      }
    }
    assertThat(missing).as("reasons that docs/commands.md does not have").isEmpty();
  }

  @Test
  void eachRowIsAReasonOfTheCode() {
    String code =
        Stream.of("sink", "api")
            .flatMap(room -> sources(SOURCES.resolve(room)).stream())
            .map(ReasonsTest::literals)
            .collect(Collectors.joining("\n"));
    List<String> unknown = new ArrayList<>();
    Matcher row = ROW.matcher(table());
    int rows = 0;
    while (row.find()) {
      rows++;
      for (String piece : row.group(2).split("[…();:,]")) {
        if (piece.strip().length() >= TELLING && !code.contains(piece.strip())) {
          unknown.add(piece.strip());
        }
      }
    }
    assertThat(unknown).as("what docs/commands.md has and the code does not say").isEmpty();
    assertThat(rows).isGreaterThan(100);
  }

  /** The section of the document. */
  private static String table() {
    String document = read(Path.of("docs", "commands.md"));
    assertThat(document).contains(HEADING);
    return document.substring(document.indexOf(HEADING));
  }

  private static List<String> sources(Path room) {
    try (Stream<Path> files = Files.walk(room)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(ReasonsTest::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return JOINED.matcher(Files.readString(file)).replaceAll("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String literals(String source) {
    return LITERAL
        .matcher(source)
        .results()
        .map(literal -> unescaped(literal.group(1)))
        .collect(Collectors.joining("\n"));
  }

  private static String unescaped(String literal) {
    return literal.replace("\\\"", "\"").replace("\\\\", "\\").replace("`", "");
  }

  /** All up to the parenthesis that ends a call. */
  private static String argument(String source, int start) {
    int depth = 1;
    int end = start;
    boolean quoted = false;
    while (depth > 0) {
      char c = source.charAt(end++);
      if (quoted && c == '\\') {
        end++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      }
    }
    return source.substring(start, end - 1);
  }
}
