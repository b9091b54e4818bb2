package io.github.chirpconnect.record;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import java.util.Objects;
import org.apache.kafka.connect.data.Struct;

/**
 * What the server said, mapped, before it is decided in which form, under which key and to which
 * topic it goes.
 *
 * @param feed what it comes from
 * @param kind of an entry of a log: the kind of event or the frame's type, as the server calls it;
 *     null of all else
 * @param topic what follows the prefix and a dot in the topic's usual name
 * @param place where it is, as far as it says so itself: a frame does not, and v3's events name no
 *     tenant
 * @param value with the schema of the record
 * @param body the same as ChirpStack v4's own JSON (of a frame, as its log has it), without what
 *     may not be shown; null of what has none: rows of series and measurements, and what is
 *     unreadable. Not to be changed
 */
public record Mapped(
    Feed feed, String kind, String topic, Place place, Struct value, ObjectNode body) {
  public Mapped {
    Objects.requireNonNull(feed);
    Objects.requireNonNull(topic);
    Objects.requireNonNull(place);
    Objects.requireNonNull(value);
  }
}
