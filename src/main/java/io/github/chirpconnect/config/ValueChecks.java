package io.github.chirpconnect.config;

import java.util.Set;

/** Checks the form of values against what else is configured, such as a converter. */
final class ValueChecks {
  /** Connect's own keys. Where a connector has none, its worker's converter is used, unseen. */
  static final String CONVERTER = "value.converter";

  static final String SCHEMAS_ENABLE = "value.converter.schemas.enable";

  private static final String JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter";

  /** By their short names, which Connect takes as well. */
  private static final Set<String> NO_JSON =
      Set.of(
          "Avro",
          "Protobuf",
          "JsonSchema",
          "String",
          "ByteArray",
          "Boolean",
          "Double",
          "Float",
          "Integer",
          "Long",
          "Short");

  private final GivenValues values;

  ValueChecks(GivenValues values) {
    this.values = values;
  }

  void check() {
    String format =
        values.isGiven(ValueConfig.FORMAT) ? values.given(ValueConfig.FORMAT).trim() : "";
    if (values.isGiven(ValueConfig.OBJECT_COLUMNS) && !format.equals(ValueConfig.FLAT)) {
      values.error(
          ValueConfig.OBJECT_COLUMNS,
          "adds columns to flat records; set "
              + ValueConfig.FORMAT
              + " to "
              + ValueConfig.FLAT
              + ", or take it out");
    }
    if (format.equals(ValueConfig.JSON) && values.isGiven(CONVERTER)) {
      converterOfJson(values.given(CONVERTER).trim());
    }
  }

  private void converterOfJson(String converter) {
    String name =
        converter.substring(converter.lastIndexOf('.') + 1).replaceFirst("Converter$", "");
    if (NO_JSON.contains(name)) {
      values.error(
          CONVERTER,
          "writes no JSON without a schema, which "
              + ValueConfig.FORMAT
              + "="
              + ValueConfig.JSON
              + " is; write "
              + JSON_CONVERTER
              + ", and "
              + SCHEMAS_ENABLE
              + "=false");
    } else if (name.equals("Json")
        && !"false".equalsIgnoreCase(String.valueOf(values.given(SCHEMAS_ENABLE)).trim())) {
      values.error(
          SCHEMAS_ENABLE,
          "is true by default, and wraps each record of "
              + ValueConfig.FORMAT
              + "="
              + ValueConfig.JSON
              + ": {\"schema\":null,\"payload\":…}; write false");
    }
  }
}
