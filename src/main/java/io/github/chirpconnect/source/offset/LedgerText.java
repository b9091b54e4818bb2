package io.github.chirpconnect.source.offset;

import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The text of a bucket of a {@link Ledger}: how it is written and read. Pure. */
final class LedgerText {
  static final char SEPARATOR = ';';
  private static final String VERSION = "1:";
  private static final char GONE = '-';

  /** EUIs, UUIDs, numbers, and ids made of two of them. */
  private static final Pattern ID = Pattern.compile("[0-9a-zA-Z._/:-]+");

  private LedgerText() {}

  static String of(SortedMap<String, String> entities) {
    StringBuilder text = new StringBuilder(VERSION);
    entities.forEach(
        (id, state) -> {
          if (text.length() > VERSION.length()) {
            text.append(SEPARATOR);
          }
          text.append(entry(id, state));
        });
    return text.toString();
  }

  static String entry(String id, String state) {
    return id + '=' + state;
  }

  /**
   * The entities of an offset, those that are gone among them.
   *
   * @throws IllegalArgumentException when it is no offset of a ledger, or not of this bucket
   */
  static SortedMap<String, String> parse(int bucket, Map<String, ?> offset) {
    String text = text(offset, LedgerShape.LEDGER);
    if (!text.startsWith(VERSION)) {
      throw new IllegalArgumentException(
          "the ledger of bucket " + bucket + " does not start with " + VERSION);
    }
    SortedMap<String, String> entities = new TreeMap<>();
    add(bucket, text.substring(VERSION.length()), entities);
    if (offset.containsKey(LedgerShape.SINCE)) {
      add(bucket, text(offset, LedgerShape.SINCE), entities);
    }
    return entities;
  }

  private static String text(Map<String, ?> offset, String field) {
    if (offset.get(field) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("field " + field + " must be a string");
  }

  private static void add(int bucket, String entries, SortedMap<String, String> entities) {
    if (entries.isEmpty()) {
      return;
    }
    for (String entry : entries.split(String.valueOf(SEPARATOR), -1)) {
      int equals = entry.indexOf('=');
      String id = entry.substring(0, Math.max(equals, 0));
      if (!ID.matcher(id).matches()) {
        throw new IllegalArgumentException(
            "'" + entry + "' in the ledger of bucket " + bucket + " is not <id>=<fingerprint>");
      }
      if (Shards.bucketOf(id) != bucket) {
        throw new IllegalArgumentException(
            id + " belongs to bucket " + Shards.bucketOf(id) + ", not " + bucket);
      }
      String state = entry.substring(equals + 1);
      if (isGone(state)) {
        goneAt(state);
      }
      entities.put(id, state);
    }
  }

  static boolean isGone(String state) {
    return !state.isEmpty() && state.charAt(0) == GONE;
  }

  static String goneState(Instant at) {
    return GONE + Long.toString(at.toEpochMilli(), Character.MAX_RADIX);
  }

  static Instant goneAt(String state) {
    try {
      return Instant.ofEpochMilli(Long.parseLong(state, 1, state.length(), Character.MAX_RADIX));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + state + "' in a ledger is not - and a time, in milliseconds in base 36", e);
    }
  }
}
