package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.BOOLEAN;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.MessageMapping;
import org.apache.kafka.connect.data.Schema;

/** A tenant; of ChirpStack v3 an organization. */
final class Tenants {
  static final MessageMapping MESSAGE =
      MessageMapping.named("Tenant")
          .given("id", Schema.STRING_SCHEMA)
          .field("name", TEXT)
          .field("can_have_gateways", BOOLEAN)
          .field("private_gateways_up", BOOLEAN)
          .field("private_gateways_down", BOOLEAN)
          .field("max_gateway_count", UINT32)
          .field("max_device_count", UINT32)
          .time("created_at")
          .time("updated_at")
          .required();

  private Tenants() {}
}
