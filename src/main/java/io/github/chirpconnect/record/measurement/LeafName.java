package io.github.chirpconnect.record.measurement;

import java.util.Locale;

/**
 * Where a leaf is in a codec's object, as text: {@code temperature}, {@code status.alarm}, {@code
 * cells[0].voltage}. Keys stand between dots, indexes of lists in brackets.
 *
 * <p>No two places have the same name, whatever characters the keys hold. In a key these are
 * written otherwise:
 *
 * <ul>
 *   <li>{@code .}, {@code [} and {@code ]}, which stand between keys, {@code %}, {@code @} and
 *       {@code |}, and control characters: {@code %} and two hex digits, as in URLs ({@code %2E});
 *   <li>half a character, which UTF-8 has no form for: {@code %u} and four hex digits;
 *   <li>an empty key: {@code %} alone.
 * </ul>
 *
 * So a name that begins with {@code @} is never a codec's, and no name holds a {@code |}. An object
 * that is a list, which ChirpStack v3 permits, begins with an index; the name of one that is a
 * single value is empty.
 */
final class LeafName {
  static final char OWN = '@';

  private static final String ESCAPED = ".[]%@|";

  private LeafName() {}

  /** Adds a key behind what is there. */
  static void addKey(StringBuilder name, String key) {
    if (!name.isEmpty()) {
      name.append('.');
    }
    if (key.isEmpty()) {
      name.append('%');
    }
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c < ' ' || c == 0x7f || ESCAPED.indexOf(c) >= 0) {
        name.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      } else if (isAlone(key, i)) {
        name.append(String.format(Locale.ROOT, "%%u%04X", (int) c));
      } else {
        name.append(c);
      }
    }
  }

  /** Adds an index of a list behind what is there. */
  static void addIndex(StringBuilder name, int index) {
    name.append('[').append(index).append(']');
  }

  private static boolean isAlone(String text, int index) {
    char c = text.charAt(index);
    if (Character.isHighSurrogate(c)) {
      return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
    }
    return Character.isLowSurrogate(c)
        && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
  }
}
