package io.github.chirpconnect.config;

import java.util.regex.Pattern;

/**
 * A pattern of measurements' names: {@code *} stands for any text, {@code ?} for one character, and
 * everything else for itself. Regular expressions would give the dots and brackets of names a
 * meaning of their own.
 */
final class NamePattern {
  /** Names that begin with it are the connector's own. */
  static final String OWN = "@";

  /** What stands between brackets in names, or in patterns for it. */
  private static final Pattern INDEX = Pattern.compile("\\[[0-9*?]+]");

  /** What follows a percent sign in names, or in patterns for it. */
  private static final Pattern ESCAPE =
      Pattern.compile("%(?:[0-9A-F?]{2}|u[0-9A-F?]{4}|[0-9A-Fu?]*\\*|\\?|(?=[.\\[]|$))");

  private final int[] text;

  private NamePattern(String text) {
    this.text = text.codePoints().toArray();
  }

  /**
   * @throws IllegalArgumentException when it can match no name; the message says why
   */
  static NamePattern parse(String text) {
    Validators.require(
        !text.isBlank(), "has an empty pattern; write names such as temperature or cells[*].v");
    String name = text.startsWith(OWN) ? text.substring(1) : text;
    refuse(
        text,
        name.contains("|"),
        "has a '|', which no name has; write several patterns, separated by commas");
    refuse(
        text,
        name.contains(OWN),
        "has an '@' amid it, which names have at their beginning alone; that of a codec's key is %40");
    String rest = INDEX.matcher(name).replaceAll("");
    refuse(
        text,
        rest.contains("[") || rest.contains("]"),
        "has brackets without an index; write cells[0] or cells[*]; those of a codec's key are %5B and %5D");
    refuse(
        text,
        ESCAPE.matcher(name).replaceAll("").contains("%"),
        "has a '%' that stands for nothing; that of a codec's key is %25");
    return new NamePattern(text);
  }

  private static void refuse(String text, boolean refused, String reason) {
    Validators.require(!refused, "'" + text + "' " + reason);
  }

  /** Takes no longer than the product of both lengths, whatever the pattern is. */
  boolean matches(String given) {
    int[] name = given.codePoints().toArray();
    int at = 0;
    int in = 0;
    int star = -1;
    int taken = 0;
    while (in < name.length) {
      if (at < text.length && text[at] == '*') {
        star = at++;
        taken = in;
      } else if (at < text.length && (text[at] == '?' || text[at] == name[in])) {
        at++;
        in++;
      } else if (star >= 0) {
        at = star + 1;
        in = ++taken;
      } else {
        return false;
      }
    }
    while (at < text.length && text[at] == '*') {
      at++;
    }
    return at == text.length;
  }
}
