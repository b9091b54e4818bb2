package io.github.chirpconnect.harness.kafka;

import io.github.chirpconnect.harness.process.Build;
import io.github.chirpconnect.harness.process.ChildFailedException;
import io.github.chirpconnect.harness.process.ChildJvm;
import io.github.chirpconnect.harness.process.Cleanup;
import io.github.chirpconnect.harness.process.Log;
import io.github.chirpconnect.harness.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.Uuid;

/**
 * A broker as a process on this machine, in KRaft mode, broker and controller in one. It can be
 * killed and started again with its data and on its port.
 */
public final class ProcessBroker implements KafkaBroker {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(60);

  private final Path directory = Cleanup.temporaryDirectory("broker");
  private final Path config = directory.resolve("broker.properties");
  private final Path log = Build.log("broker");
  private final int port;
  private ChildJvm process;

  private ProcessBroker() {
    List<Integer> ports = Ports.free(2);
    this.port = ports.get(0);
    write(settings(port, ports.get(1)));
  }

  /**
   * Starts one and waits until it answers.
   *
   * @throws ChildFailedException when it does not come up; the message has the end of its log
   */
  public static ProcessBroker start() {
    return Ports.startOnFreePorts(
        () -> {
          ProcessBroker broker = new ProcessBroker();
          try {
            broker.format();
            broker.resume();
            return broker;
          } catch (ChildFailedException e) {
            broker.close();
            throw e;
          }
        });
  }

  @Override
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Ends the broker as a power failure would. Clients see it go; its data stays. */
  public void kill() {
    process.kill();
  }

  /** The broker stands still: its connections stay, and nothing is answered. */
  public void freeze() {
    process.freeze();
  }

  /** Ends {@link #freeze()}. */
  public void thaw() {
    process.thaw();
  }

  /** Ends the broker as an operator would. Its data stays. */
  public void stop() {
    process.stop(STOP_TIMEOUT);
  }

  /** Starts the broker again after {@link #kill} or {@link #stop}, with its data, on its port. */
  public void resume() {
    process = run("kafka.Kafka", config.toString());
    process.awaitReady(START_TIMEOUT, () -> Ports.answers(port));
  }

  @Override
  public void close() {
    if (process != null) {
      process.kill();
    }
    Cleanup.delete(directory);
  }

  private void format() {
    run(
            "kafka.tools.StorageTool",
            "format",
            "--cluster-id",
            Uuid.randomUuid().toString(),
            "--config",
            config.toString())
        .awaitSuccess(START_TIMEOUT);
  }

  private ChildJvm run(String... mainAndArguments) {
    List<String> jvm = new ArrayList<>(List.of("-Xms64m", "-Xmx320m", Build.temporary(directory)));
    jvm.addAll(Log.log4j2(directory));
    return ChildJvm.start("broker", Build.jars("broker"), jvm, log, List.of(mainAndArguments));
  }

  private Properties settings(int clientPort, int controllerPort) {
    Properties settings = new Properties();
    settings.putAll(BrokerSettings.FAST_AND_SINGLE);
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("inter.broker.listener.name", "CLIENTS");
    settings.put(
        "listeners",
        "CLIENTS://127.0.0.1:" + clientPort + ",CONTROLLER://127.0.0.1:" + controllerPort);
    settings.put("advertised.listeners", "CLIENTS://127.0.0.1:" + clientPort);
    settings.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("log.dirs", directory.resolve("data").toString());
    return settings;
  }

  private void write(Properties settings) {
    try (Writer writer = Files.newBufferedWriter(config)) {
      settings.store(writer, null);
    } catch (IOException e) {
      throw new UncheckedIOException(config + " can't be written", e);
    }
  }
}
