package io.github.chirpconnect.sink.outcome;

import org.apache.kafka.connect.errors.DataException;

/** The form of an outcome's value in its topic. Safe for use by many threads. */
public interface OutcomeFormat extends AutoCloseable {

  /**
   * @throws DataException if it can't be written
   */
  byte[] write(String topic, OutcomeRecord outcome);

  /**
   * Reads a value back.
   *
   * @param value null for a tombstone
   * @return null if it is no outcome, see {@link OutcomeRecord#read}
   * @throws DataException if it is not in this form
   */
  OutcomeRecord read(String topic, byte[] value);

  @Override
  default void close() {
    // Most hold nothing.
  }
}
