package io.github.chirpconnect.source.offset;

import io.github.chirpconnect.api.EntryId;

/**
 * How far an entry with several records was handed to Connect. Any of its records may be the last
 * one that reaches Kafka: Connect stores no offset of a record that a transform drops. Its text in
 * an offset is that of the entry's id, see {@link EntryIdText}, a slash and the place in base 36.
 *
 * @param first of the entry's id, see {@link EntryIds#first}
 * @param second of the entry's id, see {@link EntryIds#second}
 * @param place of the last record that was handed over; records with a higher one follow
 */
record EntryPart(long first, long second, int place) {
  EntryPart {
    if (place < 0) {
      throw new IllegalArgumentException(place + " is no place of a record");
    }
  }

  static EntryPart of(EntryId id, int place) {
    return new EntryPart(EntryIds.first(id), EntryIds.second(id), place);
  }

  boolean isOf(EntryId id) {
    return first == EntryIds.first(id) && second == EntryIds.second(id);
  }

  String text() {
    return EntryIds.NONE.plus(first, second, EntryIds.NO_TIME, 1).text()
        + "/"
        + Integer.toString(place, Character.MAX_RADIX);
  }

  /**
   * @throws IllegalArgumentException when it is no such text; the message shows it
   */
  static EntryPart read(String text) {
    int slash = text.indexOf('/');
    if (slash >= 0) {
      EntryIds ids = EntryIdText.read(text.substring(0, slash));
      if (ids.size() == 1) {
        try {
          int place = Integer.parseInt(text.substring(slash + 1), Character.MAX_RADIX);
          return new EntryPart(ids.first(0), ids.second(0), place);
        } catch (IllegalArgumentException e) {
          throw malformed(text, e);
        }
      }
    }
    throw malformed(text, null);
  }

  private static IllegalArgumentException malformed(String text, Exception cause) {
    return new IllegalArgumentException(
        "'" + text + "' is no part of a log entry as this connector writes it (1:<id>/<place>)",
        cause);
  }
}
