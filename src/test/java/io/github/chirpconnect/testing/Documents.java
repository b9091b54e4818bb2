package io.github.chirpconnect.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The Markdown that users read, and the blocks of code in it. */
public final class Documents {
  private static final String FENCE = "```";
  private static final String INDENT = "    ";

  /**
   * A block of code, fenced or indented.
   *
   * @param language behind the fence; empty without one
   * @param after the line of text behind it; empty at the end of a document
   */
  public record Block(Path document, String language, String text, String after) {}

  private Documents() {}

  /** README.md and its like, and all of docs. What CHANGELOG.md tells was true once. */
  public static List<Path> all() {
    return Stream.of(Path.of(""), Path.of("docs"))
        .flatMap(Documents::in)
        .filter(document -> !document.endsWith("CHANGELOG.md"))
        .sorted()
        .toList();
  }

  /** All blocks of all documents, in their order. */
  public static List<Block> blocks() {
    return all().stream().flatMap(document -> blocks(document).stream()).toList();
  }

  /** The blocks with a language behind their fence. */
  public static List<Block> blocks(String language) {
    return blocks().stream().filter(block -> block.language().equals(language)).toList();
  }

  /** A document without its blocks. */
  public static String prose(Path document) {
    StringBuilder prose = new StringBuilder();
    boolean fenced = false;
    for (String line : lines(document)) {
      if (line.startsWith(FENCE)) {
        fenced = !fenced;
      } else if (!fenced && !line.startsWith(INDENT)) {
        prose.append(line).append('\n');
      }
    }
    return prose.toString();
  }

  private static List<Block> blocks(Path document) {
    List<Block> blocks = new ArrayList<>();
    List<String> lines = lines(document);
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      boolean fenced = line.startsWith(FENCE);
      if (fenced || line.startsWith(INDENT)) {
        int begin = fenced ? at + 1 : at;
        int end = begin;
        while (end < lines.size()
            && (fenced ? !lines.get(end).startsWith(FENCE) : lines.get(end).startsWith(INDENT))) {
          end++;
        }
        int behind = fenced ? end + 1 : end;
        blocks.add(
            new Block(
                document,
                fenced ? line.substring(FENCE.length()) : "",
                text(lines.subList(begin, end), fenced ? 0 : INDENT.length()),
                lines.subList(Math.min(behind, lines.size()), lines.size()).stream()
                    .filter(text -> !text.isBlank())
                    .findFirst()
                    .orElse("")));
        at = behind - 1;
      }
    }
    return blocks;
  }

  private static String text(List<String> lines, int indent) {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line.substring(indent)).append('\n'));
    return text.toString();
  }

  private static List<String> lines(Path document) {
    try {
      return Files.readAllLines(document);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> in(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".md")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
