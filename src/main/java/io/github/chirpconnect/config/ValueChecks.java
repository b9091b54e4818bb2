package io.github.chirpconnect.config;

import java.util.Set;

/** Checks the forms of values and keys against what else is configured, such as converters. */
final class ValueChecks {
  /** Connect's own keys. Where a connector has none, its worker's converter is used, unseen. */
  static final String CONVERTER = "value.converter";

  static final String SCHEMAS_ENABLE = "value.converter.schemas.enable";
  static final String KEY_CONVERTER = "key.converter";

  private static final String JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter";

  /** By their short names, which Connect takes as well. */
  private static final Set<String> OF_ONE_VALUE =
      Set.of("String", "ByteArray", "Boolean", "Double", "Float", "Integer", "Long", "Short");

  private static final Set<String> OF_SCHEMAS = Set.of("Avro", "Protobuf", "JsonSchema");

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
      converterOfJson(shortName(values.given(CONVERTER)));
    }
    if (values.isGiven(TopicConfig.KEY_FORMAT) && values.isGiven(KEY_CONVERTER)) {
      converterOfKeys(values.given(TopicConfig.KEY_FORMAT).trim());
    }
  }

  private void converterOfKeys(String format) {
    if (TopicConfig.KEYS_WITH_FIELDS.contains(format)
        && OF_ONE_VALUE.contains(shortName(values.given(KEY_CONVERTER)))) {
      values.error(
          KEY_CONVERTER,
          "writes no fields, which keys of "
              + TopicConfig.KEY_FORMAT
              + "="
              + format
              + " have; write "
              + JSON_CONVERTER
              + ", or one of a schema registry, or set "
              + TopicConfig.KEY_FORMAT
              + " to string");
    }
  }

  private static String shortName(String converter) {
    String trimmed = converter.trim();
    return trimmed.substring(trimmed.lastIndexOf('.') + 1).replaceFirst("Converter$", "");
  }

  private void converterOfJson(String name) {
    if (OF_ONE_VALUE.contains(name) || OF_SCHEMAS.contains(name)) {
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
