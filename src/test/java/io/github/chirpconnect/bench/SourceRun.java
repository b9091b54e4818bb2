package io.github.chirpconnect.bench;

import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.source.ChirpStackSourceTask;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** A source task that is polled as a worker polls it, without the worker. */
final class SourceRun implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ServerProcess.Address server;
  private final Map<String, String> configuration;
  private final Metrics metrics = new Metrics();
  private final ChirpStackSourceTask task = new ChirpStackSourceTask();

  /** Starts the task with events alone. */
  SourceRun(ServerProcess.Address server) {
    this(server, Feed.DEVICE_EVENTS);
  }

  /** Starts the task with one feed, everything else as it is by default. */
  SourceRun(ServerProcess.Address server, Feed feed) {
    this(
        server,
        Map.of(
            SourceConfig.FEEDS,
            feed.id(),
            SourceConfig.DEVICE_STREAMS_MAX,
            Integer.toString(server.devEuis().size())));
  }

  /**
   * @param settings beside the server's address and key
   */
  SourceRun(ServerProcess.Address server, Map<String, String> settings) {
    this.server = server;
    configuration = new HashMap<>(settings);
    configuration.put(ConnectionConfig.URL, server.url());
    configuration.put(ConnectionConfig.TOKEN, server.token());
    task.initialize(new Context());
    task.start(configuration);
  }

  /**
   * Polls until a record was there for all that the logs hold. The streams stay open.
   *
   * @return nanoseconds from the first record to the last
   */
  long readEvents() throws InterruptedException {
    return read(server.events());
  }

  /** What has come; waits a little for it. Empty for nothing. */
  List<SourceRecord> poll() throws InterruptedException {
    List<SourceRecord> records = task.poll();
    return records == null ? List.of() : records;
  }

  /** As {@link #readEvents}, of so many records. */
  long read(long count) throws InterruptedException {
    long left = count;
    long start = System.nanoTime();
    long first = 0;
    while (left > 0) {
      List<SourceRecord> records = task.poll();
      if (records != null) {
        left -= typed(records);
        if (first == 0) {
          // The first of them waited that long for others.
          first = System.nanoTime() - linger();
        }
      }
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IllegalStateException(left + " records did not come");
      }
    }
    return System.nanoTime() - first;
  }

  private static long typed(List<SourceRecord> records) {
    for (SourceRecord one : records) {
      if (!(one.value() instanceof Struct) || one.topic().endsWith("unreadable")) {
        throw new IllegalStateException("no typed record: " + one);
      }
    }
    return records.size();
  }

  private long linger() {
    return new SourceConfig(configuration).pollLinger().toNanos();
  }

  @Override
  public void close() {
    task.stop();
    metrics.close();
  }

  /** Nothing was read before. */
  private final class Context implements SourceTaskContext, OffsetStorageReader {
    @Override
    public Map<String, String> configs() {
      return configuration;
    }

    @Override
    public OffsetStorageReader offsetStorageReader() {
      return this;
    }

    @Override
    public PluginMetrics pluginMetrics() {
      return new PluginMetricsImpl(metrics, Map.of());
    }

    @Override
    public <T> Map<String, Object> offset(Map<String, T> partition) {
      return null;
    }

    @Override
    public <T> Map<Map<String, T>, Map<String, Object>> offsets(
        Collection<Map<String, T>> partitions) {
      return new HashMap<>();
    }
  }
}
