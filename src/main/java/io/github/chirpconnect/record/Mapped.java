package io.github.chirpconnect.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.connect.data.Struct;

/**
 * A mapped record, before its form, key and topic are chosen.
 *
 * @param feed its dataset
 * @param kind for an entry of a log: the kind of event or the frame's type, as the server names it;
 *     else null
 * @param topic the usual topic's name without prefix and dot
 * @param place as far as the record contains it: a frame does not, and v3's events name no tenant
 * @param value a struct with the record's schema
 * @param json makes {@link #body}, which few readers need; null for none
 */
public record Mapped(
    Feed feed, String kind, String topic, Place place, Struct value, Supplier<ObjectNode> json) {
  public Mapped {
    Objects.requireNonNull(feed);
    Objects.requireNonNull(topic);
    Objects.requireNonNull(place);
    Objects.requireNonNull(value);
  }

  /**
   * The same content as ChirpStack v4's own JSON, without secrets that may not be shown: for a
   * frame in the form of its log; null if it has none, as a row of a series, and if it is
   * unreadable. Must not be changed.
   */
  public ObjectNode body() {
    return json == null ? null : json.get();
  }
}
