package io.github.chirpconnect.sink.outcome;

import java.util.function.Consumer;

/** Where outcomes are written to. */
public interface OutcomeLog extends AutoCloseable {

  /** Writes nothing, at once. */
  OutcomeLog NONE =
      new OutcomeLog() {
        @Override
        public void write(OutcomeRecord outcome, Consumer<Exception> written) {
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
   * @param written hears once, on any thread: null when the outcome is safe, else what went wrong
   */
  void write(OutcomeRecord outcome, Consumer<Exception> written);

  /** Lets go of everything, at once. */
  @Override
  void close();
}
