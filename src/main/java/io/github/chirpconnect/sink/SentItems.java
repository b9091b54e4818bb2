package io.github.chirpconnect.sink;

import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The queue items that this task knows to stand for commands that are done, so that a command in
 * doubt is not taken for one of its likes that went before it. The last few of the devices that
 * were served last.
 *
 * <p>An item is known by its id; where items have none, as on v3, by its frame counter. Counters
 * grow along a queue, but start again once it was emptied or renumbered: so a new one makes those
 * that are not below it void. What the server has renumbered since, nobody tells: an item may pass
 * for another then.
 *
 * <p>A command that was done but not committed comes again when its partition was taken away, be it
 * to this very task: its item has to be unknown then, or the command would be sent a second time.
 */
final class SentItems {
  private static final int DEVICES = 10_000;
  private static final int ITEMS_PER_DEVICE = 16;

  private final Map<String, Map<Name, Origin>> items =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<Name, Origin>> eldest) {
          return size() > DEVICES;
        }
      };

  void add(Delivery delivery, Receipt receipt) {
    add(delivery, new Name(receipt.queueItemId(), receipt.fCntDown()));
  }

  void add(Delivery delivery, QueuedDownlink item) {
    add(delivery, Name.of(item));
  }

  private void add(Delivery delivery, Name name) {
    Map<Name, Origin> names =
        items.computeIfAbsent(delivery.devEui(), device -> new LinkedHashMap<>());
    names.keySet().removeIf(name::voids);
    names.put(name, new Origin(delivery.account(), delivery.offset()));
    if (names.size() > ITEMS_PER_DEVICE) {
      Iterator<Name> oldest = names.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  boolean contains(String devEui, QueuedDownlink item) {
    return items.getOrDefault(devEui, Map.of()).containsKey(Name.of(item));
  }

  /** The device's queue was emptied: nothing of what was known is there. */
  void emptied(String devEui) {
    items.remove(devEui);
  }

  /** Partitions were taken away: forgets what of theirs was not offered for commit. */
  void forgetUncommitted() {
    items.values().forEach(names -> names.values().removeIf(Origin::comesAgain));
  }

  /**
   * What tells an item from others in a device's queue.
   *
   * @param fCntDown null where there is an id: the server may give a counter later
   */
  private record Name(String id, Long fCntDown) {
    static Name of(QueuedDownlink item) {
      return new Name(item.id(), item.id() == null ? item.fCntDown() : null);
    }

    boolean voids(Name earlier) {
      return fCntDown != null && earlier.fCntDown != null && earlier.fCntDown >= fCntDown;
    }
  }

  /** Which record the command was in. */
  private record Origin(PartitionAccount account, long offset) {
    boolean comesAgain() {
      return account.isClosed() && !account.wasOffered(offset);
    }
  }
}
