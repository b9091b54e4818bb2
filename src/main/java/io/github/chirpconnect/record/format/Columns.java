package io.github.chirpconnect.record.format;

import io.github.chirpconnect.record.json.CanonicalJson;
import io.github.chirpconnect.record.json.TableText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** Collects the columns of a flat record in their order. */
final class Columns {
  static final String RECEPTIONS = "rx_info";
  private static final String TRANSMISSION = "tx_info";
  private static final String DEVICE_INFO = "device_info";
  private static final String DEV_EUI = "dev_eui";

  private final Schema jsonText;
  private final Map<String, Schema> schemas = new LinkedHashMap<>();
  private final Map<String, Function<Row, Object>> values = new LinkedHashMap<>();

  record Column(Field field, Function<Row, Object> value) {}

  /**
   * @param jsonText the schema of columns of JSON text
   */
  Columns(Schema jsonText) {
    this.jsonText = jsonText;
  }

  /**
   * @throws IllegalArgumentException if a column has this name already
   */
  void add(String name, Schema schema, Function<Row, Object> value) {
    put(
        name,
        schema,
        schema.type() == Schema.Type.STRING
            ? row -> TableText.of((String) value.apply(row))
            : value);
  }

  /**
   * Adds a column of JSON text.
   *
   * @param value the text, in the form of {@link CanonicalJson}
   * @throws IllegalArgumentException if a column has this name already
   */
  void addJson(String name, Function<Row, Object> value) {
    put(name, jsonText, row -> TableText.ofJson((String) value.apply(row)));
  }

  private void put(String name, Schema schema, Function<Row, Object> value) {
    if (schemas.putIfAbsent(name, schema) != null) {
      throw new IllegalArgumentException(
          "flat records have a column '"
              + name
              + "' already; write <name>=<path>:<type> with another name");
    }
    values.put(name, value);
  }

  /** The columns of a field of the record. */
  void addField(Field field) {
    Function<Row, Object> value = row -> row.struct().get(field);
    if (field.name().equals(DEVICE_INFO)) {
      addInner("", field, value);
    } else if (hasScalarsAlone(field.schema())) {
      addInner(field.name() + "_", field, value);
    } else {
      if (field.name().equals(RECEPTIONS)) {
        addBestReception();
      } else if (field.name().equals(TRANSMISSION)) {
        addTransmission();
      }
      addOne(field.name(), field, value);
    }
  }

  private static boolean hasScalarsAlone(Schema schema) {
    return schema.type() == Schema.Type.STRUCT
        && schema.fields().stream().allMatch(field -> field.schema().type().isPrimitive());
  }

  private void addInner(String prefix, Field message, Function<Row, Object> value) {
    for (Field inner : message.schema().fields()) {
      String name = prefix + inner.name();
      // It is the first column already.
      if (!name.equals(DEV_EUI) || !schemas.containsKey(name)) {
        addOne(
            name,
            inner,
            row -> value.apply(row) instanceof Struct struct ? struct.get(inner) : null);
      }
    }
  }

  private void addOne(String name, Field field, Function<Row, Object> value) {
    Schema schema = field.schema();
    if (CanonicalText.isIn(field)) {
      addJson(name, value);
    } else if (schema.type().isPrimitive()) {
      add(name, schema, value);
    } else {
      CanonicalText text = CanonicalText.of(schema);
      addJson(
          name,
          row -> {
            Object said = value.apply(row);
            return said == null ? null : text.of(said);
          });
    }
  }

  /** Null if there is no reception, as for downlinks. */
  private void addBestReception() {
    add(
        "rx_count",
        Schema.OPTIONAL_INT32_SCHEMA,
        row -> row.best().isEmpty() ? null : row.struct().getArray(RECEPTIONS).size());
    add("rx_gateway_id", Schema.OPTIONAL_STRING_SCHEMA, row -> ofBest(row, "gateway_id"));
    add("rx_rssi", Schema.OPTIONAL_INT32_SCHEMA, row -> ofBest(row, "rssi"));
    add("rx_snr", Schema.OPTIONAL_FLOAT32_SCHEMA, row -> ofBest(row, "snr"));
  }

  private static Object ofBest(Row row, String field) {
    return row.best().map(best -> best.get(field)).orElse(null);
  }

  private void addTransmission() {
    add("frequency", Schema.OPTIONAL_INT64_SCHEMA, row -> row.at(TRANSMISSION, "frequency"));
    for (String name : List.of("bandwidth", "spreading_factor")) {
      add(
          name,
          Schema.OPTIONAL_INT64_SCHEMA,
          row -> row.at(TRANSMISSION, "modulation", "lora", name));
    }
  }

  Schema schema(String name, Integer version) {
    SchemaBuilder flat = SchemaBuilder.struct().name(name).version(version);
    schemas.forEach(flat::field);
    return flat.build();
  }

  /**
   * @param built by {@link #schema}
   */
  List<Column> of(Schema built) {
    List<Column> columns = new ArrayList<>();
    values.forEach((name, value) -> columns.add(new Column(built.field(name), value)));
    return List.copyOf(columns);
  }
}
