package io.github.chirpconnect.api.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;

/**
 * A tenant or an application.
 *
 * @param place of an application: its tenant, whose name is null while it is not known
 * @param body as {@link Entity#body}, without the place
 */
public record Found(String id, String name, Place place, ObjectNode body) {
  /** The place of an entity of this tenant. */
  Place inTenant() {
    return Place.tenant(id, name);
  }

  /** The place of an entity of this application. */
  Place inApplication() {
    return new Place(place.tenantId(), place.tenantName(), id, name);
  }

  Entity entity(Feed feed) {
    if (place.tenantId() != null) {
      Level.TENANT.write(place, body);
    }
    return new Entity(feed, id, place, null, body);
  }

  Found in(Place tenant) {
    return new Found(id, name, tenant, body);
  }
}
