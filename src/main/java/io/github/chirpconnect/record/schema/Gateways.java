package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.MAP_OR_NULL;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.MessageMapping;
import org.apache.kafka.connect.data.Schema;

/** A gateway of a tenant. Its state is what the server computed when it was asked. */
final class Gateways {
  static final MessageMapping MESSAGE =
      MessageMapping.named("Gateway")
          .given("gateway_id", Schema.STRING_SCHEMA)
          .field("name", TEXT)
          .field("description", TEXT)
          .field("tenant_id", TEXT)
          .field("tenant_name", TEXT)
          .message("location", Common.LOCATION)
          .field("properties", MAP_OR_NULL)
          .field("state", TEXT)
          .field("downlink_priority", UINT32)
          .time("created_at")
          .time("updated_at")
          .time("last_seen_at")
          .required();

  private Gateways() {}
}
