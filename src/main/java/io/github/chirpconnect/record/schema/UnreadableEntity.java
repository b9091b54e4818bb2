package io.github.chirpconnect.record.schema;

import io.github.chirpconnect.record.json.MessageMapping;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * What the inventory lists and does not fit its schema, or whose record would be too large: that
 * one's {@code size}.
 */
public final class UnreadableEntity {
  public static final Schema SCHEMA =
      SchemaBuilder.struct()
          .name(MessageMapping.PACKAGE + "UnreadableEntity")
          .version(1)
          .field("id", Schema.STRING_SCHEMA)
          .field("feed", Schema.STRING_SCHEMA)
          .field("body", Schema.STRING_SCHEMA)
          .field("error", Schema.STRING_SCHEMA)
          .field("size", Schema.OPTIONAL_INT64_SCHEMA)
          .build();

  private UnreadableEntity() {}
}
