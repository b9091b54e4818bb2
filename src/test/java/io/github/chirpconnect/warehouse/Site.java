package io.github.chirpconnect.warehouse;

import io.github.chirpconnect.harness.connect.ConnectClient;
import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.connect.PluginZip;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.Topics;
import io.github.chirpconnect.harness.process.Build;
import io.github.chirpconnect.harness.process.Cleanup;
import io.github.chirpconnect.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * A broker, and a worker with our package and the sinks: of one class of tests, since the
 * configurations name their connectors and topics.
 */
final class Site implements AutoCloseable {
  private final KafkaBroker broker = KafkaBroker.start();
  private final Topics topics = new Topics(broker);
  private final ConnectWorker worker;

  private final Path plugins = Cleanup.temporaryDirectory("sinks");

  private Site(Duration offsetFlushInterval, List<Path> directories) {
    directories.forEach(this::link);
    worker =
        ConnectWorker.on(broker)
            .property("plugin.path", PluginZip.pluginPath() + "," + plugins)
            // Apicurio's converter does not say what it is in META-INF/services.
            .property("plugin.discovery", "hybrid_warn")
            // So that a sink sees soon that there is a topic more.
            .property("consumer.metadata.max.age.ms", "1000")
            .offsetFlushInterval(offsetFlushInterval)
            .start();
  }

  /**
   * @param offsetFlushInterval how much is done again after a kill
   * @param sinks the directories of their plugins; a worker looks into each class of all that it
   *     has
   */
  static Site start(Duration offsetFlushInterval, String... sinks) {
    return new Site(
        offsetFlushInterval,
        Arrays.stream(sinks).map(sink -> Build.jars("sinks").resolve(sink)).toList());
  }

  /**
   * @param plugin a directory that is none of the build's
   */
  static Site with(Path plugin) {
    return new Site(Duration.ofSeconds(1), List.of(plugin));
  }

  private void link(Path directory) {
    try {
      Files.createSymbolicLink(plugins.resolve(directory.getFileName()), directory);
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " can't be linked", e);
    }
  }

  KafkaBroker broker() {
    return broker;
  }

  ConnectWorker worker() {
    return worker;
  }

  Topics topics() {
    return topics;
  }

  /** Reads all topics with records of ours. */
  TopicReader records() {
    return topics.prefixReader("chirpstack.");
  }

  /** A source of a file; the caller starts it. */
  static ConnectorFile source(String file, Simulator chirpStack) {
    return ConnectorFile.read(file)
        .at("chirpstack.url", chirpStack.url())
        .at("chirpstack.token", chirpStack.adminKey())
        .sooner("inventory.interval.ms", "1000");
  }

  /** Starts a connector and waits until it runs. */
  void run(ConnectorFile connector) {
    ConnectClient client = worker.client();
    client.put(connector.name(), connector.config());
    client.awaitRunning(connector.name(), 1);
  }

  @Override
  public void close() {
    worker.close();
    topics.close();
    broker.close();
    Cleanup.delete(plugins);
  }
}
