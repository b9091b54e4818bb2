package io.github.chirpconnect.api.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.Subject;

/** What a dataset is listed by. */
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

  /** What a call that lists a place is about. */
  abstract Subject subject(Place place);

  /** Adds to a list item where it was listed. */
  abstract void write(Place place, ObjectNode body);
}
