package io.github.chirpconnect.sink;

import io.github.chirpconnect.common.AuthGracePeriod;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.CompletionQueue;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.SinkConfig;
import io.github.chirpconnect.metrics.TaskMetrics;
import io.github.chirpconnect.sink.dispatch.Calls;
import io.github.chirpconnect.sink.dispatch.Dispatcher;
import io.github.chirpconnect.sink.dispatch.Lanes;
import io.github.chirpconnect.sink.dispatch.ServerCircuitBreaker;
import io.github.chirpconnect.sink.dispatch.SinkSettings;
import io.github.chirpconnect.sink.gate.Gates;
import io.github.chirpconnect.sink.memory.Memory;
import io.github.chirpconnect.sink.outcome.CommitTrackers;
import io.github.chirpconnect.sink.outcome.OutcomeReporter;
import io.github.chirpconnect.sink.outcome.OutcomeWriter;
import io.github.chirpconnect.sink.outcome.Ownership;
import io.github.chirpconnect.sink.outcome.PartitionCommits;
import io.github.chirpconnect.sink.share.Share;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A started sink task. All of it belongs to the task thread.
 *
 * <p>Connect lends that thread to the task only while it calls it, at times of its own choice. So a
 * {@code put()} with work left asks to be called again soon. While calls are in flight and more
 * commands wait, it stays a moment and sends the next command as soon as one is answered.
 */
final class StartedSink {
  private static final Logger LOG = LoggerFactory.getLogger(StartedSink.class);

  /**
   * How long put() waits for answers: at the limit of calls, below it, while lanes wait for a
   * commit.
   */
  private static final long STAY_MS = 100;

  private static final long STAY_WITH_ROOM_MS = 20;
  private static final long STAY_HELD_MS = 5;

  private final SinkDependencies dependencies;
  private final SinkSettings settings;
  private final Share share;
  private final Clocks clocks;
  private final CompletionQueue completions;
  private final CommitTrackers trackers;
  private final Lanes lanes = new Lanes();
  private final TaskMetrics shown;
  private final SinkMetrics metrics;
  private final Ownership ownership;
  private final ServerCircuitBreaker breaker;
  private final OutcomeReporter reporter;
  private final Intake intake;
  private final Memory memory;
  private final Gates gates;
  private final LastCalls lastCalls;
  private final Dispatcher dispatcher;
  private final Requests requests;

  private boolean broken;

  /**
   * @param metrics where this task's figures are shown; {@link #stop} closes it
   */
  StartedSink(
      SinkConfig config,
      SinkTaskContext context,
      TaskMetrics metrics,
      SinkDependencies dependencies) {
    ConnectionConfig connection = config.connection();
    this.dependencies = dependencies;
    this.settings = SinkSettings.of(config);
    this.clocks = dependencies.clocks();
    this.completions = dependencies.completions();
    this.share =
        new Share(config, dependencies.partitions(), completions, clocks, dependencies.random());
    this.trackers = new CommitTrackers(settings.window());
    this.shown = metrics;
    this.metrics = new SinkMetrics(clocks);
    this.ownership = new Ownership(clocks, this::stoodStill);
    this.breaker =
        new ServerCircuitBreaker(
            settings.retryTimeout(),
            new AuthGracePeriod(
                clocks, connection.tokenGrace(), connection.tokenFile().isPresent()),
            dependencies.random());
    this.reporter =
        new OutcomeReporter(
            context.errantRecordReporter(),
            new OutcomeWriter(
                dependencies.outcomes(),
                settings.retryTimeout(),
                completions,
                clocks,
                dependencies.random(),
                ownership::isProven,
                pending -> pending.commits().done(pending)),
            settings.toleratesErrors(),
            this.metrics::outcome,
            clocks);
    this.memory =
        new Memory(
            dependencies.archive(),
            settings.retryTimeout(),
            completions,
            clocks,
            dependencies.random(),
            lanes::release);
    this.intake =
        new Intake(memory, trackers, lanes, reporter, settings, clocks, dependencies.random());
    this.gates = Gates.of(config, share::parts, metrics, clocks);
    this.dispatcher =
        new Dispatcher(
            dependencies.chirpStack(),
            settings,
            gates,
            ownership,
            reporter,
            new Calls(breaker, lanes, completions, memory, share, this.metrics::retry, clocks),
            clocks);
    this.lastCalls = new LastCalls(lanes, dispatcher, reporter, completions, clocks);
    this.requests =
        new Requests(context, settings, trackers, dispatcher, reporter, ownership, clocks);
    this.metrics.show(metrics);
    LOG.info(
        "Sending commands to {}, {} at once; in doubt: {}",
        connection.endpoint(),
        share.maxInFlight(),
        settings.inDoubt());
  }

  /** Partitions were assigned. */
  void open(Collection<TopicPartition> partitions) {
    trackers.open(partitions, new PartitionCommits.AssignedAt(clocks.now(), clocks.steadyMillis()));
    partitionsChanged();
    requests.partitionsCame();
    LOG.info("Taking commands from {}", partitions);
  }

  /**
   * Partitions were revoked: commands that were not sent are dropped; answers in flight are
   * ignored.
   */
  void close(Collection<TopicPartition> partitions) {
    int before = lanes.waiting();
    trackers.close(partitions);
    partitionsChanged();
    LOG.info(
        "No longer taking commands from {}; {} unsent commands are left to the next task, {} calls"
            + " are in flight",
        partitions,
        before - lanes.waiting(),
        dispatcher.callsOut());
  }

  private void partitionsChanged() {
    share.partitionsAre(trackers.partitions());
    dispatcher.partitionsChanged();
  }

  /**
   * Takes commands, and does all work that is due.
   *
   * @throws ConnectException before any of the records is taken, when the task can't go on
   */
  void put(Collection<SinkRecord> records) {
    // First: answers may look late only because the task stood still.
    ownership.turn();
    completions.drain();
    reporter.report();
    Optional<String> fatal = dispatcher.fatal();
    if (fatal.isPresent()) {
      throw new ConnectException(fatal.get());
    }
    try {
      work(records);
    } catch (RuntimeException e) {
      // Part of the batch is taken: if this threw now, Connect would take all of it for delivered.
      broken(e);
    }
    requests.turnEnds();
    share.turnEnds();
    gates.turnEnds();
    metrics.state(lanes.waiting(), dispatcher.callsOut(), breaker.since());
  }

  private void work(Collection<SinkRecord> records) {
    reporter.writeWaiting();
    take(records);
    dispatch();
    if (!requests.commitIfWanted()) {
      stay();
    }
  }

  /**
   * Answers that come while records are read make room for the next calls. Not once a record is in
   * doubt: what is looked up for it depends on the commands behind it.
   */
  private void take(Collection<SinkRecord> records) {
    boolean inDoubt = false;
    for (SinkRecord record : records) {
      inDoubt |= intake.accept(record);
      if (!inDoubt) {
        completions.drain();
        if (lanes.out() < share.maxInFlight()) {
          dispatcher.dispatch();
        }
      }
    }
  }

  private void broken(RuntimeException e) {
    LOG.error("The task will fail, and commits nothing more", e);
    broken = true;
    dispatcher.fail("the task's record of what it sent is no longer reliable: " + e);
  }

  /** See {@link CommitTrackers#offer}. Never throws: Connect would rewind. */
  Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> current) {
    ownership.turn();
    boolean asked = requests.commitCame();
    if (broken) {
      return Map.of();
    }
    try {
      completions.drain();
      if (!asked) {
        lastCalls.drain();
      }
      requests.offered();
      Map<TopicPartition, OffsetAndMetadata> offered = trackers.offer(current);
      lanes.release();
      return ownership.mark(offered);
    } catch (RuntimeException e) {
      broken(e);
      return Map.of();
    }
  }

  void stop() {
    dependencies.close();
    shown.close();
    LOG.info("Stopped sending commands");
  }

  private void dispatch() {
    do {
      dispatcher.dispatch();
      memory.turn();
    } while (completions.drain());
  }

  /**
   * Waits for answers while calls are in flight and more commands wait to be sent, and for the
   * brokers while calls are announced.
   */
  private void stay() {
    long since = now();
    while ((lanes.waiting() > 0 || dispatcher.isAnnouncing())
        && lanes.out() > 0
        && ownership.isProven()
        && !reporter.hasReports()
        && dispatcher.fatal().isEmpty()
        && !requests.wantsCommit()) {
      long left = since + mostStay() - now();
      if (left <= 0) {
        return;
      }
      long due = lanes.untilNextDue(now());
      completions.await(due > 0 ? Math.min(due, left) : left);
      dispatch();
    }
  }

  private long mostStay() {
    if (lanes.holding()) {
      return STAY_HELD_MS;
    }
    return dispatcher.callsOut() < share.maxInFlight() ? STAY_WITH_ROOM_MS : STAY_MS;
  }

  /** The standstill does not count as failing time, since nothing was tried. */
  private void stoodStill(long millis) {
    if (lanes.waiting() > 0 || lanes.out() > 0) {
      LOG.warn(
          "The task stood still for {} ms with {} commands in hand; it sends none until a commit"
              + " shows that it still has its partitions",
          millis,
          lanes.waiting());
    }
    breaker.forget();
    lanes.forgive();
    reporter.stoodStill();
    memory.stoodStill();
  }

  private long now() {
    return clocks.steadyMillis();
  }
}
