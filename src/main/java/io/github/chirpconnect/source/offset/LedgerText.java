package io.github.chirpconnect.source.offset;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes and reads the text of a bucket of a {@link Ledger}. Pure. */
final class LedgerText {
  static final char SEPARATOR = ';';
  private static final String VERSION = "1:";
  private static final char TOPIC = '@';

  /** EUIs, UUIDs, numbers, and ids that consist of two of them. */
  private static final Pattern ID = Pattern.compile("[0-9a-zA-Z._/:-]+");

  private LedgerText() {}

  /**
   * @param topics gets the topics that the entities name
   */
  static String of(Map<String, Written> entities, TopicTable topics) {
    StringBuilder text = new StringBuilder(VERSION);
    entities.forEach(
        (id, written) -> {
          if (text.length() > VERSION.length()) {
            text.append(SEPARATOR);
          }
          append(text, id, written, topics);
        });
    return text.toString();
  }

  /**
   * The text of all entities of two texts.
   *
   * @param more a second text, without its entities that the first has
   */
  static String join(String text, String more) {
    return text.length() == VERSION.length() || more.isEmpty()
        ? text + more
        : text + SEPARATOR + more;
  }

  static void append(StringBuilder text, String id, Written written, TopicTable topics) {
    text.append(id).append('=').append(written.state());
    if (written.topic() != null) {
      text.append(TOPIC).append(topics.placeOf(written.topic()));
    }
  }

  /**
   * The entities of an offset, including deleted ones.
   *
   * @throws IllegalArgumentException if it is not the offset of a ledger, or not of this bucket
   */
  static Map<String, Written> parse(int bucket, Map<String, ?> offset) {
    String text = text(offset, LedgerShape.LEDGER);
    if (!text.startsWith(VERSION)) {
      throw new IllegalArgumentException(
          "the ledger of bucket " + bucket + " does not start with " + VERSION);
    }
    TopicTable topics =
        offset.containsKey(LedgerShape.TOPICS)
            ? TopicTable.parse(text(offset, LedgerShape.TOPICS))
            : new TopicTable();
    Map<String, Written> entities = new LinkedHashMap<>();
    add(bucket, text.substring(VERSION.length()), topics, entities);
    if (offset.containsKey(LedgerShape.SINCE)) {
      add(bucket, text(offset, LedgerShape.SINCE), topics, entities);
    }
    return entities;
  }

  private static String text(Map<String, ?> offset, String field) {
    if (offset.get(field) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("field " + field + " must be a string");
  }

  private static void add(
      int bucket, String entries, TopicTable topics, Map<String, Written> entities) {
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
      Written written = written(entry.substring(equals + 1), topics);
      if (written.isGone()) {
        written.goneAt();
      }
      entities.put(id, written);
    }
  }

  private static Written written(String text, TopicTable topics) {
    int at = text.lastIndexOf(TOPIC);
    return at < 0
        ? new Written(text, null)
        : new Written(text.substring(0, at), topics.at(text.substring(at + 1)));
  }
}
