package io.github.chirpconnect.record.format;

import io.github.chirpconnect.record.Mapped;
import org.apache.kafka.connect.data.SchemaAndValue;

/** The form in which values are written. Safe for use by many threads. */
@FunctionalInterface
public interface ValueFormat {
  String STRUCT_NAME = "struct";
  String FLAT_NAME = "flat";
  String JSON_NAME = "json";

  /** Structs, unchanged. */
  ValueFormat STRUCT = mapped -> new SchemaAndValue(mapped.value().schema(), mapped.value());

  SchemaAndValue of(Mapped mapped);

  /**
   * @param name {@code struct}, {@code flat} or {@code json}
   * @param jsonSchemaName of the flat form's columns of JSON text; empty for none
   * @param objectColumns columns of the flat form for parts of a codec's {@code object}, see {@link
   *     ObjectColumns}
   * @throws IllegalArgumentException when one of them is none, or is there already; the message
   *     says what to write
   */
  static ValueFormat named(String name, String jsonSchemaName, String objectColumns) {
    return switch (name) {
      case STRUCT_NAME -> STRUCT;
      case FLAT_NAME -> new FlatFormat(jsonSchemaName, ObjectColumns.parse(objectColumns));
      case JSON_NAME -> new JsonFormat();
      default -> throw new IllegalArgumentException("there is no format '" + name + "'");
    };
  }
}
