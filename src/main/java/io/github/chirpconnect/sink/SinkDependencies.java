package io.github.chirpconnect.sink;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.CompletionQueue;
import io.github.chirpconnect.sink.memory.OutcomeArchive;
import io.github.chirpconnect.sink.outcome.OutcomeLog;
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
    Clocks clocks,
    DoubleSupplier random,
    CompletionQueue completions) {}
