package io.github.chirpconnect.sink;

import io.github.chirpconnect.sink.memory.OutcomeArchive;
import io.github.chirpconnect.sink.memory.Recalled;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads back at once what was written. */
final class FakeArchive implements OutcomeArchive {
  /** By each reading: the first offsets that are not committed. */
  final List<Map<TopicPartition, Long>> readings = new ArrayList<>();

  /** Thrown at each reading while not null. */
  Exception failure;

  /** Since when a reading finds all that matters, and whether it finds all that there ever was. */
  Instant since = Instant.MIN;

  boolean whole = true;
  boolean closed;

  private final List<OutcomeRecord> written;

  FakeArchive(List<OutcomeRecord> written) {
    this.written = written;
  }

  @Override
  public void read(
      Map<TopicPartition, Long> firsts, BiConsumer<Map<TopicPartition, Recalled>, Exception> done) {
    readings.add(Map.copyOf(firsts));
    if (failure != null) {
      done.accept(null, failure);
      return;
    }
    Map<TopicPartition, Recalled> all = new HashMap<>();
    for (TopicPartition commands : firsts.keySet()) {
      List<OutcomeRecord> its =
          written.stream().filter(each -> each.source().equals(commands)).toList();
      all.put(commands, new Recalled(its, since, whole, highest(its)));
    }
    done.accept(all, null);
  }

  private static long highest(List<OutcomeRecord> records) {
    return records.stream().mapToLong(OutcomeRecord::offset).max().orElse(-1);
  }

  @Override
  public void close() {
    closed = true;
  }
}
