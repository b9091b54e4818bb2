package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.BOOLEAN;
import static io.github.chirpconnect.record.json.FieldType.TEXT;

import io.github.chirpconnect.record.json.FieldType;
import io.github.chirpconnect.record.json.MessageMapping;

/** A device profile, with the fields that a list has: neither its codec nor its intervals. */
final class DeviceProfiles {
  static final MessageMapping MESSAGE =
      InventorySchema.named("DeviceProfile", "id")
          .field("name", TEXT)
          .field("tenant_id", TEXT)
          .field("tenant_name", TEXT)
          .field("region", TEXT)
          .field("mac_version", TEXT)
          .field("reg_params_revision", TEXT)
          .field("supports_otaa", BOOLEAN)
          .field("supports_class_b", BOOLEAN)
          .field("supports_class_c", BOOLEAN)
          .field("vendor_id", TEXT)
          .field("vendor_name", TEXT)
          .field("device_id", TEXT)
          .field("device_name", TEXT)
          .field("firmware_version", TEXT)
          .time("created_at")
          .time("updated_at")
          .field("tags", FieldType.mapOrNull("DeviceProfileTags"))
          .with(InventorySchema::deletion)
          .required();

  private DeviceProfiles() {}
}
