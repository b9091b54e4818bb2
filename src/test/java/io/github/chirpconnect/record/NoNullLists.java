package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** No list or map of a record is null: ClickHouse and others have no room for that. */
public final class NoNullLists {
  /** Of inventories, where null says that the server's list does not contain them. */
  private static final Set<String> UNTOLD = Set.of("tags", "properties");

  private NoNullLists() {}

  /**
   * @param struct a record's value
   * @return how many lists and maps it has
   */
  public static int assertIn(Struct struct) {
    boolean inventory = struct.schema().field("deleted") != null;
    return assertIn(struct, inventory ? UNTOLD : Set.of());
  }

  private static int assertIn(Struct struct, Set<String> untold) {
    int count = 0;
    for (Field field : struct.schema().fields()) {
      Object value = struct.get(field);
      boolean list = field.schema().type() == Schema.Type.ARRAY;
      if (list || (field.schema().type() == Schema.Type.MAP && !untold.contains(field.name()))) {
        assertThat(value).as(struct.schema().name() + "." + field.name()).isNotNull();
        count++;
      }
      if (value instanceof Struct message) {
        count += assertIn(message, Set.of());
      } else if (value instanceof List<?> items) {
        for (Object item : items) {
          count += item instanceof Struct message ? assertIn(message, Set.of()) : 0;
        }
      }
    }
    return count;
  }
}
