package io.github.chirpconnect.bench;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A sink in a Connect worker that runs before the first command is written, and whose commands no
 * task before it can have sent.
 */
final class CommandedSink implements AutoCloseable {
  private static final int PARTITIONS = 4;
  private static final String ENQUEUE = "api.DeviceService/Enqueue";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration LOOK = Duration.ofMillis(10);
  private static final double NANOS = 1e9;

  private final ConnectWorker worker;
  private final Topics topics;
  private final ServerProcess server;
  private final String name;
  private final CommandWriter writer;
  private long written;

  /**
   * Returns once the sink is ready.
   *
   * @param outcomes whether it has an outcome topic
   */
  CommandedSink(
      ConnectWorker worker,
      Topics topics,
      KafkaBroker broker,
      ServerProcess server,
      String name,
      int inFlight,
      boolean outcomes) {
    this.worker = worker;
    this.topics = topics;
    this.server = server;
    this.name = name;
    topics.create(name, PARTITIONS);
    this.writer = new CommandWriter(broker.bootstrapServers(), name, server.address().devEuis());
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "io.github.chirpconnect.ChirpStackSinkConnector");
    config.put("tasks.max", "1");
    config.put("chirpstack.url", server.address().url());
    config.put("chirpstack.token", server.address().token());
    config.put("topics", name);
    config.put("max.in.flight", Integer.toString(inFlight));
    config.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    if (outcomes) {
      topics.create(name + "-outcomes");
      config.put("outcome.topic", name + "-outcomes");
      config.put("outcome.bootstrap.servers", broker.bootstrapServers());
    }
    worker.client().put(name, config);
    worker.client().awaitRunning(name, 1);
    await(() -> topics.consumers("connect-" + name) == 1, "the sink got no partitions");
    long aged = System.nanoTime() + SinkRun.DOUBT.toNanos();
    await(() -> System.nanoTime() >= aged, "time stands still");
  }

  /**
   * Writes commands, and waits until they are committed.
   *
   * @param delay of the server's answers
   * @return commands a second from the first that is written to the last answer, and the worker's
   *     CPU until the last is committed
   */
  Throughput send(int commands, Duration delay) {
    long before = enqueued();
    long cpu = worker.cpu().toNanos();
    long start = System.nanoTime();
    writer.write(commands);
    written += commands;
    await(() -> enqueued() - before >= commands, "the server did not get all commands");
    double perSecond = commands * NANOS / (System.nanoTime() + delay.toNanos() - start);
    await(() -> committed() >= written, "not all commands were committed");
    return new Throughput(perSecond, (worker.cpu().toNanos() - cpu) / 1e3 / commands);
  }

  private long enqueued() {
    return server.figures().calls().getOrDefault(ENQUEUE, 0L);
  }

  private long committed() {
    return topics.committed("connect-" + name).values().stream()
        .mapToLong(offset -> offset.offset())
        .sum();
  }

  private static void await(BooleanSupplier condition, String otherwise) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(otherwise);
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  @Override
  public void close() {
    writer.close();
    worker.client().delete(name);
  }
}
