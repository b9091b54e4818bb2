package io.github.chirpconnect.demo;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.harness.connect.ConnectClient;
import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.connect.ConnectorFailed;
import io.github.chirpconnect.harness.connect.PluginZip;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.Topics;
import io.github.chirpconnect.harness.process.Cleanup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A broker, a worker, and the connectors of the package's own configurations, made to fit the
 * demonstration where they must.
 */
final class Installation implements AutoCloseable {
  static final String TOPIC_PREFIX = "chirpstack";
  static final String COMMANDS = "chirpstack.commands";
  static final String DOWNLINKS = "chirpstack.downlinks";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration INVENTORY_INTERVAL = Duration.ofSeconds(10);

  private final KafkaBroker broker;
  private final ConnectWorker worker;
  private final Topics topics;
  private final Path secrets = Cleanup.temporaryDirectory("demo").resolve("chirpstack.properties");
  private final List<String> connectors = new ArrayList<>();

  Installation(KafkaBroker broker, ConnectWorker worker) {
    this.broker = broker;
    this.worker = worker;
    this.topics = new Topics(broker);
  }

  Topics topics() {
    return topics;
  }

  /** Where Connect's REST interface is. */
  String connectUrl() {
    return worker.client().url();
  }

  void startSource(Server server, Options options) {
    Map<String, String> config = configuration("chirpstack-source", server);
    config.put("inventory.interval.ms", Long.toString(INVENTORY_INTERVAL.toMillis()));
    if (options.maySend()) {
      topics.createCompacted(DOWNLINKS);
      config.merge("feeds", "downlinks", (feeds, more) -> feeds + "," + more);
    }
    options.tenantIds().ifPresent(ids -> config.put("chirpstack.tenant.ids", ids));
    start("chirpstack-source", config);
  }

  void startSink(Server server) {
    topics.create(COMMANDS);
    Map<String, String> config = configuration("chirpstack-sink", server);
    config.put("topics", COMMANDS);
    config.put("outcome.topic", DOWNLINKS);
    config.put("outcome.bootstrap.servers", broker.bootstrapServers());
    config.put("errors.deadletterqueue.topic.replication.factor", "1");
    start("chirpstack-sink", config);
  }

  /**
   * @throws DemoFailure when a connector or a task has failed
   */
  void check() {
    for (String connector : connectors) {
      worker
          .client()
          .status(connector)
          .failure()
          .ifPresent(
              trace -> {
                throw failed(connector, ConnectorFailed.reasonIn(trace));
              });
    }
  }

  @Override
  public void close() {
    topics.close();
  }

  private void start(String connector, Map<String, String> config) {
    ConnectClient client = worker.client();
    Map<String, List<String>> errors = client.validate(config.get("connector.class"), config);
    if (!errors.isEmpty()) {
      throw new DemoFailure(
          errors.entrySet().stream()
              .map(error -> error.getKey() + ": " + String.join("; ", error.getValue()))
              .collect(Collectors.joining("\n")));
    }
    client.put(connector, config);
    connectors.add(connector);
    try {
      client.awaitRunning(connector, 1, START_TIMEOUT);
    } catch (ConnectorFailed e) {
      throw failed(connector, e.reason());
    }
  }

  private static DemoFailure failed(String connector, String reason) {
    return new DemoFailure("Connector " + connector + " failed: " + reason);
  }

  /** The package's configuration with this server and its key, the key as a file holds it. */
  private Map<String, String> configuration(String name, Server server) {
    try {
      Files.writeString(secrets, "token=" + server.token() + "\n");
      Map<String, String> config =
          JSON.convertValue(
              JSON.readTree(PluginZip.file("etc/" + name + ".json").toFile()).path("config"),
              new TypeReference<>() {});
      config.put("chirpstack.url", server.url());
      config.put("chirpstack.token", "${file:" + secrets + ":token}");
      return config;
    } catch (IOException e) {
      throw new DemoFailure("The configuration " + name + " of the package can't be used: " + e, e);
    }
  }
}
