package io.github.chirpconnect.source;

import io.github.chirpconnect.api.EntryId;
import java.util.ArrayList;
import java.util.List;

/**
 * The text that a source offset holds for the last entries of one log: {@code 1:} and the ids,
 * oldest first, separated by commas.
 *
 * <p>An id of two integers is written as the milliseconds since the id before it (the first: since
 * 1970), and, unless it is 0, a dot and the sequence, all in base 36. A digest is written as {@code
 * ~} and its text. Twenty entries at ten minutes' distance take about 110 characters.
 */
final class EntryIds {
  private static final String VERSION = "1:";
  private static final char DIGEST = '~';

  private EntryIds() {}

  static String encode(Iterable<EntryId> ids) {
    StringBuilder text = new StringBuilder(VERSION);
    long previous = 0;
    for (EntryId id : ids) {
      if (text.length() > VERSION.length()) {
        text.append(',');
      }
      if (id instanceof EntryId.Digest digest) {
        text.append(DIGEST).append(digest.hex());
      } else if (id instanceof EntryId.Sequenced sequenced) {
        text.append(Long.toString(sequenced.millis() - previous, Character.MAX_RADIX));
        if (sequenced.sequence() != 0) {
          text.append('.').append(Long.toString(sequenced.sequence(), Character.MAX_RADIX));
        }
        previous = sequenced.millis();
      }
    }
    return text.toString();
  }

  /**
   * @param text null for a log of which nothing was read yet
   * @throws IllegalArgumentException when it is no such text; the message shows it
   */
  static List<EntryId> decode(String text) {
    if (text == null || text.equals(VERSION)) {
      return List.of();
    }
    if (!text.startsWith(VERSION)) {
      throw malformed(text, null);
    }
    List<EntryId> ids = new ArrayList<>();
    long previous = 0;
    for (String token : text.substring(VERSION.length()).split(",", -1)) {
      if (token.length() > 1 && token.charAt(0) == DIGEST) {
        ids.add(new EntryId.Digest(token.substring(1)));
        continue;
      }
      int dot = token.indexOf('.');
      try {
        previous += number(dot < 0 ? token : token.substring(0, dot));
        ids.add(new EntryId.Sequenced(previous, dot < 0 ? 0 : number(token.substring(dot + 1))));
      } catch (IllegalArgumentException e) {
        throw malformed(text, e);
      }
    }
    return List.copyOf(ids);
  }

  private static long number(String text) {
    return Long.parseLong(text, Character.MAX_RADIX);
  }

  private static IllegalArgumentException malformed(String text, Exception cause) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is not a list of log entry ids as this connector writes them (1:<id>,<id>,...)",
        cause);
  }
}
