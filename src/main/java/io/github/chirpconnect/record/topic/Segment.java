package io.github.chirpconnect.record.topic;

import java.text.Normalizer;
import java.util.Locale;

/** Turns a server's text into a part of a topic's name. Pure. */
final class Segment {
  /** For values that the server does not tell, or that do not exist. */
  static final String NONE = "none";

  /** For a name without any letter or digit that a topic's name may contain. */
  static final String UNNAMED = "unnamed";

  private Segment() {}

  /**
   * Lower-case letters, digits and single dashes, none of them at an end; never empty. Letters lose
   * their accents, and every other character becomes a dash, so two texts may become equal.
   */
  static String of(String text) {
    if (text == null || text.isBlank()) {
      return NONE;
    }
    return isOne(text) ? text : made(text);
  }

  /** The fast way: ids, which templates usually contain, are valid as they are. */
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
