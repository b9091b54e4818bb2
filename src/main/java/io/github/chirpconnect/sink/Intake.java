package io.github.chirpconnect.sink;

import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.config.SinkConfig.InDoubt;
import io.github.chirpconnect.sink.command.CommandReader;
import io.github.chirpconnect.sink.command.IgnoredRecord;
import io.github.chirpconnect.sink.command.InvalidCommand;
import io.github.chirpconnect.sink.dispatch.Lanes;
import io.github.chirpconnect.sink.dispatch.SinkSettings;
import io.github.chirpconnect.sink.memory.Memory;
import io.github.chirpconnect.sink.outcome.CommitTrackers;
import io.github.chirpconnect.sink.outcome.Outcome;
import io.github.chirpconnect.sink.outcome.OutcomeReporter;
import io.github.chirpconnect.sink.outcome.PartitionCommits;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.function.DoubleSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes records from Connect: a valid command goes into its target's lane, others are reported. */
final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private final CommitTrackers trackers;
  private final Lanes lanes;
  private final OutcomeReporter reporter;
  private final SinkSettings settings;
  private final Clocks clocks;
  private final DoubleSupplier random;
  private final CommandReader reader;
  private final Memory memory;
  private boolean timestampsMissed;

  Intake(
      Memory memory,
      CommitTrackers trackers,
      Lanes lanes,
      OutcomeReporter reporter,
      SinkSettings settings,
      Clocks clocks,
      DoubleSupplier random) {
    this.reader = new CommandReader(settings.tombstone());
    this.memory = memory;
    this.trackers = trackers;
    this.lanes = lanes;
    this.reporter = reporter;
    this.settings = settings;
    this.clocks = clocks;
    this.random = random;
  }

  /**
   * Takes a record.
   *
   * @return whether the task before may have sent its command
   * @throws IllegalStateException when the task does not have the record's partition
   */
  boolean accept(SinkRecord record) {
    PartitionCommits commits =
        trackers.of(new TopicPartition(record.originalTopic(), record.originalKafkaPartition()));
    PendingCommand pending = new PendingCommand(record, commits, reader.read(record), random);
    boolean inDoubt =
        memory.exists()
            ? commits.mayBeRecorded(record, clocks.now())
            : settings.inDoubt() != InDoubt.RESEND && commits.mayBeSentBefore(record, clocks.now());
    commits.accept(pending);
    memory.request(pending);
    if (record.timestamp() == null && !timestampsMissed) {
      timestampsMissed = true;
      LOG.warn("{} has no timestamp; the task treats such commands as new", pending.position());
    }
    if (pending.parsed() instanceof IgnoredRecord) {
      commits.done(pending);
      return false;
    }
    if (pending.parsed() instanceof InvalidCommand bad) {
      reporter.decided(pending, Outcome.rejected(bad.reason()));
      return false;
    }
    if (inDoubt) {
      pending.doubt(commits.assignment().steadyMillis() + Memory.SETTLE_MS);
    }
    lanes.add(pending);
    return inDoubt;
  }
}
