package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Target;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the bodies of ChirpStack's REST calls that queue a downlink. The fields inside the item and
 * beside it belong to one command.
 *
 * @param fields of the command
 * @param item the name of the item; null if the command came without a body around it
 */
record RestBody(Map<String, Object> fields, String item) {
  /** For whom an item is: v4 has one name for both kinds of target, which is mapped to null. */
  private static final Map<String, Target.Kind> ITEMS = items();

  private static Map<String, Target.Kind> items() {
    Map<String, Target.Kind> items = new LinkedHashMap<>();
    items.put("queueItem", null);
    items.put("queue_item", null);
    items.put("deviceQueueItem", Target.Kind.DEVICE);
    items.put("device_queue_item", Target.Kind.DEVICE);
    items.put("multicastQueueItem", Target.Kind.MULTICAST_GROUP);
    items.put("multicast_queue_item", Target.Kind.MULTICAST_GROUP);
    // As ksqlDB writes names.
    new LinkedHashMap<>(items)
        .forEach((name, kind) -> items.put(name.toUpperCase(Locale.ROOT), kind));
    return items;
  }

  /** The command in a body; what has no item is a command itself. */
  static RestBody of(Map<String, Object> given) throws InvalidField {
    RestBody body = new RestBody(given, null);
    for (Map.Entry<String, Object> entry : given.entrySet()) {
      if (entry.getValue() != null && ITEMS.containsKey(entry.getKey())) {
        body = body.with(entry.getKey(), entry.getValue());
      }
    }
    return body;
  }

  private RestBody with(String name, Object value) throws InvalidField {
    if (item != null) {
      throw new InvalidField(
          item + " and " + name + " are two commands; write each into a record of its own");
    }
    if (!(value instanceof Map<?, ?>)) {
      throw new InvalidField(
          name + " is a " + ConnectValues.kind(value) + "; write what belongs into it, {…}");
    }
    Map<String, Object> all = new LinkedHashMap<>(fields);
    all.remove(name);
    for (Map.Entry<String, Object> entry : ConnectValues.asFields(value).entrySet()) {
      if (all.put(entry.getKey(), entry.getValue()) != null) {
        throw new InvalidField(
            entry.getKey() + " is given twice, in " + name + " and beside it; write it once");
      }
    }
    return new RestBody(all, name);
  }

  /**
   * Refuses a target that the item is not for: what was written for a group must not go to a device
   * that the record's key happens to name.
   *
   * @param where what names the target
   */
  void requireKind(String where, Target target) throws InvalidField {
    Target.Kind kind = item == null ? null : ITEMS.get(item);
    if (kind != null && kind != target.kind()) {
      throw new InvalidField(
          item
              + " is for a "
              + kind.text()
              + ", but "
              + where
              + " says "
              + target
              + "; write "
              + (kind == Target.Kind.DEVICE ? TargetName.DEVICE : TargetName.GROUP));
    }
  }
}
