package io.github.chirpconnect.sink.command;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads the bodies of ChirpStack's REST calls that queue a downlink. The fields inside the item and
 * beside it belong to one command.
 */
final class RestBody {
  private static final Set<String> DEVICE_ITEMS =
      Set.of("queueItem", "queue_item", "deviceQueueItem", "device_queue_item");

  private static final Set<String> GROUP_ITEMS =
      Set.of("multicastQueueItem", "multicast_queue_item");

  private RestBody() {}

  /** The fields of the command in a body; a command without a body is returned unchanged. */
  static Map<String, Object> unwrapped(Map<String, Object> given) throws InvalidField {
    Map<String, Object> fields = given;
    for (Map.Entry<String, Object> entry : given.entrySet()) {
      String name = entry.getKey();
      if (entry.getValue() == null) {
        continue;
      }
      if (GROUP_ITEMS.contains(name)) {
        throw new InvalidField(
            name
                + " is for a multicast group, which is not supported; write dev_eui, for one device");
      }
      if (DEVICE_ITEMS.contains(name)) {
        fields = merged(fields, name, entry.getValue());
      }
    }
    return fields;
  }

  private static Map<String, Object> merged(Map<String, Object> around, String name, Object item)
      throws InvalidField {
    if (!(item instanceof Map<?, ?>)) {
      throw new InvalidField(
          name + " is a " + ConnectValues.kind(item) + "; write what belongs into it, {…}");
    }
    Map<String, Object> fields = new LinkedHashMap<>(around);
    fields.remove(name);
    for (Map.Entry<String, Object> entry : ConnectValues.asFields(item).entrySet()) {
      if (fields.put(entry.getKey(), entry.getValue()) != null) {
        throw new InvalidField(
            entry.getKey() + " is given twice, in " + name + " and beside it; write it once");
      }
    }
    return fields;
  }
}
