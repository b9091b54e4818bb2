package io.github.chirpconnect.record.schema.event;

import static io.github.chirpconnect.record.json.FieldType.MAP;

import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.json.Times;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * An entry of a kind without a schema of its own, whose body does not fit it, or whose record would
 * be too large: that one's {@code size}.
 */
public final class OtherEntry {
  public static final Schema OF_DEVICE = schema("OtherEntry", "dev_eui");
  public static final Schema OF_GATEWAY = schema("OtherGatewayEntry", "gateway_id");

  private OtherEntry() {}

  private static Schema schema(String name, String ownerField) {
    return Times.define(
            SchemaBuilder.struct()
                .name(MessageMapping.PACKAGE + name)
                .version(1)
                .field(ownerField, Schema.STRING_SCHEMA)
                .field("kind", Schema.STRING_SCHEMA),
            "time")
        .field("body", Schema.STRING_SCHEMA)
        .field("properties", MAP.schema())
        .field("error", Schema.OPTIONAL_STRING_SCHEMA)
        .field("id", Schema.OPTIONAL_STRING_SCHEMA)
        .field("size", Schema.OPTIONAL_INT64_SCHEMA)
        .build();
  }
}
