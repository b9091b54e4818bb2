package io.github.chirpconnect.record;

import io.github.chirpconnect.feed.Feed;
import java.time.Instant;
import java.util.Objects;

/**
 * An entity was deleted, or has moved to another topic.
 *
 * @param feed an inventory
 * @param topic the topic of its last record
 * @param at when this was found
 * @param movedTo the topic where it is now; null if it was deleted
 */
public record Deletion(Feed feed, String id, String topic, Instant at, String movedTo) {
  public Deletion {
    Objects.requireNonNull(feed);
    Objects.requireNonNull(id);
    Objects.requireNonNull(topic);
    Objects.requireNonNull(at);
  }
}
