package io.github.chirpconnect.sink;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The queue items that this task knows to stand for commands that are done, so that a command in
 * doubt is not taken for one of its likes that went before it. The last few of the devices that
 * were served last.
 *
 * <p>A command that was done but not committed comes again when its partition was taken away, be it
 * to this very task: its item has to be unknown then, or the command would be sent a second time.
 */
final class SentItems {
  private static final int DEVICES = 10_000;
  private static final int ITEMS_PER_DEVICE = 16;

  private final Map<String, Map<String, Origin>> items =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, Origin>> eldest) {
          return size() > DEVICES;
        }
      };

  void add(Delivery delivery, String itemId) {
    if (itemId == null) {
      return; // a generation without item ids
    }
    Map<String, Origin> ids =
        items.computeIfAbsent(delivery.devEui(), device -> new LinkedHashMap<>());
    ids.put(itemId, new Origin(delivery.account(), delivery.offset()));
    if (ids.size() > ITEMS_PER_DEVICE) {
      Iterator<String> oldest = ids.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  boolean contains(String devEui, String itemId) {
    return itemId != null && items.getOrDefault(devEui, Map.of()).containsKey(itemId);
  }

  /** Partitions were taken away: forgets what of theirs was not offered for commit. */
  void forgetUncommitted() {
    items.values().forEach(ids -> ids.values().removeIf(Origin::comesAgain));
  }

  /** Which record the command was in. */
  private record Origin(PartitionAccount account, long offset) {
    boolean comesAgain() {
      return account.isClosed() && !account.wasOffered(offset);
    }
  }
}
