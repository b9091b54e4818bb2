package io.github.chirpconnect.api.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.Subject;

/** The place for which a dataset is listed. */
public enum Level {
  /** One list for the whole server. */
  SERVER {
    @Override
    Subject subject(Place place) {
      return Subject.other("what the server has for all tenants");
    }

    @Override
    void write(Place place, ObjectNode body) {
      TENANT.write(Place.NONE, body);
    }
  },
  /** One list for each tenant. */
  TENANT {
    @Override
    Subject subject(Place place) {
      return Subject.tenant(place.tenantId());
    }

    @Override
    void write(Place place, ObjectNode body) {
      body.put("tenantId", place.tenantId());
      body.put("tenantName", place.tenantName());
    }
  },
  /** One list for each application. */
  APPLICATION {
    @Override
    Subject subject(Place place) {
      return Subject.application(place.applicationId());
    }

    @Override
    void write(Place place, ObjectNode body) {
      TENANT.write(place, body);
      body.put("applicationId", place.applicationId());
      body.put("applicationName", place.applicationName());
    }
  };

  /** The subject of a call that lists this place. */
  abstract Subject subject(Place place);

  /** Adds the place to an item's body. */
  abstract void write(Place place, ObjectNode body);
}
