package io.github.chirpconnect.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.feed.Feed;
import java.time.Instant;
import java.util.Objects;

/**
 * One item of a server's inventory.
 *
 * @param feed its dataset
 * @param id unique in its dataset, and constant: 16 lower-case hex digits for a device or gateway,
 *     a UUID in v4, a number in v3
 * @param place where it was listed
 * @param lastSeenAt when the server last received something from it, by the server's clock; null
 *     for never, and for what does not send
 * @param body the list item in ChirpStack v4's JSON, for both generations: protobuf's
 *     lowerCamelCase names, times in RFC 3339, enums by name, bytes in base64, 64-bit numbers as
 *     numbers. Scalars are always present, messages only if they are set. What the generation does
 *     not tell is null. The place is part of it: {@code tenantId}, {@code tenantName}, {@code
 *     applicationId}, {@code applicationName}, as far as the dataset has them
 */
public record Entity(Feed feed, String id, Place place, Instant lastSeenAt, ObjectNode body) {
  public Entity {
    Objects.requireNonNull(feed);
    Objects.requireNonNull(id);
    Objects.requireNonNull(place);
    Objects.requireNonNull(body);
  }
}
