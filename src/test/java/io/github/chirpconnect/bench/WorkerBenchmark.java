package io.github.chirpconnect.bench;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.ProcessBroker;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * What a user gets: the package in a Connect worker with a broker, beside a bare gRPC client that
 * does the same without Kafka. All of it, server and broker included, shares this machine, so CPU
 * for each record says more than records a second.
 */
final class WorkerBenchmark {
  private static final int DEVICES = 16;
  private static final int UPLINKS = 1_500;
  private static final int COMMANDS = 20_000;
  private static final int COMMANDED = 1_000;
  private static final int WARM_UPS = 1;
  private static final int ROUNDS = 3;
  private static final double NANOS = 1e9;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration LOOK = Duration.ofMillis(20);

  /** One round; which one, since connectors and topics need names of their own. */
  @FunctionalInterface
  private interface Round {
    Throughput run(int number) throws Exception;
  }

  private final ConnectWorker worker;
  private final Topics topics;
  private final String bootstrapServers;

  private WorkerBenchmark(ConnectWorker worker, Topics topics, KafkaBroker broker) {
    this.worker = worker;
    this.topics = topics;
    this.bootstrapServers = broker.bootstrapServers();
  }

  static void run() throws Exception {
    System.out.printf(
        "%n%-42s %12s %12s %7s %12s %12s %7s%n",
        "Through a worker", "raw a second", "ours", "ratio", "raw CPU, us", "worker's", "ratio");
    try (ProcessBroker broker = ProcessBroker.start();
        ConnectWorker worker = ConnectWorker.on(broker).productionJvm().start();
        Topics topics = new Topics(broker)) {
      WorkerBenchmark benchmark = new WorkerBenchmark(worker, topics, broker);
      benchmark.sources();
      benchmark.sinks();
    }
  }

  private void sources() throws Exception {
    try (ServerProcess process = new ServerProcess(DEVICES, UPLINKS)) {
      ServerProcess.Address server = process.address();
      compare("source: events in a topic", i -> rawEvents(server), i -> events(server, i));
    }
  }

  private void sinks() throws Exception {
    try (ServerProcess process = new ServerProcess(COMMANDED, 0)) {
      ServerProcess.Address server = process.address();
      for (int inFlight : List.of(8, 64)) {
        compare(
            "sink: fresh commands, %d in flight".formatted(inFlight),
            i -> rawCommands(server, inFlight),
            i -> commands(server, inFlight, "fresh-" + inFlight + "-" + i, true));
        compare(
            "sink: a backlog, %d in flight".formatted(inFlight),
            i -> rawCommands(server, inFlight),
            i -> commands(server, inFlight, "backlog-" + inFlight + "-" + i, false));
      }
    }
  }

  private static void compare(String what, Round raw, Round ours) throws Exception {
    List<Throughput> raws = new ArrayList<>();
    List<Throughput> all = new ArrayList<>();
    for (int i = 0; i < WARM_UPS + ROUNDS; i++) {
      Throughput one = raw.run(i);
      Throughput other = ours.run(i);
      if (i >= WARM_UPS) {
        raws.add(one);
        all.add(other);
      }
    }
    Throughput.print(what, raws, all);
  }

  private static Throughput rawEvents(ServerProcess.Address server) throws Exception {
    long cpu = RawClient.ownCpu();
    try (RawClient client = new RawClient(server)) {
      double perSecond = server.events() * NANOS / client.readEvents();
      return new Throughput(perSecond, (RawClient.ownCpu() - cpu) / 1e3 / server.events());
    }
  }

  private static Throughput rawCommands(ServerProcess.Address server, int inFlight)
      throws Exception {
    try (RawClient client = new RawClient(server)) {
      Throughput measured = client.measureEnqueue(COMMANDS, inFlight);
      client.flushQueues();
      return measured;
    }
  }

  /** From the first record in the topic to the last. */
  private Throughput events(ServerProcess.Address server, int number) {
    String name = "bench-source-" + number;
    Map<String, String> config = common("ChirpStackSourceConnector", server);
    config.put("feeds", "device-events");
    config.put("topic.prefix", name);
    long cpu = worker.cpu().toNanos();
    try (TopicReader reader = topics.prefixReader(name + ".")) {
      worker.client().put(name, config);
      long first = 0;
      long read = 0;
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (read < server.events()) {
        read += reader.poll().size();
        if (first == 0 && read > 0) {
          first = System.nanoTime();
        }
        requireTime(end, server.events() - read + " events did not come");
      }
      double perSecond = read * NANOS / (System.nanoTime() - first);
      return new Throughput(perSecond, (worker.cpu().toNanos() - cpu) / 1e3 / read);
    } finally {
      worker.client().delete(name);
    }
  }

  /**
   * From the first command that the server took to the last that was committed.
   *
   * @param fresh whether the connector runs before the first command is written; else all wait for
   *     it
   */
  private Throughput commands(
      ServerProcess.Address server, int inFlight, String suffix, boolean fresh) throws Exception {
    String name = "bench-sink-" + suffix;
    topics.create(name, 4);
    Map<String, String> config = common("ChirpStackSinkConnector", server);
    config.put("topics", name);
    config.put("max.in.flight", Integer.toString(inFlight));
    config.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    try (CommandWriter writer = new CommandWriter(bootstrapServers, name, server.devEuis())) {
      if (fresh) {
        worker.client().put(name, config);
        worker.client().awaitRunning(name, 1);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (topics.consumers("connect-" + name) != 1) {
          requireTime(end, "the sink got no partitions");
          LockSupport.parkNanos(LOOK.toNanos());
        }
        for (long aged = System.nanoTime() + SinkRun.DOUBT.toNanos(); System.nanoTime() < aged; ) {
          LockSupport.parkNanos(LOOK.toNanos());
        }
      } else {
        writer.write(COMMANDS);
      }
      long cpu = worker.cpu().toNanos();
      long start = System.nanoTime();
      if (fresh) {
        writer.write(COMMANDS);
      } else {
        worker.client().put(name, config);
      }
      long first = 0;
      long end = start + PATIENCE.toNanos();
      for (long done = 0; done < COMMANDS; done = committed(name)) {
        if (first == 0 && done > 0) {
          first = System.nanoTime();
        }
        requireTime(end, COMMANDS - done + " commands were not committed");
        LockSupport.parkNanos(LOOK.toNanos());
      }
      double perSecond = COMMANDS * NANOS / (System.nanoTime() - (fresh ? start : first));
      return new Throughput(perSecond, (worker.cpu().toNanos() - cpu) / 1e3 / COMMANDS);
    } finally {
      worker.client().delete(name);
      try (RawClient client = new RawClient(server)) {
        client.flushQueues();
      }
    }
  }

  private long committed(String name) {
    return topics.committed("connect-" + name).values().stream()
        .mapToLong(offset -> offset.offset())
        .sum();
  }

  private static Map<String, String> common(String connector, ServerProcess.Address server) {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "io.github.chirpconnect." + connector);
    config.put("tasks.max", "1");
    config.put("chirpstack.url", server.url());
    config.put("chirpstack.token", server.token());
    return config;
  }

  private static void requireTime(long end, String otherwise) {
    if (System.nanoTime() > end) {
      throw new IllegalStateException(otherwise);
    }
  }
}
