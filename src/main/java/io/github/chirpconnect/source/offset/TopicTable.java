package io.github.chirpconnect.source.offset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The topics of the entries of one ledger, each with a place here, because many devices share a
 * topic. Its text is their names, separated by semicolons. It grows only at the end. Not
 * thread-safe.
 */
final class TopicTable {
  private static final String SEPARATOR = ";";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,249}");

  private final List<String> topics = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();
  private String text = "";

  /**
   * @throws IllegalArgumentException if it is not the text of such a table
   */
  static TopicTable parse(String text) {
    TopicTable table = new TopicTable();
    for (String topic : text.split(SEPARATOR, -1)) {
      if (!isTopic(topic)) {
        throw new IllegalArgumentException("'" + topic + "' in topics is no name of a topic");
      }
      table.add(topic);
    }
    return table;
  }

  static boolean isTopic(String text) {
    return NAME.matcher(text).matches();
  }

  /** The place of a topic as text; a new topic gets one. */
  String placeOf(String topic) {
    Integer place = places.get(topic);
    return Integer.toString(place == null ? add(topic) : place, Character.MAX_RADIX);
  }

  private int add(String topic) {
    text = topics.isEmpty() ? topic : text + SEPARATOR + topic;
    places.putIfAbsent(topic, topics.size());
    topics.add(topic);
    return topics.size() - 1;
  }

  /**
   * @throws IllegalArgumentException if there is no such place
   */
  String at(String place) {
    int index;
    try {
      index = Integer.parseInt(place, Character.MAX_RADIX);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'@" + place + "' in a ledger is no place in topics", e);
    }
    if (index < 0 || index >= topics.size()) {
      throw new IllegalArgumentException(
          "'@" + place + "' in a ledger is beyond the " + topics.size() + " topics of the offset");
    }
    return topics.get(index);
  }

  boolean isEmpty() {
    return topics.isEmpty();
  }

  /** The text for an offset. */
  String text() {
    return text;
  }
}
