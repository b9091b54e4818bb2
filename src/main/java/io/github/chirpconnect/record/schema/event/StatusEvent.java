package io.github.chirpconnect.record.schema.event;

import static io.github.chirpconnect.record.json.FieldType.BOOLEAN;
import static io.github.chirpconnect.record.json.FieldType.FLOAT;
import static io.github.chirpconnect.record.json.FieldType.INT32;

import io.github.chirpconnect.record.json.MessageMapping;

/** A device has answered DevStatusReq. */
final class StatusEvent {
  static final MessageMapping MESSAGE =
      Integration.causedByUplink("StatusEvent")
          .field("margin", INT32)
          .field("external_power_source", BOOLEAN)
          .field("battery_level_unavailable", BOOLEAN)
          .field("battery_level", FLOAT)
          .unknownFields()
          .required();

  private StatusEvent() {}
}
