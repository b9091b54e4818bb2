package io.github.chirpconnect.record.topic;

import java.text.Normalizer;
import java.util.Locale;

/** What a server says, as a part of a topic's name. Pure. */
final class Segment {
  /** What the server did not say, or what something is in none of. */
  static final String NONE = "none";

  /** A name that has no letter or digit which a topic's name may have. */
  static final String UNNAMED = "unnamed";

  private Segment() {}

  /**
   * Lower-case letters, digits and dashes, of which no two follow each other and none is at an end;
   * never empty. Letters lose their accents; whatever else there is becomes a dash, so that two
   * texts may become the same.
   */
  static String of(String text) {
    if (text == null || text.isBlank()) {
      return NONE;
    }
    return isOne(text) ? text : made(text);
  }

  /** Ids are, and they are what a template should have. */
  private static boolean isOne(String text) {
    boolean dash = true;
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      if (!isPlain(one) && (one != '-' || dash)) {
        return false;
      }
      dash = one == '-';
    }
    return !dash;
  }

  private static String made(String text) {
    String plain = Normalizer.normalize(text, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
    StringBuilder made = new StringBuilder(plain.length());
    for (int i = 0; i < plain.length(); i++) {
      char one = plain.charAt(i);
      if (isPlain(one)) {
        made.append(one);
      } else if (Character.getType(one) != Character.NON_SPACING_MARK
          && !made.isEmpty()
          && made.charAt(made.length() - 1) != '-') {
        made.append('-');
      }
    }
    if (!made.isEmpty() && made.charAt(made.length() - 1) == '-') {
      made.setLength(made.length() - 1);
    }
    return made.isEmpty() ? UNNAMED : made.toString();
  }

  private static boolean isPlain(char one) {
    return (one >= 'a' && one <= 'z') || (one >= '0' && one <= '9');
  }
}
