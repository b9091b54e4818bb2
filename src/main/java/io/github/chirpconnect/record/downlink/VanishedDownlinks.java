package io.github.chirpconnect.record.downlink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.record.schema.Downlinks;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds downlinks that left their device's queue although no event says why: a client flushed the
 * queue, or a join or an activation emptied it. The reader of the queues reports each queue to it,
 * and the reader of the logs each event.
 *
 * <p>The absence of an event proves nothing. An item has vanished only if the device's log was read
 * beyond the moment at which it left, and says nothing of it:
 *
 * <ul>
 *   <li>A reading of the queue showed the item, at a time when it was certainly not sent yet. On v4
 *       that is an item that is not pending; on v3, which does not tell, one that is not confirmed.
 *   <li>A later reading did not show it. v3 has only frame counters, which it may change; so there
 *       only an empty queue counts.
 *   <li>An entry of the log is dated later than that reading, by more than a server takes to write
 *       an event. A log is read in order, so what happened before was read before.
 *   <li>No entry was missing before it, since the item was seen in the queue. What is missing was
 *       written before the first entry behind the gap.
 *   <li>None of these entries was about the item; on v3, about any downlink of the device.
 * </ul>
 *
 * <p>Entries are dated by the server's clock, readings by ours. No entry can be read before it was
 * written, so one that is dated later than it is read tells how far the server's clock is ahead. If
 * it is behind, it takes as much longer until an entry is late enough.
 *
 * <p>Only devices with downlinks waiting take room. What is not decided is forgotten when the task
 * ends, and if there is too much of it.
 *
 * <p>Thread-safe: queues and logs are read by different threads.
 */
public final class VanishedDownlinks implements QueueWatch {
  /** The largest number of items that are remembered, of all devices. */
  static final int MOST_ITEMS = 50_000;

  /**
   * An event is written within this time after its cause: v3 waits up to 4 s for a Redis
   * connection.
   */
  static final Duration WRITTEN_WITHIN = Duration.ofSeconds(10);

  /** An entry that is dated further in the future says nothing about the server's clock. */
  private static final Duration AHEAD_MAX = Duration.ofDays(1);

  private static final long NO_TIME = Long.MIN_VALUE;

  /**
   * What names an item of a device.
   *
   * @param id null on v3
   * @param fCntDown null on v4, where it changes
   */
  record Item(String id, Long fCntDown) {
    private static Item of(ObjectNode item) {
      return isNamed(item)
          ? new Item(item.path("id").textValue(), null)
          : new Item(null, item.path("fCntDown").asLong());
    }

    private static boolean isNamed(ObjectNode item) {
      JsonNode id = item.path("id");
      return id.isTextual() && !id.textValue().isEmpty();
    }

    /** As in {@link Downlinks#DOWNLINK}. */
    String downlink(String devEui) {
      return id == null ? Downlinks.named(devEui, fCntDown) : id;
    }
  }

  /**
   * An item that is no longer in its queue.
   *
   * @param seenAt when a reading showed it last
   * @param missedAt when a reading did not show it
   */
  record Left(Item item, Instant seenAt, Instant missedAt) {}

  /** Of one device. */
  private static final class Queue {
    private final Set<Item> waiting = new LinkedHashSet<>();
    private final Map<Item, Left> left = new LinkedHashMap<>();

    /** Those of {@link #left} that have vanished, and were not told yet. */
    private final Map<Item, Left> vanished = new LinkedHashMap<>();

    /** When all that is waiting was seen. */
    private Instant seenAt;

    private int size() {
      return waiting.size() + left.size() + vanished.size();
    }

    private void forget(Item item) {
      waiting.remove(item);
      left.remove(item);
      vanished.remove(item);
    }
  }

  private final Clock clock;

  /** Those that were not used for the longest time come first. */
  private final Map<String, Queue> queues = new LinkedHashMap<>(16, 0.75f, true);

  private int items;

  /** Whose queue is being read, unless events since then may concern what the answer shows. */
  private String asked;

  /** How many milliseconds the server's clock is ahead, at least; it may be less than none. */
  private long atLeastAhead = -Duration.ofDays(3_650).toMillis();

  /**
   * @param clock the time of day
   */
  public VanishedDownlinks(Clock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void asks(String devEui) {
    asked = devEui;
  }

  @Override
  public synchronized void read(String devEui, List<ObjectNode> answer) {
    Queue queue = queues.remove(devEui);
    if (queue == null) {
      queue = new Queue();
    }
    items -= queue.size();
    Set<Item> shown = new HashSet<>();
    Set<Item> unsent = new LinkedHashSet<>();
    for (ObjectNode node : answer) {
      Item item = Item.of(node);
      shown.add(item);
      if (isUnsent(node)) {
        unsent.add(item);
      }
    }
    Instant now = clock.instant();
    for (Item item : queue.waiting) {
      if (!shown.contains(item) && (item.id() != null || answer.isEmpty())) {
        queue.left.put(item, new Left(item, queue.seenAt, now));
      }
    }
    queue.left.keySet().removeAll(shown);
    queue.vanished.keySet().removeAll(shown);
    queue.waiting.retainAll(unsent);
    if (devEui.equals(asked)) {
      queue.waiting.addAll(unsent);
    }
    queue.seenAt = now;
    asked = null;
    keep(devEui, queue);
  }

  private void keep(String devEui, Queue queue) {
    if (queue.size() > 0) {
      queues.put(devEui, queue);
      items += queue.size();
    }
    while (items > MOST_ITEMS) {
      forget(queues.keySet().iterator().next());
    }
  }

  private static boolean isUnsent(ObjectNode item) {
    return Item.isNamed(item)
        ? !item.path("isPending").asBoolean()
        : !item.path("confirmed").asBoolean();
  }

  @Override
  public synchronized void gone(String devEui) {
    forget(devEui);
  }

  private void forget(String devEui) {
    Queue queue = queues.remove(devEui);
    if (queue != null) {
      items -= queue.size();
    }
  }

  /**
   * An entry of a device's log of events comes next.
   *
   * @param follows whether none is missing between the one before and this one
   */
  synchronized void next(LogEntry event, boolean follows) {
    long time = time(event);
    if (!follows) {
      unsettled(event.devEui());
      afterGap(event.devEui(), time);
      return;
    }
    Queue queue = time == NO_TIME ? null : queues.get(event.devEui());
    if (queue != null) {
      long before = time - Math.max(0, atLeastAhead) - WRITTEN_WITHIN.toMillis();
      Map<Item, Left> proved = new LinkedHashMap<>(queue.left);
      proved.values().removeIf(left -> left.missedAt().toEpochMilli() > before);
      queue.left.keySet().removeAll(proved.keySet());
      queue.vanished.putAll(proved);
    }
  }

  /** Forgets all that may have left with an entry that is missing before that time. */
  private void afterGap(String devEui, long time) {
    Queue queue = queues.remove(devEui);
    if (queue != null) {
      items -= queue.size();
      if (isBefore(queue.seenAt, time)) {
        queue.waiting.clear();
      }
      queue.left.values().removeIf(left -> isBefore(left.seenAt(), time));
      queue.vanished.values().removeIf(left -> isBefore(left.seenAt(), time));
      keep(devEui, queue);
    }
  }

  /** Whether it may have been before that, as far as is known of the server's clock. */
  private boolean isBefore(Instant seenAt, long time) {
    return time == NO_TIME || seenAt.toEpochMilli() + atLeastAhead < time;
  }

  /** By the server's clock, which it also shows; {@link #NO_TIME} if it is not known. */
  private long time(LogEntry event) {
    long time = NO_TIME;
    if (event.id() instanceof EntryId.Sequenced id) {
      time = id.millis();
    } else if (event.time() != null) {
      time = event.time().toEpochMilli();
    }
    long now = clock.millis();
    if (time == NO_TIME || time > now + AHEAD_MAX.toMillis()) {
      return NO_TIME;
    }
    atLeastAhead = Math.max(atLeastAhead, time - now);
    return time;
  }

  /**
   * The entry is about a downlink of its device.
   *
   * @param id the queue item's; null if it may be any item
   */
  synchronized void told(String devEui, String id) {
    unsettled(devEui);
    Queue queue = queues.remove(devEui);
    if (queue != null) {
      items -= queue.size();
      if (id != null) {
        queue.forget(new Item(id, null));
        keep(devEui, queue);
      }
    }
  }

  /** An answer that comes now may show items as they were before. */
  private void unsettled(String devEui) {
    if (devEui.equals(asked)) {
      asked = null;
    }
  }

  /** Whether downlinks of the device have vanished, and were not told yet. */
  synchronized boolean hasVanished(String devEui) {
    Queue queue = queues.get(devEui);
    return queue != null && !queue.vanished.isEmpty();
  }

  /** Those that have vanished, in the order in which they were queued. Each is told once. */
  synchronized List<Left> take(String devEui) {
    Queue queue = queues.remove(devEui);
    if (queue == null) {
      return List.of();
    }
    items -= queue.size();
    List<Left> vanished = List.copyOf(queue.vanished.values());
    queue.vanished.clear();
    keep(devEui, queue);
    return vanished;
  }
}
