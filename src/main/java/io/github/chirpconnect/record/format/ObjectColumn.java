package io.github.chirpconnect.record.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.record.json.CanonicalJson;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Schema;

/**
 * A column for a part of a codec's object.
 *
 * @param path names of fields, and indexes of lists as numbers
 */
record ObjectColumn(String name, List<Object> path, Type type) {

  /** A column's type; a part that does not fit it is null. */
  enum Type {
    BOOLEAN(Schema.OPTIONAL_BOOLEAN_SCHEMA, node -> node.isBoolean() ? node.booleanValue() : null),
    /** Also for whole numbers with a fraction, such as v4's {@code 7.0}. */
    INT64(
        Schema.OPTIONAL_INT64_SCHEMA,
        node ->
            node.isNumber() && node.canConvertToExactIntegral() && node.canConvertToLong()
                ? node.longValue()
                : null),
    FLOAT64(
        Schema.OPTIONAL_FLOAT64_SCHEMA,
        node -> node.isNumber() && Double.isFinite(node.doubleValue()) ? node.doubleValue() : null),
    STRING(Schema.OPTIONAL_STRING_SCHEMA, node -> node.isTextual() ? node.textValue() : null),
    /** Any part, as JSON text; its schema is that of other columns of JSON text. */
    JSON(null, CanonicalJson::of);

    private final Schema schema;
    private final Function<JsonNode, Object> reader;

    Type(Schema schema, Function<JsonNode, Object> reader) {
      this.schema = schema;
      this.reader = reader;
    }

    static Optional<Type> named(String name) {
      return Arrays.stream(values()).filter(type -> type.toString().equals(name)).findFirst();
    }

    static String names() {
      return Arrays.stream(values()).map(Type::toString).collect(Collectors.joining(", "));
    }

    /** As in the configuration. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  void addTo(Columns columns) {
    if (type == Type.JSON) {
      columns.addJson(name, row -> read(row.object()));
    } else {
      columns.add(name, type.schema, row -> read(row.object()));
    }
  }

  /**
   * @param object a codec's object
   * @return null if it lacks the part, or the part does not fit the type
   */
  Object read(JsonNode object) {
    JsonNode part = object;
    for (Object step : path) {
      part = step instanceof Integer index ? part.path(index) : part.path((String) step);
    }
    return part.isMissingNode() || part.isNull() ? null : type.reader.apply(part);
  }
}
