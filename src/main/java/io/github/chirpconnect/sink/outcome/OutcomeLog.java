package io.github.chirpconnect.sink.outcome;

import java.util.OptionalLong;
import java.util.function.Consumer;

/** Where outcomes are written. */
public interface OutcomeLog extends AutoCloseable {

  /** Writes nothing and reports success. */
  OutcomeLog NONE =
      new OutcomeLog() {
        @Override
        public void write(
            OutcomeRecord outcome, OptionalLong highest, Consumer<Exception> written) {
          written.accept(null);
        }

        @Override
        public void close() {
          // Holds nothing.
        }
      };

  /**
   * Writes one outcome. Never throws.
   *
   * @param highest see {@link PartitionCommits#highestWritten}
   * @param written called once, on any thread: with null when the outcome is durable, else with the
   *     failure
   */
  void write(OutcomeRecord outcome, OptionalLong highest, Consumer<Exception> written);

  /** Releases all resources without waiting. */
  @Override
  void close();
}
