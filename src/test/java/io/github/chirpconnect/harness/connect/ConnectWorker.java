package io.github.chirpconnect.harness.connect;

import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.process.Build;
import io.github.chirpconnect.harness.process.ChildFailedException;
import io.github.chirpconnect.harness.process.ChildJvm;
import io.github.chirpconnect.harness.process.Cleanup;
import io.github.chirpconnect.harness.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/**
 * A worker of a distributed Connect cluster as a process of its own, with the plugin from the
 * package. Keys are strings and values JSON without schemas, unless a connector says otherwise;
 * secrets can be {@code ${file:path:key}}.
 *
 * <p>It keeps its port, its group and so its connectors and their offsets over {@link #kill} and
 * {@link #start}.
 */
public final class ConnectWorker implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);
  private static final String OFFSETS_SUFFIX = "-offsets";

  private final Path directory = Cleanup.temporaryDirectory("worker");
  private final Path config = directory.resolve("worker.properties");
  private final Path log = Build.log("worker");
  private final String group;
  private final List<String> jvm;
  private final ConnectClient client;
  private final int port;
  private ChildJvm process;

  private ConnectWorker(Builder builder) {
    this.port = Ports.free(1).get(0);
    this.group = builder.group;
    this.jvm = builder.jvm;
    this.client = new ConnectClient("http://127.0.0.1:" + port);
    write(builder.settings(port, PluginZip.pluginPath()));
  }

  /** Describes a worker on this broker, in a group of its own. */
  public static Builder on(KafkaBroker broker) {
    return new Builder(broker);
  }

  /**
   * The worker that test classes share, on the shared broker; it lives as long as this JVM. Never
   * stop it, and give connectors and topics names of your own.
   */
  public static ConnectWorker shared() {
    return Shared.WORKER;
  }

  /** Talks to the worker's REST interface. */
  public ConnectClient client() {
    return client;
  }

  /** The topic with the offsets of its source connectors. */
  public String offsetsTopic() {
    return group + OFFSETS_SUFFIX;
  }

  /** What the worker has printed since it was first started. */
  public Path log() {
    return log;
  }

  /**
   * What JMX shows of a task of this connector's plugin at this moment: figures by their names;
   * empty when it shows nothing.
   */
  public Map<String, Object> figures(String connector, int task) {
    try (WorkerJmx jmx = new WorkerJmx(process.pid())) {
      return jmx.attributes("*:type=plugins,connector=" + connector + ",task=" + task);
    }
  }

  /**
   * Starts the worker and waits until it can take connectors.
   *
   * @throws ChildFailedException when it does not come up; the message has the end of its log
   */
  public void start() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException("the worker runs already");
    }
    List<String> arguments =
        new ArrayList<>(List.of("-Xms64m", "-Xmx512m", Build.temporary(directory), tokenFiles()));
    arguments.addAll(ConnectVersions.logging(directory));
    arguments.addAll(jvm);
    process =
        ChildJvm.start(
            "worker",
            Build.jars("worker"),
            arguments,
            log,
            List.of("org.apache.kafka.connect.cli.ConnectDistributed", config.toString()));
    process.awaitReady(START_TIMEOUT, () -> Ports.answers(port) && client.isHealthy());
  }

  /** API keys may be in files of the tests. */
  private static String tokenFiles() {
    return "-Dio.github.chirpconnect.token.file.dirs=" + System.getProperty("java.io.tmpdir");
  }

  /** Ends the worker as a power failure would: nothing is committed, nobody leaves the group. */
  public void kill() {
    process.kill();
  }

  /** CPU that the worker has used since it was last started, all threads together. */
  public Duration cpu() {
    return ProcessHandle.of(process.pid())
        .flatMap(handle -> handle.info().totalCpuDuration())
        .orElseThrow(() -> new IllegalStateException("the worker does not run"));
  }

  /** The worker stands still, as in a long garbage collection or a suspended machine. */
  public void freeze() {
    process.freeze();
  }

  /** Ends {@link #freeze()}. */
  public void thaw() {
    process.thaw();
  }

  /** Ends the worker as an operator would: tasks stop, offsets are committed. */
  public void stop() {
    process.stop(STOP_TIMEOUT);
  }

  /** Stops the worker in good order and starts it again. */
  public void restart() {
    stop();
    start();
  }

  /** Ends the worker at once. Its topics stay on the broker. */
  @Override
  public void close() {
    if (process != null) {
      process.kill();
    }
    Cleanup.delete(directory);
  }

  private void write(Properties settings) {
    try (Writer writer = Files.newBufferedWriter(config)) {
      settings.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(config + " can't be written", e);
    }
  }

  /** What a worker is to be like. */
  public static final class Builder {
    private final Map<String, String> properties = new TreeMap<>();
    private final List<String> jvm = new ArrayList<>();
    private String group = "connect-" + Uuid.randomUuid().toString().replace('_', '-');

    private Builder(KafkaBroker broker) {
      properties.put("bootstrap.servers", broker.bootstrapServers());
      properties.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
      properties.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
      properties.put("value.converter.schemas.enable", "false");
      properties.put("offset.flush.interval.ms", "1000");
      properties.put("config.providers", "file");
      properties.put(
          "config.providers.file.class",
          "org.apache.kafka.common.config.provider.FileConfigProvider");
      // Whoever was killed is missed soon, and whoever comes back gets its tasks at once.
      properties.put("session.timeout.ms", "6000");
      properties.put("heartbeat.interval.ms", "1000");
      properties.put("scheduled.rebalance.max.delay.ms", "0");
      properties.put("consumer.session.timeout.ms", "6000");
      properties.put("consumer.heartbeat.interval.ms", "1000");
      for (String kind : List.of("config", "offset", "status")) {
        properties.put(kind + ".storage.replication.factor", "1");
      }
      properties.put("offset.storage.partitions", "1");
      properties.put("status.storage.partitions", "1");
      properties.put("plugin.discovery", "service_load");
    }

    /** Joins the cluster of another worker. */
    public Builder joining(ConnectWorker other) {
      group = other.group;
      return this;
    }

    /**
     * Source records and their offsets are written in one transaction. One that a killed worker
     * leaves open keeps the next from reading offsets until it times out, a minute by default.
     */
    public Builder exactlyOnce() {
      return property("exactly.once.source.support", "enabled")
          .property("producer.transaction.timeout.ms", "15000");
    }

    /** How often offsets are committed, of sources without exactly-once and of sinks; 1 s. */
    public Builder offsetFlushInterval(Duration interval) {
      return property("offset.flush.interval.ms", Long.toString(interval.toMillis()));
    }

    /** With the JVM's own defaults, as in production, instead of what starts fast. */
    public Builder productionJvm() {
      jvm.addAll(List.of("-XX:TieredStopAtLevel=4", "-XX:-UseSerialGC", "-XX:+UseG1GC", "-Xmx1g"));
      return this;
    }

    /** Sets any worker property. */
    public Builder property(String key, String value) {
      properties.put(key, value);
      return this;
    }

    /** Starts it and waits until it can take connectors. */
    public ConnectWorker start() {
      return Ports.startOnFreePorts(
          () -> {
            ConnectWorker worker = new ConnectWorker(this);
            try {
              worker.start();
              return worker;
            } catch (ChildFailedException e) {
              worker.close();
              throw e;
            }
          });
    }

    private Properties settings(int port, Path pluginPath) {
      Properties settings = new Properties();
      settings.put("group.id", group);
      settings.put("config.storage.topic", group + "-configs");
      settings.put("offset.storage.topic", group + OFFSETS_SUFFIX);
      settings.put("status.storage.topic", group + "-status");
      settings.put("listeners", "http://127.0.0.1:" + port);
      settings.put("rest.advertised.host.name", "127.0.0.1");
      settings.put("plugin.path", pluginPath.toString());
      settings.putAll(properties);
      return settings;
    }
  }

  /** Started when first asked for. */
  private static final class Shared {
    // Most tests of sinks wait for a commit.
    private static final ConnectWorker WORKER =
        on(KafkaBroker.shared()).offsetFlushInterval(Duration.ofMillis(250)).start();
  }
}
