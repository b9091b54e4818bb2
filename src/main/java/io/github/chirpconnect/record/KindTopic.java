package io.github.chirpconnect.record;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.schema.event.Events;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The topics of events whose kind has no schema of its own. */
final class KindTopic {
  static final String UNREADABLE = "unreadable";
  private static final int MAX_LENGTH = 80;

  /** What other datasets have, with the same keys. */
  private static final Set<String> TAKEN =
      Arrays.stream(Feed.values())
          .filter(feed -> feed != Feed.DEVICE_EVENTS)
          .flatMap(feed -> feed.topics().stream())
          .collect(Collectors.toUnmodifiableSet());

  private KindTopic() {}

  /**
   * What follows the owner and a dot; empty where the kind has no letter or digit, or the topic is
   * that of other records.
   *
   * @param owner whose events they are
   */
  static Optional<String> of(String owner, String kind) {
    String topic = sanitised(kind);
    boolean free =
        !topic.isEmpty()
            && !topic.equals(UNREADABLE)
            && !Events.BY_KIND.containsKey(topic)
            && !TAKEN.contains(owner + "." + topic);
    return free ? Optional.of(topic) : Optional.empty();
  }

  private static String sanitised(String kind) {
    String name =
        kind.toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9.-]+", "-")
            .replaceAll("^[.-]+|[.-]+$", "");
    return name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) : name;
  }
}
