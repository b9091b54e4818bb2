package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.FieldType;
import io.github.chirpconnect.record.json.MessageMapping;

/** A gateway of a tenant. The server computes its state for each answer. */
final class Gateways {
  static final MessageMapping MESSAGE =
      InventorySchema.named("Gateway", "gateway_id")
          .field("name", TEXT)
          .field("description", TEXT)
          .field("tenant_id", TEXT)
          .field("tenant_name", TEXT)
          .message("location", Common.LOCATION)
          .field("properties", FieldType.mapOrNull("GatewayProperties"))
          .field("state", TEXT)
          .field("downlink_priority", UINT32)
          .time("created_at")
          .time("updated_at")
          .time("last_seen_at")
          .field("tags", FieldType.mapOrNull("GatewayTags"))
          .with(InventorySchema::deletion)
          .required();

  private Gateways() {}
}
