package io.github.chirpconnect.record.schema.event;

import io.github.chirpconnect.record.json.MessageBuilder;
import io.github.chirpconnect.record.json.MessageMapping;
import org.apache.kafka.connect.data.Schema;

/**
 * The first fields of each record of a log. The log's owner and the entry's id are a key that is
 * unique for ever, by which a sink can upsert.
 */
public final class EntrySchema {
  /** As the header {@code chirpstack.id} says it. */
  public static final String ID = "id";

  /** As the header {@code chirpstack.gap} says it; null where nothing is missing. */
  public static final String GAP = "gap";

  private EntrySchema() {}

  /**
   * @param name the schema's, without the package
   * @param ownerField the field for the id of the log's owner
   */
  static MessageBuilder named(String name, String ownerField) {
    return MessageMapping.named(name)
        .given(ID, Schema.STRING_SCHEMA)
        .given(ownerField, Schema.STRING_SCHEMA)
        .given(GAP, Schema.OPTIONAL_STRING_SCHEMA);
  }
}
