package io.github.chirpconnect.sink;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.CompletionQueue;
import io.github.chirpconnect.sink.memory.OutcomeArchive;
import io.github.chirpconnect.sink.outcome.OutcomeLog;
import io.github.chirpconnect.sink.share.PartitionCount;
import java.util.function.DoubleSupplier;

/**
 * Injected collaborators of a task.
 *
 * @param random uniform in [0, 1)
 */
record SinkDependencies(
    ChirpStack chirpStack,
    OutcomeLog outcomes,
    OutcomeArchive archive,
    PartitionCount partitions,
    Clocks clocks,
    DoubleSupplier random,
    CompletionQueue completions) {

  /** Releases all connections. */
  void close() {
    chirpStack.close();
    partitions.close();
    archive.close();
    outcomes.close();
  }
}
