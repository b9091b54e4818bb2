package io.github.chirpconnect.record;

import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.record.json.MappingException;
import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.json.MessageMapping.Reading;
import io.github.chirpconnect.record.schema.InventorySchema;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.connect.data.Field;

/**
 * Computes fingerprints of a feed's entities: equal for equal content, whatever the order of tags;
 * the same in each process and over each interface of a server; and short ({@code 2} and eleven
 * letters, digits, {@code -} or {@code _}). The first character is the version of the method. A
 * fingerprint covers what records contain: no secrets, and no fields that the schema lacks. Other
 * fields are not even read, and no struct is made, because each walk takes the fingerprints of all
 * entities. Not thread-safe.
 */
public final class Fingerprints {
  private final MessageMapping counted;
  private final List<Field> fields;
  private final boolean secrets;

  /** Of the present entity, in the order of the fields. */
  private final Object[] values;

  private final Fingerprint fingerprint = new Fingerprint();

  /**
   * @param volatileFields fields that are left out
   */
  Fingerprints(InventorySchema inventory, Set<String> volatileFields, boolean secrets) {
    check(inventory, volatileFields);
    Set<String> names = new LinkedHashSet<>(inventory.content());
    names.removeAll(volatileFields);
    this.counted = inventory.message().reading(names);
    this.fields = inventory.schema().fields();
    this.values = new Object[fields.size()];
    this.secrets = secrets;
  }

  private static void check(InventorySchema inventory, Set<String> volatileFields) {
    if (!inventory.content().containsAll(volatileFields)) {
      Set<String> unknown = new TreeSet<>(volatileFields);
      unknown.removeAll(inventory.content());
      throw new IllegalArgumentException(
          "the "
              + inventory.feed()
              + " feed has no field '"
              + String.join("', '", unknown)
              + "'; choose from "
              + String.join(", ", inventory.content()));
    }
  }

  public String of(Entity entity) {
    fingerprint.begin();
    fingerprint.add(entity.id());
    try {
      // Fields that are not read stay null, and a fingerprint does not cover nulls.
      Arrays.fill(values, null);
      counted.readInto(this::note, entity.body(), new Reading(secrets));
      for (Field field : fields) {
        fingerprint.add(field.name(), values[field.index()]);
      }
    } catch (MappingException e) {
      // It does not fit the schema, so its JSON is used, as far as the schema has its fields.
      fingerprint.add(counted.known(entity.body(), secrets));
    }
    return fingerprint.text();
  }

  private void note(Field field, Object value) {
    values[field.index()] = value;
  }
}
