package io.github.chirpconnect.source.offset;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text that a source offset holds for the last entries of one log: {@code 1:} and the ids,
 * oldest first, separated by commas.
 *
 * <ul>
 *   <li>An id of two integers is written as the milliseconds since the id before it (the first:
 *       since 1970), and, unless it is 0, a dot and the sequence, all in base 36: five characters
 *       for an entry ten minutes after the last one.
 *   <li>Digests that follow each other are written together: {@code ~} and eight characters for
 *       each, 48 bits in the base 64 of URLs. After the last of all comes {@code @} and the time of
 *       that entry, in milliseconds and base 36, if it said one.
 * </ul>
 */
public final class EntryIdText {
  private static final String VERSION = "1:";
  private static final int DIGEST_CHARS = 8;
  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final Pattern DIGESTS =
      Pattern.compile("~((?:[A-Za-z0-9_-]{8})+)(?:@(-?[0-9a-z]+))?");
  private static final Pattern SEQUENCED = Pattern.compile("(-?[0-9a-z]+)(?:\\.([0-9a-z]+))?");

  private EntryIdText() {}

  static String write(EntryIds ids) {
    StringBuilder text = new StringBuilder(VERSION.length() + 6 * ids.size());
    text.append(VERSION);
    long previous = 0;
    boolean digests = false;
    for (int i = 0; i < ids.size(); i++) {
      boolean digest = ids.second(i) == EntryIds.DIGEST;
      if (i > 0 && !(digest && digests)) {
        text.append(',');
      }
      if (digest) {
        if (!digests) {
          text.append('~');
        }
        digest(ids.first(i), text);
      } else {
        text.append(Long.toString(ids.first(i) - previous, Character.MAX_RADIX));
        if (ids.second(i) != 0) {
          text.append('.').append(Long.toString(ids.second(i), Character.MAX_RADIX));
        }
        previous = ids.first(i);
      }
      digests = digest;
    }
    if (digests && ids.newestTime() != EntryIds.NO_TIME) {
      text.append('@').append(Long.toString(ids.newestTime(), Character.MAX_RADIX));
    }
    return text.toString();
  }

  private static void digest(long bits, StringBuilder text) {
    for (int shift = 6 * (DIGEST_CHARS - 1); shift >= 0; shift -= 6) {
      text.append(DIGITS.charAt((int) (bits >>> shift) & 63));
    }
  }

  /**
   * @param text null for a log that was never read
   * @throws IllegalArgumentException if it is not such a text; the message shows it
   */
  public static EntryIds read(String text) {
    if (text == null || text.equals(VERSION)) {
      return EntryIds.NONE;
    }
    if (!text.startsWith(VERSION)) {
      throw malformed(text, null);
    }
    EntryIds ids = EntryIds.NONE;
    long previous = 0;
    String[] tokens = text.substring(VERSION.length()).split(",", -1);
    for (int i = 0; i < tokens.length; i++) {
      Matcher digests = DIGESTS.matcher(tokens[i]);
      Matcher sequenced = SEQUENCED.matcher(tokens[i]);
      try {
        if (digests.matches() && (digests.group(2) == null || i == tokens.length - 1)) {
          ids = plusDigests(ids, digests.group(1), digests.group(2));
        } else if (sequenced.matches()) {
          previous = Math.addExact(previous, number(sequenced.group(1)));
          long sequence = sequenced.group(2) == null ? 0 : number(sequenced.group(2));
          if (previous < 0) {
            throw malformed(text, null);
          }
          ids = ids.plus(previous, sequence, EntryIds.NO_TIME, Integer.MAX_VALUE);
        } else {
          throw malformed(text, null);
        }
      } catch (NumberFormatException | ArithmeticException e) {
        throw malformed(text, e);
      }
    }
    return ids.compact();
  }

  private static EntryIds plusDigests(EntryIds ids, String digests, String time) {
    EntryIds all = ids;
    for (int at = 0; at < digests.length(); at += DIGEST_CHARS) {
      long bits = 0;
      for (int i = at; i < at + DIGEST_CHARS; i++) {
        bits = (bits << 6) | DIGITS.indexOf(digests.charAt(i));
      }
      boolean last = at + DIGEST_CHARS == digests.length();
      long newest = last && time != null ? number(time) : EntryIds.NO_TIME;
      all = all.plus(bits, EntryIds.DIGEST, newest, Integer.MAX_VALUE);
    }
    return all;
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
