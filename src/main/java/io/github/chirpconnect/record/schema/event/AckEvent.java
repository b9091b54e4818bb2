package io.github.chirpconnect.record.schema.event;

import static io.github.chirpconnect.record.json.FieldType.BOOLEAN;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.MessageMapping;

/** A device has, or has not, acknowledged a confirmed downlink. */
final class AckEvent {
  static final MessageMapping MESSAGE =
      Integration.causedByUplink("AckEvent")
          .field("queue_item_id", TEXT)
          .field("acknowledged", BOOLEAN)
          .field("f_cnt_down", UINT32)
          .unknownFields()
          .required();

  private AckEvent() {}
}
