package io.github.chirpconnect.record.key;

import io.github.chirpconnect.feed.Feed;
import java.util.List;
import java.util.Objects;

/**
 * What a record is about.
 *
 * @param feed that it is of
 * @param text all of it as one text
 * @param parts the fields of its struct, in their order
 */
public record Key(Feed feed, String text, List<?> parts) {
  public Key {
    Objects.requireNonNull(feed);
    Objects.requireNonNull(text);
    parts = List.copyOf(parts);
  }

  /**
   * Of something that is, or belongs to, one entity.
   *
   * @param id the entity's
   */
  public static Key of(Feed feed, String id) {
    if (feed != Feed.RELAY_GATEWAYS) {
      return new Key(feed, id, List.of(id));
    }
    // A relay's own id is unique in its tenant alone.
    int colon = id.lastIndexOf(':');
    return new Key(feed, id, List.of(id.substring(0, Math.max(0, colon)), id.substring(colon + 1)));
  }
}
