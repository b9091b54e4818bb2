package io.github.chirpconnect.source;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.ChirpStacks;
import io.github.chirpconnect.common.SteadyClock;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.config.Version;
import io.github.chirpconnect.context.LogContext;
import io.github.chirpconnect.metrics.TaskMetrics;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/**
 * Reads the devices of its share of the network. Starts even if ChirpStack is down, waits out
 * temporary failures, and fails on permanent ones with a message of one sentence. Returns from
 * {@link #poll} and {@link #stop} within a second, whatever is in flight.
 */
public final class ChirpStackSourceTask extends SourceTask {
  /** With the longest linger that can be configured, a poll still returns within a second. */
  private static final long POLL_MS = 1_000;

  private final Function<ConnectionConfig, ChirpStack> connect;
  private final Function<SourceConfig, StartedSource.Dependencies> dependencies;
  private volatile StartedSource started;

  /** For Connect. */
  public ChirpStackSourceTask() {
    this(ChirpStacks::connectForTask, ChirpStackSourceTask::ownDependencies);
  }

  ChirpStackSourceTask(
      Function<ConnectionConfig, ChirpStack> connect,
      Function<SourceConfig, StartedSource.Dependencies> dependencies) {
    this.connect = connect;
    this.dependencies = dependencies;
  }

  private static StartedSource.Dependencies ownDependencies(SourceConfig config) {
    return new StartedSource.Dependencies(
        new SteadyClock(),
        Clock.systemUTC(),
        () -> ThreadLocalRandom.current().nextDouble(),
        new StartedSource.Threads(
            thread("chirpstack-streams-" + config.taskIndex()),
            thread("chirpstack-walk-" + config.taskIndex()),
            thread("chirpstack-queues-" + config.taskIndex()),
            thread("chirpstack-offsets-" + config.taskIndex())),
        POLL_MS - config.pollLinger().toMillis());
  }

  private static ScheduledExecutorService thread(String name) {
    return Executors.newSingleThreadScheduledExecutor(LogContext.threads(name));
  }

  @Override
  public String version() {
    return Version.get();
  }

  @Override
  public void start(Map<String, String> properties) {
    SourceConfig config = new SourceConfig(properties);
    ChirpStack chirpStack = connect.apply(config.connection());
    StartedSource.Dependencies own = null;
    TaskMetrics metrics = null;
    try {
      own = dependencies.apply(config);
      metrics = TaskMetrics.of(context, config.connectorName(), config.taskIndex());
      started = new StartedSource(config, chirpStack, context.offsetStorageReader(), metrics, own);
    } catch (RuntimeException | Error e) {
      // Connect does not stop a task that did not start.
      if (own != null) {
        own.shutdown();
      }
      if (metrics != null) {
        metrics.close();
      }
      chirpStack.close();
      throw e;
    }
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    StartedSource source = started;
    return source == null ? null : source.poll();
  }

  @Override
  public void stop() {
    StartedSource source = started;
    started = null;
    if (source != null) {
      source.stop();
    }
  }
}
