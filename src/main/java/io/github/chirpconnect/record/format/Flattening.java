package io.github.chirpconnect.record.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.record.BestReception;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Flattens structs of one schema, by the rules of this package. */
final class Flattening {
  private static final String SUFFIX = "Flat";

  /** The record's owner: first columns if they are required, ordinary columns otherwise. */
  private static final Set<String> IDS = Set.of("id", "dev_eui", "gateway_id");

  private static final List<String> NEXT = List.of("gap", "time", "time_text");

  private final Schema schema;
  private final List<Columns.Column> columns;
  private final Field receptions;

  /**
   * @param jsonText the schema of columns of JSON text
   * @param objectColumns come last
   * @throws IllegalArgumentException when two columns have one name
   */
  Flattening(Schema struct, Schema jsonText, ObjectColumns objectColumns) {
    Columns all = new Columns(jsonText);
    List<Field> leading = leading(struct);
    leading.forEach(all::addField);
    struct.fields().stream().filter(field -> !leading.contains(field)).forEach(all::addField);
    objectColumns.list().forEach(column -> column.addTo(all));
    this.schema = all.schema(struct.name() + SUFFIX, struct.version());
    this.columns = all.of(schema);
    this.receptions = struct.field(Columns.RECEPTIONS);
  }

  Schema schema() {
    return schema;
  }

  /**
   * @param body null if there is none
   */
  Struct of(Struct struct, ObjectNode body) {
    JsonNode object = body == null ? MissingNode.getInstance() : body.path("object");
    Optional<Struct> best =
        receptions == null
            ? Optional.empty()
            : BestReception.of(struct.getArray(receptions.name()));
    Row row = new Row(struct, object, best);
    Struct flat = new Struct(schema);
    columns.forEach(column -> flat.put(column.field(), column.value().apply(row)));
    return flat;
  }

  private static List<Field> leading(Schema struct) {
    List<Field> leading = new ArrayList<>();
    for (Field field : struct.fields()) {
      if (IDS.contains(field.name()) && !field.schema().isOptional()) {
        leading.add(field);
      }
    }
    for (String name : NEXT) {
      if (struct.field(name) != null) {
        leading.add(struct.field(name));
      }
    }
    return leading;
  }
}
