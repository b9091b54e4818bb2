package io.github.chirpconnect.record.key;

import io.github.chirpconnect.record.schema.KeySchemas;
import java.util.Locale;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;

/** The forms that keys have. */
public enum KeyFormat {
  STRING {
    @Override
    public SchemaAndValue of(Key key) {
      return new SchemaAndValue(Schema.STRING_SCHEMA, key.text());
    }
  },
  STRUCT {
    @Override
    public SchemaAndValue of(Key key) {
      Schema schema = KeySchemas.of(key.feed());
      Struct struct = new Struct(schema);
      for (Field field : schema.fields()) {
        struct.put(field, key.parts().get(field.index()));
      }
      return new SchemaAndValue(schema, struct);
    }
  };

  public abstract SchemaAndValue of(Key key);

  /**
   * @param name as it is configured
   */
  public static KeyFormat named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
