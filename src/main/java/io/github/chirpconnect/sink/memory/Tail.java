package io.github.chirpconnect.sink.memory;

import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** The end of one partition of the outcome topic, as far back as it was read. */
final class Tail {
  private final TopicPartition partition;
  private final long begin;
  private final long end;
  private final Deque<List<OutcomeRecord>> read = new ArrayDeque<>();

  /** The partitions of commands of which nothing before {@link #from} matters. */
  private final Set<TopicPartition> ended = new HashSet<>();

  private long from;
  private long to;

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

  /** Whether all was read that matters to these partitions of commands. */
  boolean reaches(Collection<TopicPartition> commands) {
    return from <= begin || ended.containsAll(commands);
  }

  /** Whether all was read that was ever written. */
  boolean isWhole() {
    return begin == 0 && from == 0;
  }

  /** Reads this many records from the end, less those read before. */
  void deepen(long records) {
    to = from;
    from = Math.max(begin, end - records);
    read.addFirst(new ArrayList<>());
  }

  void add(OutcomeRecord outcome) {
    read.element().add(outcome);
  }

  /** What was written before does not matter to this partition of commands. */
  void ended(TopicPartition commands) {
    ended.add(commands);
  }

  /** All that was read, in the order in which it was written. */
  List<OutcomeRecord> records() {
    return read.stream().flatMap(List::stream).toList();
  }
}
