package io.github.chirpconnect.record.topic;

import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.Place;

/**
 * The place of an entity for its topic's name: a tenant belongs to itself, and so does an
 * application.
 */
public final class OwnPlace {
  private OwnPlace() {}

  public static Place of(Entity entity) {
    Place place = entity.place();
    return switch (entity.feed()) {
      case TENANTS -> Place.tenant(entity.id(), name(entity));
      case APPLICATIONS ->
          new Place(place.tenantId(), place.tenantName(), entity.id(), name(entity));
      default -> place;
    };
  }

  private static String name(Entity entity) {
    return entity.body().path("name").asText(null);
  }
}
