package io.github.chirpconnect.sink;

import io.github.chirpconnect.sink.memory.OutcomeArchive;
import io.github.chirpconnect.sink.memory.Recalled;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads back at once what was written. */
final class FakeArchive implements OutcomeArchive {
  /** By each reading: up to which offsets it may leave records out. */
  final List<Map<TopicPartition, Long>> readings = new ArrayList<>();

  /** Thrown at each reading while not null. */
  Exception failure;

  /** Whether a reading finds all that matters, and all that there ever was. */
  boolean reaches = true;

  boolean whole = true;
  boolean closed;

  private final List<OutcomeRecord> written;

  FakeArchive(List<OutcomeRecord> written) {
    this.written = written;
  }

  @Override
  public void read(
      Map<TopicPartition, Long> ends, BiConsumer<Map<TopicPartition, Recalled>, Exception> done) {
    readings.add(Map.copyOf(ends));
    if (failure != null) {
      done.accept(null, failure);
      return;
    }
    Map<TopicPartition, Recalled> all = new HashMap<>();
    for (TopicPartition commands : ends.keySet()) {
      List<OutcomeRecord> its =
          written.stream().filter(each -> each.source().equals(commands)).toList();
      all.put(commands, new Recalled(its, reaches, whole));
    }
    done.accept(all, null);
  }

  @Override
  public void close() {
    closed = true;
  }
}
