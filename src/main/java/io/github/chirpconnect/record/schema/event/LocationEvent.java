package io.github.chirpconnect.record.schema.event;

import static io.github.chirpconnect.record.json.FieldType.TEXTS;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.schema.Common;

/** Where a device is, by geolocation. */
final class LocationEvent {
  static final MessageMapping MESSAGE =
      Integration.causedByUplink("LocationEvent")
          .message("location", Common.LOCATION)
          .unknownFields()
          .absentIsNull()
          .field("f_cnt", UINT32)
          .field("uplink_uuids", TEXTS)
          .required();

  private LocationEvent() {}
}
