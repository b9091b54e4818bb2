package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.TEXT;

import io.github.chirpconnect.record.json.MessageMapping;
import org.apache.kafka.connect.data.Schema;

/** A multicast group, without its members and keys. */
final class MulticastGroups {
  static final MessageMapping MESSAGE =
      MessageMapping.named("MulticastGroup")
          .given("id", Schema.STRING_SCHEMA)
          .field("name", TEXT)
          .field("tenant_id", TEXT)
          .field("tenant_name", TEXT)
          .field("application_id", TEXT)
          .field("application_name", TEXT)
          .field("region", TEXT)
          .field("group_type", TEXT)
          .time("created_at")
          .time("updated_at")
          .required();

  private MulticastGroups() {}
}
