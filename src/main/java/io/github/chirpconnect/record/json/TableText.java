package io.github.chirpconnect.record.json;

/**
 * Text that databases take. U+0000, which codecs produce at the end of C strings, and half a
 * surrogate pair become U+FFFD: PostgreSQL refuses a row with such a text, and a query that reads
 * any part of such JSON. So one device's text would stop the sink, or the queries of all devices.
 */
public final class TableText {
  private static final char REPLACEMENT = '\ufffd';
  private static final int HEX_DIGITS = 4;
  private static final int HEX = 16;

  private TableText() {}

  /**
   * @param text may be null
   * @return the same text if databases take it
   */
  public static String of(String text) {
    if (text == null) {
      return null;
    }
    for (int i = 0; i < text.length(); i++) {
      if (isRefused(text, i)) {
        return replaced(text, i);
      }
    }
    return text;
  }

  private static String replaced(String text, int from) {
    StringBuilder out = new StringBuilder(text);
    for (int i = from; i < text.length(); i++) {
      if (isRefused(text, i)) {
        out.setCharAt(i, REPLACEMENT);
      }
    }
    return out.toString();
  }

  private static boolean isRefused(String text, int index) {
    char c = text.charAt(index);
    return c == 0 || (Character.isSurrogate(c) && CanonicalJson.isAlone(text, index));
  }

  /**
   * @param json in the form of {@link CanonicalJson}, which escapes both; may be null
   */
  public static String ofJson(String json) {
    int escape = json == null ? -1 : json.indexOf("\\u");
    if (escape < 0) {
      return json;
    }
    StringBuilder out = new StringBuilder(json.length());
    int i = 0;
    while (i < json.length()) {
      char c = json.charAt(i);
      if (c == '\\' && json.charAt(i + 1) == 'u') {
        int end = i + 2 + HEX_DIGITS;
        char escaped = (char) Integer.parseInt(json, i + 2, end, HEX);
        boolean refused = escaped == 0 || Character.isSurrogate(escaped);
        out.append(refused ? String.valueOf(REPLACEMENT) : json.substring(i, end));
        i = end;
      } else {
        // An escaped backslash takes what follows it along.
        int end = i + (c == '\\' ? 2 : 1);
        out.append(json, i, end);
        i = end;
      }
    }
    return out.toString();
  }
}
