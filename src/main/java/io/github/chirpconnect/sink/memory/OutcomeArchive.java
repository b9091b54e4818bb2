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
            Map<TopicPartition, Long> firsts,
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
   * @param firsts by partition of commands, the first offset that is not committed: what was
   *     written when nothing of it, nor of anything behind it, had been written need not be read
   * @param done called once, on any thread: with what was read of each of the partitions, or with
   *     null and the failure
   */
  void read(
      Map<TopicPartition, Long> firsts, BiConsumer<Map<TopicPartition, Recalled>, Exception> done);

  /** Releases all resources without waiting. */
  @Override
  void close();
}
