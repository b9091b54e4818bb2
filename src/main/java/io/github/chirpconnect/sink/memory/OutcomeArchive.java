package io.github.chirpconnect.sink.memory;

import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;

/** Where outcomes that any task wrote can be read back. */
public interface OutcomeArchive extends AutoCloseable {

  /** There is no outcome topic, so nothing is remembered. */
  OutcomeArchive NONE =
      new OutcomeArchive() {
        @Override
        public boolean exists() {
          return false;
        }

        @Override
        public void read(
            Map<TopicPartition, Long> ends,
            BiConsumer<Map<TopicPartition, Recalled>, Exception> done) {
          throw new IllegalStateException("there is nothing to read");
        }

        @Override
        public void close() {
          // Holds nothing.
        }
      };

  default boolean exists() {
    return true;
  }

  /**
   * Reads what was written of some partitions of commands, all that was durable at the time of the
   * call included. One call at a time.
   *
   * @param ends by partition of commands: what was written before an outcome of a lower offset than
   *     this need not be read
   * @param done called once, on any thread: with what was read of each of the partitions, or with
   *     null and the failure
   */
  void read(
      Map<TopicPartition, Long> ends, BiConsumer<Map<TopicPartition, Recalled>, Exception> done);

  /** Releases all resources without waiting. */
  @Override
  void close();
}
