package io.github.chirpconnect.bench;

import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.SinkConfig;
import io.github.chirpconnect.sink.ChirpStackSinkTask;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * A sink task that is driven as a worker drives it, without the worker: batches of a consumer's
 * size, none of paused partitions, a look at the task as soon as it asked for one, a commit when it
 * asked for that.
 */
final class SinkRun implements AutoCloseable {
  private static final String TOPIC = "chirpstack.commands";
  private static final int PARTITIONS = 4;
  private static final int BATCH = 500;
  private static final long POLL_MS = 100;
  private static final double NANOS = 1e9;

  /** What is written sooner after an assignment may have been sent by the task before. */
  static final Duration DOUBT = Duration.ofSeconds(6);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ServerProcess.Address server;
  private final Map<String, String> configuration;
  private final Metrics metrics = new Metrics();
  private final ChirpStackSinkTask task = new ChirpStackSinkTask();
  private final Context context = new Context();
  private final Map<TopicPartition, OffsetAndMetadata> delivered = new HashMap<>();

  SinkRun(ServerProcess.Address server, int inFlight) {
    this.server = server;
    configuration =
        Map.of(
            ConnectionConfig.URL,
            server.url(),
            ConnectionConfig.TOKEN,
            server.token(),
            SinkConfig.MAX_IN_FLIGHT,
            Integer.toString(inFlight));
    for (int i = 0; i < PARTITIONS; i++) {
      context.assignment.add(new TopicPartition(TOPIC, i));
    }
    task.initialize(context);
    task.start(configuration);
    task.open(context.assignment);
  }

  /**
   * Sends commands, to one device after the other, until all may be committed.
   *
   * @return commands a second, as long as there are more to come: the last commit waits for nothing
   *     but time
   */
  double send(int commands) {
    age();
    List<List<SinkRecord>> batches = batches(commands);
    long start = System.nanoTime();
    long committed = 0;
    double rate = 0;
    for (int next = 0; committed < commands; ) {
      if (context.commitRequested) {
        context.commitRequested = false;
        committed = committed(task.preCommit(new HashMap<>(delivered)));
        if (next < batches.size()) {
          rate = committed * NANOS / (System.nanoTime() - start);
        }
      }
      if (context.paused || next == batches.size()) {
        LockSupport.parkNanos(Duration.ofMillis(context.timeout()).toNanos());
        task.put(List.of());
      } else {
        deliver(batches.get(next++));
      }
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IllegalStateException(commands - committed + " commands were not acknowledged");
      }
    }
    return rate;
  }

  private void age() {
    long end = System.nanoTime() + DOUBT.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(Duration.ofMillis(context.timeout()).toNanos());
      task.put(List.of());
    }
  }

  private void deliver(List<SinkRecord> batch) {
    context.timeout();
    for (SinkRecord command : batch) {
      delivered.put(
          new TopicPartition(TOPIC, command.kafkaPartition()),
          new OffsetAndMetadata(command.kafkaOffset() + 1));
    }
    task.put(batch);
  }

  private static long committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
    return offsets.values().stream().mapToLong(OffsetAndMetadata::offset).sum();
  }

  /** Written so long after the assignment that no task before can have sent them. */
  private List<List<SinkRecord>> batches(int commands) {
    List<List<SinkRecord>> batches = new ArrayList<>();
    long written = System.currentTimeMillis() + 1;
    for (int i = 0; i < commands; i++) {
      if (i % BATCH == 0) {
        batches.add(new ArrayList<>(BATCH));
      }
      String devEui = server.devEuis().get(i % server.devEuis().size());
      byte[] value =
          "{\"devEui\": \"%s\", \"fPort\": 10, \"confirmed\": false, \"data\": \"AQIDBAUGBwg=\"}"
              .formatted(devEui)
              .getBytes(StandardCharsets.UTF_8);
      batches
          .get(i / BATCH)
          .add(
              new SinkRecord(
                  TOPIC,
                  i % PARTITIONS,
                  Schema.OPTIONAL_STRING_SCHEMA,
                  devEui,
                  Schema.OPTIONAL_BYTES_SCHEMA,
                  value,
                  i / PARTITIONS,
                  written,
                  TimestampType.CREATE_TIME));
    }
    return batches;
  }

  @Override
  public void close() {
    task.close(context.assignment);
    task.stop();
    metrics.close();
  }

  private final class Context implements SinkTaskContext {
    private final Set<TopicPartition> assignment = new LinkedHashSet<>();
    private long timeout = -1;
    private boolean paused;
    private boolean commitRequested;

    /** How long the consumer may wait for records; once, as in Connect. */
    long timeout() {
      long asked = timeout < 0 ? POLL_MS : timeout;
      timeout = -1;
      return asked;
    }

    @Override
    public Map<String, String> configs() {
      return configuration;
    }

    @Override
    public void offset(Map<TopicPartition, Long> offsets) {
      throw new IllegalStateException("a rewind to " + offsets);
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
      throw new IllegalStateException("a rewind of " + partition + " to " + offset);
    }

    @Override
    public void timeout(long milliseconds) {
      timeout = milliseconds;
    }

    @Override
    public Set<TopicPartition> assignment() {
      return assignment;
    }

    /** The task pauses all or none. */
    @Override
    public void pause(TopicPartition... partitions) {
      paused = true;
    }

    @Override
    public void resume(TopicPartition... partitions) {
      paused = false;
    }

    @Override
    public void requestCommit() {
      commitRequested = true;
    }

    @Override
    public PluginMetrics pluginMetrics() {
      return new PluginMetricsImpl(metrics, Map.of());
    }
  }
}
