package io.github.chirpconnect.harness.kafka;

/**
 * A Kafka broker, alone in its cluster, for tests: replication factors of 1, topics made on demand,
 * consumer groups that start at once.
 *
 * <p>It is a process on this machine, or with {@code -Dit.broker=docker} a container where a Docker
 * engine answers.
 */
public interface KafkaBroker extends AutoCloseable {

  /** {@code host:port} for clients. */
  String bootstrapServers();

  /** Ends the broker and drops its data. */
  @Override
  void close();

  /** The broker that test classes share; it lives as long as this JVM. Never close it. */
  static KafkaBroker shared() {
    return Shared.BROKER;
  }

  /** A broker of its own, for a test that does to it what others would not survive. */
  static KafkaBroker start() {
    return "docker".equals(System.getProperty("it.broker")) && ContainerBroker.isPossible()
        ? ContainerBroker.start()
        : ProcessBroker.start();
  }

  /** Started when first asked for. */
  final class Shared {
    private static final KafkaBroker BROKER = start();

    private Shared() {}
  }
}
