package io.github.chirpconnect.sink;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The queue items that this task knows to stand for commands that are done, so that a command in
 * doubt is not taken for one of its likes that went before it. The last few of the devices that
 * were served last.
 */
final class SentItems {
  private static final int DEVICES = 10_000;
  private static final int ITEMS_PER_DEVICE = 16;

  private final Map<String, Set<String>> items =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<String>> eldest) {
          return size() > DEVICES;
        }
      };

  void add(String devEui, String itemId) {
    if (itemId == null) {
      return; // a generation without item ids
    }
    Set<String> ids = items.computeIfAbsent(devEui, device -> new LinkedHashSet<>());
    ids.add(itemId);
    if (ids.size() > ITEMS_PER_DEVICE) {
      ids.remove(ids.iterator().next());
    }
  }

  boolean contains(String devEui, String itemId) {
    return itemId != null && items.getOrDefault(devEui, Set.of()).contains(itemId);
  }
}
