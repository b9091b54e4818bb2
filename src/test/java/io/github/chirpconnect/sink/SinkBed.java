package io.github.chirpconnect.sink;

import io.github.chirpconnect.common.CompletionQueue;
import io.github.chirpconnect.sink.memory.OutcomeArchive;
import io.github.chirpconnect.sink.outcome.OutcomeLog;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.sink.outcome.PartitionCommits;
import io.github.chirpconnect.sink.share.FakePartitionCount;
import io.github.chirpconnect.sink.share.PartitionCount;
import io.github.chirpconnect.testing.FakeChirpStack;
import io.github.chirpconnect.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A task between a fake Connect and a fake ChirpStack. Time stands still but for what the test and
 * the task's own waiting let pass; nothing sleeps.
 */
public final class SinkBed {
  static final TopicPartition PARTITION = new TopicPartition("commands", 0);
  static final TopicPartition OTHER = new TopicPartition("commands", 1);
  public static final String A = "000000000000000a";
  static final String B = "000000000000000b";

  final ManualTime time = new ManualTime();
  final FakeChirpStack server = new FakeChirpStack(time);
  FakeContext context = new FakeContext();
  final FakeOutcomes outcomes = new FakeOutcomes();
  final FakePartitionCount count = new FakePartitionCount();
  final Map<String, String> config = new HashMap<>();
  final Map<TopicPartition, OffsetAndMetadata> current = new HashMap<>();

  /** What Connect takes for committed. */
  final Map<TopicPartition, OffsetAndMetadata> lastCommitted = new HashMap<>();

  /** Whether the group's coordinator takes commits. */
  boolean commitsSucceed = true;

  int commits;

  private final Map<TopicPartition, Long> nextOffsets = new HashMap<>();

  /** Happens whenever the task waits. */
  Runnable whileWaiting = () -> {};

  ChirpStackSinkTask task;

  SinkBed() {
    config.put("chirpstack.url", "localhost:8080");
    config.put("chirpstack.token", "a.b.c");
    config.put("errors.tolerance", "all");
  }

  SinkBed with(String key, Object value) {
    config.put(key, String.valueOf(value));
    return this;
  }

  /** Starts a task and gives it partitions, a while before anything is written. */
  SinkBed start(TopicPartition... partitions) {
    startNow(partitions);
    letAssignmentAge();
    return this;
  }

  /** Starts a task and gives it partitions. */
  SinkBed startNow(TopicPartition... partitions) {
    CompletionQueue completions =
        new CompletionQueue() {
          @Override
          protected Runnable take(long millis) {
            Runnable letter = super.take(0);
            if (letter == null) {
              whileWaiting.run();
              letter = super.take(0);
            }
            if (letter == null) {
              time.advance(Duration.ofMillis(millis));
            }
            return letter;
          }
        };
    task =
        new ChirpStackSinkTask(
            parsed ->
                new SinkDependencies(
                    server,
                    parsed.outcomes().topic().isPresent() ? outcomes : OutcomeLog.NONE,
                    parsed.outcomes().topic().isPresent() ? outcomes.archive : OutcomeArchive.NONE,
                    parsed.outcomes().topic().isPresent() ? count : PartitionCount.NONE,
                    time.clocks(),
                    () -> 0.0,
                    completions));
    task.initialize(context);
    task.start(config);
    openNow(partitions.length == 0 ? new TopicPartition[] {PARTITION} : partitions);
    return this;
  }

  /** The worker is killed; another one begins with the first of these records. */
  void killed(List<SinkRecord> again) {
    context = new FakeContext();
    nextOffsets.put(PARTITION, again.get(0).originalKafkaOffset());
    time.advance(Duration.ofSeconds(30));
    startNow();
    put(again);
    turns(Duration.ofSeconds(16)); // until calls of the task before have passed their deadline
  }

  /** Gives partitions to the task, a while before anything is written. */
  void open(TopicPartition... partitions) {
    openNow(partitions);
    letAssignmentAge();
  }

  /** What comes from here on is younger than the assignment, by whatever clock. */
  private void letAssignmentAge() {
    long end = time.steadyMillis() + PartitionCommits.CLOCKS_APART.toMillis();
    while (time.steadyMillis() <= end) {
      time.advance(Duration.ofMillis(500)); // a longer one would be a standstill
      turn();
    }
  }

  void openNow(TopicPartition... partitions) {
    context.assignment.addAll(List.of(partitions));
    for (TopicPartition partition : partitions) {
      long position = nextOffsets.getOrDefault(partition, 0L);
      current.put(partition, new OffsetAndMetadata(position));
      lastCommitted.put(partition, new OffsetAndMetadata(position));
    }
    task.open(List.of(partitions));
  }

  void close(TopicPartition... partitions) {
    List.of(partitions).forEach(context.assignment::remove);
    task.close(List.of(partitions));
    current.keySet().removeAll(List.of(partitions));
    lastCommitted.keySet().removeAll(List.of(partitions));
  }

  void put(SinkRecord... records) {
    put(Arrays.asList(records));
  }

  void put(Collection<SinkRecord> records) {
    context.timeout = -1;
    task.put(records);
    for (SinkRecord record : records) {
      current.put(
          new TopicPartition(record.originalTopic(), record.originalKafkaPartition()),
          new OffsetAndMetadata(record.originalKafkaOffset() + 1));
    }
  }

  /** Empty puts, and the commits they ask for, over this much time. */
  void turns(Duration during) {
    long end = time.steadyMillis() + during.toMillis();
    do {
      turn();
      time.advance(Duration.ofMillis(50));
    } while (time.steadyMillis() < end);
  }

  void turn() {
    put();
    if (context.commitRequested) {
      preCommit();
    }
  }

  /** What Connect does when a commit was requested, when it is due, or before a close. */
  Map<TopicPartition, OffsetAndMetadata> preCommit() {
    context.commitRequested = false;
    commits++;
    Map<TopicPartition, OffsetAndMetadata> offered = task.preCommit(new HashMap<>(current));
    Map<TopicPartition, OffsetAndMetadata> committable = new HashMap<>(lastCommitted);
    committable.putAll(offered);
    if (!committable.equals(lastCommitted) && commitsSucceed) {
      lastCommitted.putAll(committable);
    }
    return offered;
  }

  long committed(TopicPartition partition) {
    return preCommit().get(partition).offset();
  }

  long committed() {
    return committed(PARTITION);
  }

  SinkRecord command(String devEui, int port) {
    return command(PARTITION, devEui, port);
  }

  SinkRecord command(TopicPartition partition, String devEui, int port) {
    return record(
        partition, devEui, "{\"id\":\"c" + port + "\",\"f_port\":" + port + ",\"data\":\"AQ==\"}");
  }

  SinkRecord record(TopicPartition partition, String key, String value) {
    return record(partition, key, value, time.instant().toEpochMilli());
  }

  SinkRecord record(TopicPartition partition, String key, String value, Long timestamp) {
    long offset = nextOffsets.merge(partition, 1L, Long::sum) - 1;
    return new SinkRecord(
        partition.topic(),
        partition.partition(),
        null,
        key,
        null,
        value,
        offset,
        timestamp,
        timestamp == null ? TimestampType.NO_TIMESTAMP_TYPE : TimestampType.CREATE_TIME);
  }

  /** A record as a successor gets it again. */
  void rewind(TopicPartition partition, long offset) {
    nextOffsets.put(partition, offset);
  }

  static String base64(int... bytes) {
    byte[] all = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      all[i] = (byte) bytes[i];
    }
    return Base64.getEncoder().encodeToString(all);
  }

  /** An outcome topic whose brokers may be away. */
  static final class FakeOutcomes implements OutcomeLog {
    /** What says what became of commands. */
    final List<OutcomeRecord> written = new ArrayList<>();

    /** All that was written, announcements included. */
    final List<OutcomeRecord> all = new ArrayList<>();

    final FakeArchive archive = new FakeArchive(all);
    final List<Consumer<Exception>> waiting = new ArrayList<>();
    boolean waits;
    boolean announcementsWait;
    Exception failure;
    int attempts;
    boolean closed;

    @Override
    public void write(OutcomeRecord outcome, OptionalLong highest, Consumer<Exception> done) {
      attempts++;
      if (failure != null) {
        done.accept(failure);
        return;
      }
      all.add(outcome);
      if (outcome.outcome().isPresent()) {
        written.add(outcome);
      }
      if (outcome.outcome().isPresent() ? waits : announcementsWait) {
        waiting.add(done);
      } else {
        done.accept(null);
      }
    }

    List<String> texts() {
      return written.stream().map(OutcomeRecord::state).toList();
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
