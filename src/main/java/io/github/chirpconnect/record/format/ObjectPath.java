package io.github.chirpconnect.record.format;

import java.util.ArrayList;
import java.util.List;

/**
 * A path in an object: names separated by dots, and indexes in brackets. A name with characters
 * other than letters, digits, {@code _} and {@code -} is in double quotes, in which {@code \}
 * escapes the next character.
 */
final class ObjectPath {
  private final String text;
  private final String entry;
  private final List<Object> steps = new ArrayList<>();
  private int at;

  private ObjectPath(String text, String entry) {
    this.text = text;
    this.entry = entry;
  }

  /** Splits at separators outside of quotes. */
  static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  /**
   * @param entry the whole entry, for messages
   * @return names as text, indexes as numbers
   * @throws IllegalArgumentException if the path is empty or invalid
   */
  static List<Object> parse(String text, String entry) {
    return new ObjectPath(text, entry).steps();
  }

  private List<Object> steps() {
    if (text.isEmpty()) {
      throw wrong("has no path");
    }
    while (at < text.length()) {
      if (text.charAt(at) == '[') {
        index();
      } else {
        if (!steps.isEmpty() && text.charAt(at++) != '.') {
          throw wrong("has no dot before a name");
        }
        name();
      }
    }
    return List.copyOf(steps);
  }

  private void index() {
    int end = text.indexOf(']', at);
    String number = end < 0 ? "" : text.substring(at + 1, end);
    if (!number.matches("[0-9]{1,6}")) {
      throw wrong("has no number in [ ]");
    }
    steps.add(Integer.valueOf(number));
    at = end + 1;
  }

  private void name() {
    boolean quoted = at < text.length() && text.charAt(at) == '"';
    String name = quoted ? quotedName() : plainName();
    if (name.isEmpty()) {
      throw wrong("has an empty name, or one that needs double quotes");
    }
    steps.add(name);
  }

  private String plainName() {
    int start = at;
    while (at < text.length() && isPlain(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isPlain(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '-';
  }

  private String quotedName() {
    StringBuilder name = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' && at + 1 < text.length() ? 1 : 0;
      name.append(text.charAt(at++));
    }
    if (at == text.length()) {
      throw wrong("has a double quote without another");
    }
    at++;
    return name.toString();
  }

  private IllegalArgumentException wrong(String how) {
    return new IllegalArgumentException(
        "'"
            + entry
            + "' "
            + how
            + "; a path is written as status.alarm, values[0] or \"a name, quoted\".value");
  }
}
