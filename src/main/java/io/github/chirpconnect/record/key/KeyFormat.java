package io.github.chirpconnect.record.key;

import io.github.chirpconnect.record.schema.KeySchemas;
import java.util.Locale;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;

/** The forms that keys have. */
public enum KeyFormat {
  STRING {
    @Override
    public SchemaAndValue of(Key key, Struct value) {
      return new SchemaAndValue(Schema.STRING_SCHEMA, key.text());
    }
  },
  STRUCT {
    @Override
    public SchemaAndValue of(Key key, Struct value) {
      Struct struct = filled(key, KeySchemas.of(key.feed()));
      return new SchemaAndValue(struct.schema(), struct);
    }
  },
  /** As a struct; where many records share a key, with a field that identifies the record. */
  ROW {
    @Override
    public SchemaAndValue of(Key key, Struct value) {
      Struct struct = filled(key, KeySchemas.rowOf(key.feed()));
      if (struct.schema().fields().size() > key.parts().size()) {
        struct.put(KeySchemas.RECORD_ID, value.getString(KeySchemas.RECORD_ID));
      }
      return new SchemaAndValue(struct.schema(), struct);
    }
  };

  /**
   * @param value of the record; null of a tombstone
   */
  public abstract SchemaAndValue of(Key key, Struct value);

  private static Struct filled(Key key, Schema schema) {
    Struct struct = new Struct(schema);
    for (int i = 0; i < key.parts().size(); i++) {
      struct.put(schema.fields().get(i), key.parts().get(i));
    }
    return struct;
  }

  /**
   * @param name as it is configured
   */
  public static KeyFormat named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
