package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.TEXT;

import io.github.chirpconnect.record.json.FieldType;
import io.github.chirpconnect.record.json.MessageMapping;

/** An application of a tenant. */
final class Applications {
  static final MessageMapping MESSAGE =
      InventorySchema.named("Application", "id")
          .field("name", TEXT)
          .field("description", TEXT)
          .field("tenant_id", TEXT)
          .field("tenant_name", TEXT)
          .time("created_at")
          .time("updated_at")
          .field("tags", FieldType.mapOrNull("ApplicationTags"))
          .with(InventorySchema::deletion)
          .required();

  private Applications() {}
}
