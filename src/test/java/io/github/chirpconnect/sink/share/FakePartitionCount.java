package io.github.chirpconnect.sink.share;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;

/** Knows what a test says, and answers at once or when the test says so. */
public final class FakePartitionCount implements PartitionCount {
  public final List<Set<TopicPartition>> asked = new ArrayList<>();
  public int count = 1;
  public Exception failure;
  boolean exists = true;
  boolean waits;
  BiConsumer<Integer, Exception> waiting;

  @Override
  public boolean exists() {
    return exists;
  }

  @Override
  public void ask(Set<TopicPartition> own, BiConsumer<Integer, Exception> done) {
    asked.add(own);
    if (waits) {
      waiting = done;
    } else if (failure != null) {
      done.accept(null, failure);
    } else {
      done.accept(count, null);
    }
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
