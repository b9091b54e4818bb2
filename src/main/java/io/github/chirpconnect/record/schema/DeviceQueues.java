package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.BOOLEAN;
import static io.github.chirpconnect.record.json.FieldType.BYTES;
import static io.github.chirpconnect.record.json.FieldType.JSON;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.MessageMapping;

/** The downlinks that wait for a device, in the order in which they are sent. */
final class DeviceQueues {
  private static final MessageMapping ITEM =
      MessageMapping.named("DeviceQueueItem")
          .field("id", TEXT)
          .field("f_port", UINT32)
          .field("confirmed", BOOLEAN)
          .field("data", BYTES)
          .field("object", JSON)
          .field("is_pending", BOOLEAN)
          .field("f_cnt_down", UINT32)
          .field("is_encrypted", BOOLEAN)
          .time("expires_at")
          .required();

  static final MessageMapping MESSAGE =
      InventorySchema.named("DeviceQueue", "dev_eui")
          .field("tenant_id", TEXT)
          .field("tenant_name", TEXT)
          .field("application_id", TEXT)
          .field("application_name", TEXT)
          .list("items", ITEM)
          .with(InventorySchema::deletion)
          .required();

  private DeviceQueues() {}
}
