package io.github.chirpconnect.record.topic;

import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;

/** Where entities are, as the inventory says it. Safe for use by many threads. */
@FunctionalInterface
public interface Whereabouts {
  /** Nothing is known of anything. */
  Whereabouts UNKNOWN = (feed, id) -> Place.NONE;

  /**
   * @param feed an inventory
   * @return {@link Place#NONE} where it is not known
   */
  Place of(Feed feed, String id);

  /**
   * What something says of its own place, and what the inventory adds to it. An entry of a log that
   * names another application was written before its device moved: then the inventory adds nothing.
   */
  static Place completed(Place said, Place listed) {
    String application = either(said.applicationId(), listed.applicationId());
    if (application != null && !application.equals(listed.applicationId())) {
      return said;
    }
    return new Place(
        either(said.tenantId(), listed.tenantId()),
        either(said.tenantName(), listed.tenantName()),
        either(said.applicationId(), listed.applicationId()),
        either(said.applicationName(), listed.applicationName()));
  }

  private static String either(String one, String other) {
    return one == null || one.isEmpty() ? other : one;
  }
}
