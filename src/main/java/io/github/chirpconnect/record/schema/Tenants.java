package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.BOOLEAN;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.FieldType;
import io.github.chirpconnect.record.json.MessageMapping;

/** A tenant; of ChirpStack v3 an organization. */
final class Tenants {
  static final MessageMapping MESSAGE =
      InventorySchema.named("Tenant", "id")
          .field("name", TEXT)
          .field("can_have_gateways", BOOLEAN)
          .field("private_gateways_up", BOOLEAN)
          .field("private_gateways_down", BOOLEAN)
          .field("max_gateway_count", UINT32)
          .field("max_device_count", UINT32)
          .time("created_at")
          .time("updated_at")
          .field("tags", FieldType.mapOrNull("TenantTags"))
          .with(InventorySchema::deletion)
          .required();

  private Tenants() {}
}
