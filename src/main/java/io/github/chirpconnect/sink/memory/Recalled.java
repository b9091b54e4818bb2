package io.github.chirpconnect.sink.memory;

import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import java.util.List;

/**
 * What was read back of the commands of one partition.
 *
 * @param records as far back as was read; of one command in the order in which they were written
 * @param reaches whether they hold all that was written of the commands that are not committed
 * @param whole whether they hold all that was ever written of the partition
 */
public record Recalled(List<OutcomeRecord> records, boolean reaches, boolean whole) {}
