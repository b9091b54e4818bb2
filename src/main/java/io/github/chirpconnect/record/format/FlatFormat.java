package io.github.chirpconnect.record.format;

import io.github.chirpconnect.record.Mapped;
import io.github.chirpconnect.record.schema.event.Events;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;

/** Scalars only, with JSON text for everything else, so that every sink of tables accepts it. */
public final class FlatFormat implements ValueFormat {
  /** The only record with a codec's object. */
  private static final Schema UPLINK = Events.BY_KIND.get("up").schema();

  private final Schema jsonText;
  private final ObjectColumns objectColumns;

  /** By the struct's name, since comparing schemas takes longer than flattening. */
  private final Map<String, Flattening> flattenings = new ConcurrentHashMap<>();

  /**
   * @param jsonSchemaName of columns of JSON text; empty for none
   * @throws IllegalArgumentException if a column exists already
   */
  public FlatFormat(String jsonSchemaName, ObjectColumns objectColumns) {
    SchemaBuilder text = SchemaBuilder.string().optional();
    this.jsonText =
        (jsonSchemaName.isEmpty() ? text : text.name(jsonSchemaName).version(1)).build();
    this.objectColumns = objectColumns;
    flattening(UPLINK);
  }

  /** The flat form of a struct's schema. */
  public Schema schema(Schema struct) {
    return flattening(struct).schema();
  }

  @Override
  public SchemaAndValue of(Mapped mapped) {
    Flattening flattening = flattening(mapped.value().schema());
    return new SchemaAndValue(flattening.schema(), flattening.of(mapped.value(), mapped.body()));
  }

  private Flattening flattening(Schema struct) {
    Flattening known = flattenings.get(struct.name());
    return known != null
        ? known
        : flattenings.computeIfAbsent(
            struct.name(),
            name ->
                new Flattening(
                    struct,
                    jsonText,
                    name.equals(UPLINK.name()) ? objectColumns : ObjectColumns.NONE));
  }
}
