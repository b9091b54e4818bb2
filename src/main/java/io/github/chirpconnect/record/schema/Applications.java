package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.TEXT;

import io.github.chirpconnect.record.json.MessageMapping;
import org.apache.kafka.connect.data.Schema;

/** An application of a tenant. */
final class Applications {
  static final MessageMapping MESSAGE =
      MessageMapping.named("Application")
          .given("id", Schema.STRING_SCHEMA)
          .field("name", TEXT)
          .field("description", TEXT)
          .field("tenant_id", TEXT)
          .field("tenant_name", TEXT)
          .time("created_at")
          .time("updated_at")
          .required();

  private Applications() {}
}
