package io.github.chirpconnect.sink.share;

import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;

/** Who knows how many partitions the topics have that the connector reads commands from. */
public interface PartitionCount extends AutoCloseable {

  /** Nobody can be asked: a task has no access to its worker's brokers. */
  PartitionCount NONE =
      new PartitionCount() {
        @Override
        public boolean exists() {
          return false;
        }

        @Override
        public void ask(Set<TopicPartition> own, BiConsumer<Integer, Exception> done) {
          throw new IllegalStateException("there is nobody to ask");
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
   * Counts the partitions of all topics of the connector. One call at a time.
   *
   * @param own the task's partitions
   * @param done called once, on any thread: with the number, or with null and why it is not known
   */
  void ask(Set<TopicPartition> own, BiConsumer<Integer, Exception> done);

  /** Releases all resources without waiting. */
  @Override
  void close();
}
