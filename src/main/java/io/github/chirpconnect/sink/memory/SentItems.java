package io.github.chirpconnect.sink.memory;

import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.common.BoundedMap;
import io.github.chirpconnect.sink.outcome.Outcome;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.sink.outcome.PartitionCommits;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
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

  private final Map<Target, Map<Name, Origin>> items = BoundedMap.leastUsedFirst(DEVICES);

  /**
   * The last command of each partition that was sent to a device. Kept longer than the items, which
   * are forgotten when the queue is emptied or renumbered, or when there are too many.
   */
  private final Map<Target, Map<TopicPartition, Origin>> last = BoundedMap.leastUsedFirst(DEVICES);

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
  public void seen(Target target, List<QueuedDownlink> queue) {
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
    if (name.hasCounter()) {
      names.keySet().removeIf(name::voids);
    }
    names.put(name, origin);
    if (names.size() > ITEMS_PER_DEVICE) {
      Iterator<Name> oldest = names.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private void went(PendingCommand pending) {
    Map<TopicPartition, Origin> its =
        last.computeIfAbsent(pending.target(), each -> new HashMap<>());
    Origin sent = its.get(pending.partition());
    if (sent == null || !sent.isPast(pending)) {
      its.put(pending.partition(), Origin.of(pending));
    }
  }

  /**
   * What other tasks wrote of a partition's commands. The task's own knowledge is better, and
   * stays.
   */
  void recall(List<OutcomeRecord> records) {
    records.stream()
        .filter(record -> record.target() != null && isNews(record))
        .sorted(Comparator.comparing(OutcomeRecord::time))
        .toList()
        .forEach(this::recall);
  }

  private boolean isNews(OutcomeRecord record) {
    Origin own = last.getOrDefault(record.target(), Map.of()).get(record.source());
    return own == null || own.offset() < record.offset();
  }

  private void recall(OutcomeRecord record) {
    boolean accepted =
        record.outcome().filter(each -> each.kind() == Outcome.Kind.ACCEPTED).isPresent();
    if (!accepted && !record.isSending()) {
      return;
    }
    Origin origin = Origin.of(record);
    last.computeIfAbsent(record.target(), each -> new HashMap<>())
        .merge(
            record.source(), origin, (one, other) -> one.offset() > other.offset() ? one : other);
    if (accepted && record.queueItemId() == null && record.fCntDown() == null) {
      items.remove(record.target()); // it emptied the queue
    } else if (accepted) {
      add(record.target(), new Name(record.queueItemId(), record.fCntDown()), origin);
    }
  }

  /**
   * Whether this task already sent this command or a later one of its lane, when it had the
   * partition before. Then this one had its outcome. The same flush may be repeated.
   */
  public boolean wentPast(PendingCommand pending) {
    Origin sent = last.getOrDefault(pending.target(), Map.of()).get(pending.partition());
    return sent != null && sent.isPast(pending);
  }

  /** Whether this task or another has sent a later command of its lane. */
  public boolean laterWent(PendingCommand pending) {
    Origin sent = last.getOrDefault(pending.target(), Map.of()).get(pending.partition());
    return sent != null && sent.isPast(pending) && sent.isAfter(pending);
  }

  /** Whether the item was queued before the device's next command is sent. */
  private boolean contains(Target target, QueuedDownlink item) {
    return items.getOrDefault(target, Map.of()).containsKey(Name.of(item));
  }

  /** The server's receipt for this record, if this task sent it before. */
  public Optional<Receipt> receipt(PendingCommand pending) {
    return items.getOrDefault(pending.target(), Map.of()).entrySet().stream()
        .filter(each -> each.getValue().isOf(pending))
        .map(each -> new Receipt(each.getKey().id(), each.getKey().fCntDown()))
        .findFirst();
  }

  /**
   * The items that commands of this partition may have become while another task had it: without
   * those that this task queued, and without all before an item of a committed command.
   */
  public List<QueuedDownlink> unaccounted(PendingCommand pending, List<QueuedDownlink> queue) {
    Map<Name, Origin> names = items.getOrDefault(pending.target(), Map.of());
    return afterKnown(
            queue, item -> names.getOrDefault(Name.of(item), Origin.NOT_KNOWN).isCommitted(pending))
        .stream()
        .filter(
            item -> names.getOrDefault(Name.of(item), Origin.NOT_KNOWN).equals(Origin.NOT_KNOWN))
        .toList();
  }

  /** The items behind all whose command is known: those that were queued after them. */
  public List<QueuedDownlink> afterAllKnown(Target target, List<QueuedDownlink> queue) {
    return afterKnown(queue, item -> contains(target, item));
  }

  /** The items behind the last known one: a queue is in the order of queueing. */
  private static List<QueuedDownlink> afterKnown(
      List<QueuedDownlink> queue, Predicate<QueuedDownlink> known) {
    int from = 0;
    for (int i = 0; i < queue.size(); i++) {
      if (known.test(queue.get(i))) {
        from = i + 1;
      }
    }
    return queue.subList(from, queue.size());
  }

  /**
   * The items that may be those of a command that another task sent: behind those of earlier
   * commands of its lane, before those of later ones, and nobody else's.
   */
  public List<QueuedDownlink> between(PendingCommand pending, List<QueuedDownlink> queue) {
    Map<Name, Origin> names = items.getOrDefault(pending.target(), Map.of());
    Function<QueuedDownlink, Origin> origin =
        item -> names.getOrDefault(Name.of(item), Origin.NOT_KNOWN);
    return afterKnown(queue, item -> origin.apply(item).isBefore(pending)).stream()
        .takeWhile(item -> !origin.apply(item).isAfter(pending))
        .filter(item -> origin.apply(item).equals(Origin.NOT_KNOWN))
        .toList();
  }

  /** When the last of the earlier commands of its lane was decided whose item is known. */
  public Optional<Instant> lastBefore(PendingCommand pending) {
    return items.getOrDefault(pending.target(), Map.of()).values().stream()
        .filter(origin -> origin.isBefore(pending))
        .map(Origin::time)
        .max(Comparator.naturalOrder());
  }

  /** The frame counter behind the last one that an earlier command was given. */
  public Optional<Long> nextCounter(PendingCommand pending) {
    return items.getOrDefault(pending.target(), Map.of()).entrySet().stream()
        .filter(each -> each.getValue().isBefore(pending))
        .map(each -> each.getKey().fCntDown() + 1)
        .max(Comparator.naturalOrder());
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

    boolean hasCounter() {
      return fCntDown != null;
    }

    boolean voids(Name earlier) {
      return hasCounter() && earlier.hasCounter() && earlier.fCntDown >= fCntDown;
    }
  }

  /**
   * Which record the command was in.
   *
   * @param timestamp differs from that of a record at the same offset in a topic that was deleted
   *     and created again
   * @param time when it was sent, or its outcome was decided
   */
  private record Origin(TopicPartition partition, long offset, Long timestamp, Instant time) {
    static final Origin NOT_KNOWN = new Origin(null, -1, null, null);

    static Origin of(PendingCommand pending) {
      return new Origin(
          pending.partition(), pending.offset(), pending.record().timestamp(), pending.sentAt());
    }

    static Origin of(OutcomeRecord record) {
      return new Origin(record.source(), record.offset(), record.timestamp(), record.time());
    }

    /** Whether it is of the same record. */
    boolean isOf(PendingCommand pending) {
      return Objects.equals(partition, pending.partition())
          && offset == pending.offset()
          && Objects.equals(timestamp, pending.record().timestamp());
    }

    boolean isBefore(PendingCommand pending) {
      return Objects.equals(partition, pending.partition()) && offset < pending.offset();
    }

    boolean isAfter(PendingCommand pending) {
      return Objects.equals(partition, pending.partition()) && offset > pending.offset();
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
