package io.github.chirpconnect.record.topic;

import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;

/** The places of entities, from the inventory. Safe for use by many threads. */
@FunctionalInterface
public interface Whereabouts {
  /** No place is known. */
  Whereabouts UNKNOWN = (feed, id) -> Place.NONE;

  /**
   * @param feed an inventory
   * @return {@link Place#NONE} where it is not known
   */
  Place of(Feed feed, String id);

  /**
   * A record's own place, completed by the inventory's. An entry that names another application was
   * written before its device moved; then nothing is added.
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
