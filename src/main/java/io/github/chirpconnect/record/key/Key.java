package io.github.chirpconnect.record.key;

import io.github.chirpconnect.feed.Feed;
import java.util.List;
import java.util.Objects;

/**
 * A record's key, in both forms.
 *
 * @param feed its dataset
 * @param text the key as text
 * @param parts the fields of its struct, in their order
 */
public record Key(Feed feed, String text, List<?> parts) {
  public Key {
    Objects.requireNonNull(feed);
    Objects.requireNonNull(text);
    parts = List.copyOf(parts);
  }

  /**
   * The key of an entity, or of something that belongs to one.
   *
   * @param id the entity's
   */
  public static Key of(Feed feed, String id) {
    if (feed != Feed.RELAY_GATEWAYS) {
      return new Key(feed, id, List.of(id));
    }
    // A relay's own id is unique only in its tenant.
    int colon = id.lastIndexOf(':');
    return new Key(feed, id, List.of(id.substring(0, Math.max(0, colon)), id.substring(colon + 1)));
  }
}
