package io.github.chirpconnect.record.measurement;

import io.github.chirpconnect.record.json.CanonicalJson;
import java.util.Locale;

/**
 * The path of a leaf in a codec's object, as text: {@code temperature}, {@code status.alarm},
 * {@code cells[0].voltage}. Dots separate keys; indexes of lists are in brackets.
 *
 * <p>Different paths have different names, whatever characters the keys contain. In a key these are
 * escaped:
 *
 * <ul>
 *   <li>{@code .}, {@code [} and {@code ]}, which separate keys, {@code %}, {@code @}, {@code |},
 *       and control characters: {@code %} and two hex digits, as in URLs ({@code %2E});
 *   <li>a lone surrogate, which UTF-8 cannot express: {@code %u} and four hex digits;
 *   <li>an empty key: {@code %} alone.
 * </ul>
 *
 * So a name that begins with {@code @} is never a codec's, and no name contains a {@code |}. If the
 * object is a list, which ChirpStack v3 permits, names begin with an index; if it is a single
 * value, its name is empty.
 */
final class LeafName {
  static final char OWN = '@';

  private static final String ESCAPED = ".[]%@|";

  private LeafName() {}

  /** Appends a key. */
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
      } else if (CanonicalJson.isAlone(key, i)) {
        name.append(String.format(Locale.ROOT, "%%u%04X", (int) c));
      } else {
        name.append(c);
      }
    }
  }

  /** Appends an index of a list. */
  static void addIndex(StringBuilder name, int index) {
    name.append('[').append(index).append(']');
  }
}
