package io.github.chirpconnect.record.schema.event;

import static io.github.chirpconnect.record.json.FieldType.HEX;
import static io.github.chirpconnect.record.json.FieldType.INT32;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.FieldType;
import io.github.chirpconnect.record.json.MessageBuilder;
import io.github.chirpconnect.record.json.MessageMapping;

/** What events of ChirpStack's package {@code integration} have in common. */
final class Integration {
  static final MessageMapping DEVICE_INFO =
      MessageMapping.named("DeviceInfo")
          .omitsDefaults()
          .field("tenant_id", TEXT)
          .field("tenant_name", TEXT)
          .field("application_id", TEXT)
          .field("application_name", TEXT)
          .field("device_profile_id", TEXT)
          .field("device_profile_name", TEXT)
          .field("device_name", TEXT)
          .field("dev_eui", HEX)
          .absentIsNull()
          .field("device_class_enabled", TEXT)
          .field("tags", FieldType.map("DeviceInfoTags"))
          .optional();

  static final MessageMapping RELAY_RX_INFO =
      MessageMapping.named("UplinkRelayRxInfo")
          .omitsDefaults()
          .field("dev_eui", HEX)
          .field("frequency", UINT32)
          .field("dr", UINT32)
          .field("snr", INT32)
          .field("rssi", INT32)
          .field("wor_channel", UINT32)
          .optional();

  private Integration() {}

  static MessageBuilder event(String name) {
    return EntrySchema.named(name, "dev_eui");
  }

  static MessageBuilder causedByUplink(String name) {
    return event(name)
        .omitsDefaults()
        .field("deduplication_id", TEXT)
        .time("time")
        .message("device_info", DEVICE_INFO);
  }
}
