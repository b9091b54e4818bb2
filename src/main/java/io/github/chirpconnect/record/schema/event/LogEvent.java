package io.github.chirpconnect.record.schema.event;

import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.FieldType;
import io.github.chirpconnect.record.json.MessageMapping;

/**
 * A message of ChirpStack about a device: a wrong MIC, a codec that failed, an expired downlink.
 */
final class LogEvent {
  static final MessageMapping MESSAGE =
      Integration.event("LogEvent")
          .omitsDefaults()
          .time("time")
          .message("device_info", Integration.DEVICE_INFO)
          .field("level", FieldType.enumeration("INFO"))
          .field("code", FieldType.enumeration("UNKNOWN"))
          .field("description", TEXT)
          .field("context", FieldType.map("LogContext"))
          .unknownFields()
          .absentIsNull()
          .field("f_cnt", UINT32)
          .required();

  private LogEvent() {}
}
