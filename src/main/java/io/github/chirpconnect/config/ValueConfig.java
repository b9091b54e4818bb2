package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * The form of values.
 *
 * @param format {@link #STRUCT}, {@link #FLAT} or {@link #JSON}
 * @param jsonSchemaName of columns of JSON text; empty for none
 * @param objectColumns columns for parts of a codec's {@code object}, as text
 */
public record ValueConfig(String format, String jsonSchemaName, String objectColumns) {
  public static final String FORMAT = "value.format";
  public static final String JSON_SCHEMA_NAME = "flat.json.schema.name";
  public static final String OBJECT_COLUMNS = "object.columns";

  public static final String STRUCT = "struct";
  public static final String FLAT = "flat";
  public static final String JSON = "json";

  private static final String GROUP = "Values";

  static ConfigDef define(ConfigDef def) {
    int order = 0;
    return def.define(
            FORMAT,
            Type.STRING,
            STRUCT,
            Validators.oneOf(STRUCT, FLAT, JSON),
            MEDIUM,
            "In which form values are written. struct: messages in messages, with lists and maps, as docs/records.md lists them. flat: scalars alone, "
                + "and JSON text for the rest, which sinks of tables take without a transform. json: ChirpStack's own JSON without a schema, as its "
                + "MQTT and Kafka integrations publish it, with object as a real object; it needs Kafka's JsonConverter with schemas.enable=false as value.converter.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Format of values")
        .define(
            JSON_SCHEMA_NAME,
            Type.STRING,
            "io.debezium.data.Json",
            Validators.schemaName(),
            LOW,
            "For value.format=flat: the schema name of columns that are JSON text, such as tags and object. By the default Debezium's JDBC sink makes "
                + "json columns of them; other sinks make text. Empty: no name.",
            GROUP,
            ++order,
            ConfigDef.Width.MEDIUM,
            "Schema of JSON text")
        .define(
            OBJECT_COLUMNS,
            Type.STRING,
            "",
            Validators.objectColumns(),
            LOW,
            "For value.format=flat: columns at the end of <prefix>.device.up for parts of object, as <path>:<type> or <column>=<path>:<type>, separated by "
                + "commas: temperature:float64,alarm=status.alarm:boolean,first=values[0]:int64. Types are boolean, int64, float64, string and json. "
                + "A name with other signs than letters, digits, _ and - is in double quotes: \"a name, quoted\".value:string. What is not there or does not fit the type "
                + "is null, and stays in object. Add columns at the end, and give a column with another type another name.",
            GROUP,
            ++order,
            ConfigDef.Width.LONG,
            "Columns of object");
  }

  static ValueConfig of(AbstractConfig config) {
    return new ValueConfig(
        config.getString(FORMAT),
        config.getString(JSON_SCHEMA_NAME),
        config.getString(OBJECT_COLUMNS));
  }
}
