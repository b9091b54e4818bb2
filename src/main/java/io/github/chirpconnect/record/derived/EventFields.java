package io.github.chirpconnect.record.derived;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** Fields of an event that its rows have too. */
public final class EventFields {
  private static final String TAGS = "tags";

  private static final List<String> OF_DEVICE =
      List.of(
          "tenant_id",
          "tenant_name",
          "application_id",
          "application_name",
          "device_profile_id",
          "device_profile_name",
          "device_name",
          TAGS);

  private EventFields() {}

  /**
   * Copies the named fields and those of {@code device_info}, as far as both the event and the row
   * have them; kinds of events differ in their fields.
   */
  public static void copy(List<String> names, Struct event, Struct row) {
    copyInner(names, event, row);
    copyInner(OF_DEVICE, event.getStruct("device_info"), row);
    Field tags = row.schema().field(TAGS);
    if (tags != null && row.get(tags) == null) {
      // The event does not say whose it is, and no map of a record is null.
      row.put(tags, Map.of());
    }
  }

  private static void copyInner(List<String> names, Struct from, Struct row) {
    for (String name : names) {
      Field field = from == null ? null : from.schema().field(name);
      if (field != null && row.schema().field(name) != null) {
        row.put(name, from.get(field));
      }
    }
  }
}
