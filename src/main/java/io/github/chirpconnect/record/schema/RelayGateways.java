package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.HEX;
import static io.github.chirpconnect.record.json.FieldType.TEXT;

import io.github.chirpconnect.record.json.MessageMapping;

/**
 * A relay gateway of a tenant. Its relay id is unique there alone, so the tenant's is part of its
 * key.
 */
final class RelayGateways {
  static final MessageMapping MESSAGE =
      InventorySchema.named("RelayGateway", "id")
          .field("tenant_id", TEXT)
          .field("tenant_name", TEXT)
          .field("relay_id", HEX)
          .field("name", TEXT)
          .field("description", TEXT)
          .field("region_config_id", TEXT)
          .field("state", TEXT)
          .time("created_at")
          .time("updated_at")
          .time("last_seen_at")
          .with(InventorySchema::deletion)
          .required();

  private RelayGateways() {}
}
