package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.sink.outcome.PartitionCommits;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * The queue items whose command this task knows, so that a command in doubt is not confused with an
 * earlier identical item. Keeps the last few items of the devices served last.
 *
 * <p>An item is identified by its id; on v3, which has none, by its frame counter. Counters grow
 * along a queue and start again when it is emptied or renumbered, so a new counter removes all that
 * are not below it. The server does not report a renumbering: an item may then be taken for
 * another.
 */
public final class SentItems {
  private static final int DEVICES = 10_000;
  private static final int ITEMS_PER_DEVICE = 16;

  private final Map<Target, Map<Name, Origin>> items =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Target, Map<Name, Origin>> eldest) {
          return size() > DEVICES;
        }
      };

  /**
   * The last command of each partition that was sent to a device. Kept longer than the items, which
   * are forgotten when the queue is emptied or renumbered, or when there are too many.
   */
  private final Map<Target, Map<TopicPartition, Origin>> last =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Target, Map<TopicPartition, Origin>> eldest) {
          return size() > DEVICES;
        }
      };

  /**
   * The server carried the command out.
   *
   * @param receipt empty if it queued nothing, and so emptied the queue
   */
  public void add(PendingCommand pending, Optional<Receipt> receipt) {
    went(pending);
    receipt.ifPresentOrElse(queued -> add(pending, queued), () -> items.remove(pending.target()));
  }

  private void add(PendingCommand pending, Receipt receipt) {
    add(pending.target(), new Name(receipt.queueItemId(), receipt.fCntDown()), Origin.of(pending));
  }

  /** The command's item was found in the queue. */
  public void add(PendingCommand pending, QueuedDownlink item) {
    went(pending);
    add(pending.target(), Name.of(item), Origin.of(pending));
  }

  /**
   * The queue before the device's next command is sent. Its last item is enough: items before it
   * were queued earlier and leave earlier.
   */
  void seen(Target target, List<QueuedDownlink> queue) {
    if (queue.isEmpty()) {
      return;
    }
    Name last = Name.of(queue.get(queue.size() - 1));
    if (!items.getOrDefault(target, Map.of()).containsKey(last)) {
      add(target, last, Origin.NOT_KNOWN);
    }
  }

  private void add(Target target, Name name, Origin origin) {
    Map<Name, Origin> names = items.computeIfAbsent(target, each -> new LinkedHashMap<>());
    names.keySet().removeIf(name::voids);
    names.put(name, origin);
    if (names.size() > ITEMS_PER_DEVICE) {
      Iterator<Name> oldest = names.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private void went(PendingCommand pending) {
    if (!wentPast(pending)) {
      last.computeIfAbsent(pending.target(), each -> new HashMap<>())
          .put(pending.partition(), Origin.of(pending));
    }
  }

  /**
   * Whether this task already sent this command or a later one of its lane, when it had the
   * partition before. Then this one had its outcome. The same flush may be repeated.
   */
  boolean wentPast(PendingCommand pending) {
    Origin sent = last.getOrDefault(pending.target(), Map.of()).get(pending.partition());
    return sent != null && sent.isPast(pending);
  }

  /** Whether the item was queued before the device's next command is sent. */
  public boolean contains(Target target, QueuedDownlink item) {
    return items.getOrDefault(target, Map.of()).containsKey(Name.of(item));
  }

  /** The server's receipt for this record, if this task sent it before. */
  Optional<Receipt> receipt(PendingCommand pending) {
    Origin origin = Origin.of(pending);
    return items.getOrDefault(pending.target(), Map.of()).entrySet().stream()
        .filter(each -> each.getValue().equals(origin))
        .map(each -> new Receipt(each.getKey().id(), each.getKey().fCntDown()))
        .findFirst();
  }

  /**
   * The items that commands of this partition may have become while another task had it: without
   * those that this task queued, and without all before an item of a committed command.
   */
  List<QueuedDownlink> unaccounted(PendingCommand pending, List<QueuedDownlink> queue) {
    Map<Name, Origin> names = items.getOrDefault(pending.target(), Map.of());
    return QueueSearch.afterKnown(
            queue, item -> names.getOrDefault(Name.of(item), Origin.NOT_KNOWN).isCommitted(pending))
        .stream()
        .filter(
            item -> names.getOrDefault(Name.of(item), Origin.NOT_KNOWN).equals(Origin.NOT_KNOWN))
        .toList();
  }

  /**
   * Identifies an item in a device's queue.
   *
   * @param fCntDown null where there is an id: the server may assign a counter later
   */
  private record Name(String id, Long fCntDown) {
    static Name of(QueuedDownlink item) {
      return new Name(item.id(), item.id() == null ? item.fCntDown() : null);
    }

    boolean voids(Name earlier) {
      return fCntDown != null && earlier.fCntDown != null && earlier.fCntDown >= fCntDown;
    }
  }

  /**
   * Which record the command was in.
   *
   * @param timestamp differs from that of a record at the same offset in a topic that was deleted
   *     and created again
   */
  private record Origin(TopicPartition partition, long offset, Long timestamp) {
    static final Origin NOT_KNOWN = new Origin(null, -1, null);

    static Origin of(PendingCommand pending) {
      return new Origin(pending.partition(), pending.offset(), pending.record().timestamp());
    }

    /** A topic that was created again begins with low offsets, but its records are younger. */
    boolean isPast(PendingCommand pending) {
      Long written = pending.record().timestamp();
      long from = pending.offset() + (pending.command().isRepeatable() ? 1 : 0);
      return offset >= from
          && (timestamp == null
              || written == null
              || timestamp >= written - 2 * PartitionCommits.CLOCKS_APART.toMillis());
    }

    boolean isCommitted(PendingCommand later) {
      return Objects.equals(partition, later.partition()) && offset < later.commits().firstOffset();
    }
  }
}
