package io.github.chirpconnect.sink.memory;

import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import java.time.Instant;
import java.util.List;

/**
 * What was read back of the commands of one partition.
 *
 * @param records as far back as was read; of one command in the order in which they were written
 * @param since they hold all that was written of uncommitted commands, if those are younger than
 *     this: {@link Instant#MIN} for all of them, {@link Instant#MAX} for none
 * @param whole whether they hold all that was ever written of the partition
 * @param highest the highest offset of which anything was written, as far as they tell; -1 for none
 */
public record Recalled(List<OutcomeRecord> records, Instant since, boolean whole, long highest) {
  /** Whether nothing is missing, whatever clocks say. */
  boolean reaches() {
    return since.equals(Instant.MIN);
  }
}
