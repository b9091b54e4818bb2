package io.github.chirpconnect.record.schema;

import io.github.chirpconnect.record.json.MessageMapping;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * An entity that does not fit its schema, or whose record would be too large; {@code size} is that
 * record's.
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
