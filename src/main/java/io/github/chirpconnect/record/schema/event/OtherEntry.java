package io.github.chirpconnect.record.schema.event;

import io.github.chirpconnect.record.json.FieldType;
import org.apache.kafka.connect.data.Schema;

/**
 * An entry of a kind without a schema of its own, whose body does not fit it, or whose record would
 * be too large: that one's {@code size}.
 */
public final class OtherEntry {
  public static final Schema OF_DEVICE = schema("OtherEntry", "dev_eui");
  public static final Schema OF_GATEWAY = schema("OtherGatewayEntry", "gateway_id");

  private OtherEntry() {}

  private static Schema schema(String name, String ownerField) {
    return EntrySchema.named(name, ownerField)
        .given("kind", Schema.STRING_SCHEMA)
        .givenTime("time")
        .given("body", Schema.STRING_SCHEMA)
        .given("properties", FieldType.map(name + "Properties").schema())
        .given("error", Schema.OPTIONAL_STRING_SCHEMA)
        .given("size", Schema.OPTIONAL_INT64_SCHEMA)
        .required()
        .schema();
  }
}
