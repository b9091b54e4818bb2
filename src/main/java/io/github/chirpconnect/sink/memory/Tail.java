package io.github.chirpconnect.sink.memory;

import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;

/** The end of one partition of the outcome topic, as far back as it was read. */
final class Tail {
  private final TopicPartition partition;
  private final long begin;
  private final long end;
  private final Deque<List<Written>> read = new ArrayDeque<>();

  /** The partitions of commands of which nothing before {@link #from} matters. */
  private final Set<TopicPartition> ended = new HashSet<>();

  private long from;
  private long to;
  private long oldest = Long.MAX_VALUE;
  private Instant oldestAt = Instant.MAX;

  Tail(TopicPartition partition, long begin, long end) {
    this.partition = partition;
    this.begin = begin;
    this.end = end;
    this.from = end;
  }

  TopicPartition partition() {
    return partition;
  }

  /** Where to begin to read. */
  long from() {
    return from;
  }

  /** Where to stop reading. */
  long to() {
    return to;
  }

  /** Whether all was read that is there and matters to these partitions of commands. */
  boolean isRead(Collection<TopicPartition> commands) {
    return from <= begin || ended.containsAll(commands);
  }

  /** Whether all was read that was ever written. */
  boolean isWhole() {
    return begin == 0 && from == 0;
  }

  /**
   * Since when all is known that was written of a partition of commands. What retention has
   * removed, or what was not read, was written before the oldest record that was.
   */
  Instant since(TopicPartition commands) {
    return isWhole() || ended.contains(commands) ? Instant.MIN : oldestAt;
  }

  /** Reads this many records from the end, less those read before. */
  void deepen(long records) {
    to = from;
    from = Math.max(begin, end - records);
    read.addFirst(new ArrayList<>());
  }

  /** A task wrote something at this offset, at this time. */
  void sees(long offset, long timestamp) {
    if (offset < oldest && timestamp >= 0) {
      oldest = offset;
      oldestAt = Instant.ofEpochMilli(timestamp);
    }
  }

  /** One of the records that are asked for, and the task that wrote it. */
  void add(OutcomeRecord outcome, String task) {
    read.element().add(new Written(outcome, task));
  }

  /** What was written before does not matter to this partition of commands. */
  void ended(TopicPartition commands) {
    ended.add(commands);
  }

  /**
   * What was read, in the order in which it was written. An announcement is left out if the task
   * that made it took it back; another's word for that may come late.
   */
  List<OutcomeRecord> records() {
    List<Written> all = read.stream().flatMap(List::stream).toList();
    Map<Call, Integer> last = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).isIntent()) {
        last.put(all.get(i).call(), i);
      }
    }
    return IntStream.range(0, all.size())
        .filter(i -> !all.get(i).isIntent() || last.get(all.get(i).call()) == i)
        .mapToObj(i -> all.get(i).outcome())
        .toList();
  }

  /** What a task says of a command's call before it has an outcome. */
  private record Call(long offset, TopicPartition commands, String task) {}

  private record Written(OutcomeRecord outcome, String task) {
    boolean isIntent() {
      return outcome.outcome().isEmpty();
    }

    Call call() {
      return new Call(outcome.offset(), outcome.source(), task);
    }
  }
}
