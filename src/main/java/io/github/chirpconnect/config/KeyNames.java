package io.github.chirpconnect.config;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds keys that nobody reads though they look like keys of the connector: a misspelt limit would
 * be no limit. Connect passes all keys of a connector on and ignores what it does not know, so
 * other unknown keys are left alone.
 */
final class KeyNames {
  /** Connect's own keys that hold what becomes of bad records, and what a record is read with. */
  private static final List<String> CONNECTS =
      List.of(
          "errors.deadletterqueue.context.headers.enable",
          "errors.deadletterqueue.topic.name",
          "errors.deadletterqueue.topic.replication.factor",
          "errors.log.enable",
          "errors.log.include.messages",
          "errors.retry.delay.max.ms",
          "errors.retry.timeout",
          "errors.tolerance",
          "header.converter",
          "key.converter",
          "tasks.max",
          "topics",
          "topics.regex",
          "value.converter");

  /** Keys that begin so are the connector's, or are passed on by it. */
  private static final List<String> OWN_PREFIXES = List.of(ConnectionConfig.SSL_PREFIX, "outcome.");

  private static final List<String> PASSED_ON =
      List.of(
          OutcomeConfig.PRODUCER_PREFIX,
          OutcomeConfig.CONSUMER_PREFIX,
          OutcomeConfig.CONVERTER_PREFIX);

  /** Shorter names are too much like others. */
  private static final int SHORTEST = 4;

  private static final int SHORTEST_OF_TWO_TYPOS = 8;

  private final GivenValues values;
  private final Set<String> own;
  private final Set<String> known = new TreeSet<>(CONNECTS);

  /**
   * @param own the connector's keys
   */
  KeyNames(GivenValues values, Set<String> own) {
    this.values = values;
    this.own = new TreeSet<>(own);
    // The source and the sink of one server are often given the same keys.
    known.addAll(SourceConfig.DEF.names());
    known.addAll(SinkConfig.DEF.names());
  }

  void check() {
    for (String key : new TreeSet<>(values.given().keySet())) {
      if (!known.contains(key) && PASSED_ON.stream().noneMatch(key::startsWith)) {
        unknown(key);
      }
    }
  }

  private void unknown(String key) {
    List<String> meant =
        Stream.concat(own.stream(), CONNECTS.stream()).filter(name -> isLike(key, name)).toList();
    if (!meant.isEmpty()) {
      values.error(
          key,
          "is no key of the connector, and nobody reads it; write " + String.join(" or ", meant));
    } else if (OWN_PREFIXES.stream().anyMatch(key::startsWith)) {
      values.error(
          key,
          "is no key of the connector, and nobody reads it; take it out, or write one of the keys in"
              + " docs/configuration.md");
    }
  }

  /**
   * Whether a key is a name in another case, with a typo or two, or without its first or last part.
   */
  private static boolean isLike(String key, String name) {
    if (key.length() < SHORTEST) {
      return false;
    }
    String letters = letters(key);
    String ofName = letters(name);
    return letters.equals(ofName)
        || name.equals(ConnectionConfig.SSL_PREFIX + key)
        || (name.startsWith(key + ".") && name.indexOf('.', key.length() + 1) < 0)
        || distance(letters, ofName) <= (name.length() < SHORTEST_OF_TWO_TYPOS ? 1 : 2);
  }

  private static String letters(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[._-]", "");
  }

  /** How many letters have to be added, removed or changed to make one text of the other. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int i = 0; i <= other.length(); i++) {
      row[i] = i;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
