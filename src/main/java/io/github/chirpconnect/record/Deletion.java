package io.github.chirpconnect.record;

import io.github.chirpconnect.feed.Feed;
import java.time.Instant;
import java.util.Objects;

/**
 * An entity is not, or no longer in this topic.
 *
 * @param feed an inventory
 * @param topic where its last record is
 * @param at when it was found to be gone
 * @param movedTo the topic where it is now; null where it is gone altogether
 */
public record Deletion(Feed feed, String id, String topic, Instant at, String movedTo) {
  public Deletion {
    Objects.requireNonNull(feed);
    Objects.requireNonNull(id);
    Objects.requireNonNull(topic);
    Objects.requireNonNull(at);
  }
}
