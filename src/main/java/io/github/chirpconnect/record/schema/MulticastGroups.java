package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.TEXT;

import io.github.chirpconnect.record.json.MessageMapping;

/** A multicast group, without its members and keys. */
final class MulticastGroups {
  static final MessageMapping MESSAGE =
      InventorySchema.named("MulticastGroup", "id")
          .field("name", TEXT)
          .field("tenant_id", TEXT)
          .field("tenant_name", TEXT)
          .field("application_id", TEXT)
          .field("application_name", TEXT)
          .field("region", TEXT)
          .field("group_type", TEXT)
          .time("created_at")
          .time("updated_at")
          .with(InventorySchema::deletion)
          .required();

  private MulticastGroups() {}
}
