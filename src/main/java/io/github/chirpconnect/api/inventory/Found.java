package io.github.chirpconnect.api.inventory;

import io.github.chirpconnect.api.Place;

/**
 * A tenant or an application.
 *
 * @param place of an application: its tenant, whose name is null while it is not known
 */
public record Found(String id, String name, Place place) {
  /** Where something is that is in this tenant. */
  Place inTenant() {
    return Place.tenant(id, name);
  }

  /** Where something is that is in this application. */
  Place inApplication() {
    return new Place(place.tenantId(), place.tenantName(), id, name);
  }

  Found in(Place tenant) {
    return new Found(id, name, tenant);
  }
}
