package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.BOOLEAN;
import static io.github.chirpconnect.record.json.FieldType.DOUBLE;
import static io.github.chirpconnect.record.json.FieldType.TEXT;
import static io.github.chirpconnect.record.json.FieldType.UINT32;

import io.github.chirpconnect.record.json.FieldType;
import io.github.chirpconnect.record.json.MessageMapping;
import org.apache.kafka.connect.data.Schema;

/**
 * One value that a device measured, or of its signal or battery, with what its event says besides.
 */
public final class MeasurementRow {
  public static final Schema SCHEMA =
      MessageMapping.named("Measurement")
          .given("id", Schema.STRING_SCHEMA)
          .given("dev_eui", Schema.STRING_SCHEMA)
          .given("name", Schema.STRING_SCHEMA)
          .given("gap", TEXT.schema())
          .givenTime("time")
          .given("value", DOUBLE.schema())
          .given("text", TEXT.schema())
          .given("bool", BOOLEAN.schema())
          .given("tenant_id", TEXT.schema())
          .given("tenant_name", TEXT.schema())
          .given("application_id", TEXT.schema())
          .given("application_name", TEXT.schema())
          .given("device_profile_id", TEXT.schema())
          .given("device_profile_name", TEXT.schema())
          .given("device_name", TEXT.schema())
          .given("tags", FieldType.map("MeasurementTags").schema())
          .given("f_port", UINT32.schema())
          .given("f_cnt", UINT32.schema())
          .given("kind", Schema.STRING_SCHEMA)
          .required()
          .schema();

  private MeasurementRow() {}
}
