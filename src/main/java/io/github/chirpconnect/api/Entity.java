package io.github.chirpconnect.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.feed.Feed;
import java.time.Instant;
import java.util.Objects;

/**
 * One thing that a server's inventory lists.
 *
 * @param feed the dataset that it is of
 * @param id unique in its dataset, and the same as long as it exists: 16 lower-case hex digits of a
 *     device or gateway, a UUID in v4, a number in v3
 * @param place where it was listed
 * @param lastSeenAt when the server last heard it, by its clock; null for never, and where nothing
 *     is heard
 * @param body the list item in ChirpStack v4's JSON, whatever generation wrote it: protobuf's
 *     lowerCamelCase names, times in RFC 3339, enums by name, bytes in base64, 64-bit numbers as
 *     numbers; scalars are always there, messages only where they are set. What the generation does
 *     not tell is null. The place is in it too: {@code tenantId}, {@code tenantName}, {@code
 *     applicationId}, {@code applicationName} where its kind is in one
 */
public record Entity(Feed feed, String id, Place place, Instant lastSeenAt, ObjectNode body) {
  public Entity {
    Objects.requireNonNull(feed);
    Objects.requireNonNull(id);
    Objects.requireNonNull(place);
    Objects.requireNonNull(body);
  }
}
