package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.BOOLEAN;
import static io.github.chirpconnect.record.json.FieldType.INT32;
import static io.github.chirpconnect.record.json.FieldType.PERCENT;
import static io.github.chirpconnect.record.json.FieldType.TEXT;

import io.github.chirpconnect.record.json.FieldType;
import io.github.chirpconnect.record.json.MessageMapping;

/** A device of an application, with its last status. */
final class Devices {
  private static final MessageMapping STATUS =
      MessageMapping.named("DeviceStatus")
          .field("margin", INT32)
          .field("external_power_source", BOOLEAN)
          .field("battery_level", PERCENT)
          .optional();

  static final MessageMapping MESSAGE =
      InventorySchema.named("Device", "dev_eui")
          .field("name", TEXT)
          .field("description", TEXT)
          .field("tenant_id", TEXT)
          .field("tenant_name", TEXT)
          .field("application_id", TEXT)
          .field("application_name", TEXT)
          .field("device_profile_id", TEXT)
          .field("device_profile_name", TEXT)
          .time("created_at")
          .time("updated_at")
          .time("last_seen_at")
          .message("device_status", STATUS)
          .field("tags", FieldType.mapOrNull("DeviceTags"))
          .field("activity", TEXT)
          .with(InventorySchema::deletion)
          .required();

  private Devices() {}
}
