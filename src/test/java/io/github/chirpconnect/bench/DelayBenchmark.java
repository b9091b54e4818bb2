package io.github.chirpconnect.bench;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.ProcessBroker;
import io.github.chirpconnect.harness.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The sink in a worker, beside a client that has as many calls in flight, at a server that takes a
 * while for each answer, as one with a database does. While calls wait, what the connector does
 * between them costs nothing; so this shows how often too few are in flight.
 *
 * <p>With an outcome topic each command is two records more, and the first of them is written
 * before the call is made. The raw client has none.
 *
 * <p>A worker that has just started spends most of its CPU on compiling. So the first row is of
 * what nobody has run before, and the others come after a warm-up of both.
 */
final class DelayBenchmark {
  private static final int DEVICES = 1_000;
  private static final int FEWEST = 500;
  private static final int MOST = 20_000;

  /** How long a round takes at least, if all calls are made that may be. */
  private static final double SECONDS = 4;

  private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);

  /** Rounds without delay. */
  private static final int WARM_UPS = Integer.getInteger("bench.warmups", 4);

  private DelayBenchmark() {}

  static void run() throws Exception {
    System.out.printf(
        "%n%-42s %12s %12s %7s %12s %12s %7s%n",
        "Commands through a worker",
        "raw a second",
        "ours",
        "ratio",
        "raw CPU, us",
        "worker's",
        "ratio");
    try (ProcessBroker broker = ProcessBroker.start();
        ConnectWorker worker = ConnectWorker.on(broker).productionJvm().start();
        Topics topics = new Topics(broker);
        ServerProcess server = new ServerProcess(DEVICES, 0)) {
      List<Integer> delays = numbers("bench.delays", "5,0,50");
      Set<Boolean> warm = new HashSet<>();
      for (int inFlight : numbers("bench.in.flight", "8,64")) {
        for (String outcomes : texts("bench.outcomes", "off,on")) {
          boolean on = outcomes.equals("on");
          String name = "bench-delay-" + inFlight + "-outcomes-" + outcomes;
          String remark = on ? ", outcomes" : "";
          try (CommandedSink sink =
              new CommandedSink(worker, topics, broker, server, name, inFlight, on)) {
            if (warm.isEmpty()) {
              row(server, sink, inFlight, delays.get(0), 1, remark + ", cold");
            }
            if (warm.add(on)) {
              rounds(server, sink, inFlight, 0, WARM_UPS);
            }
            for (int delay : delays) {
              row(server, sink, inFlight, delay, ROUNDS, remark);
            }
          }
        }
      }
    }
  }

  private static List<Integer> numbers(String property, String otherwise) {
    return texts(property, otherwise).stream().map(Integer::valueOf).toList();
  }

  private static List<String> texts(String property, String otherwise) {
    return List.of(System.getProperty(property, otherwise).split(",", -1));
  }

  private static void row(
      ServerProcess server, CommandedSink sink, int inFlight, int delay, int rounds, String remark)
      throws Exception {
    Rounds measured = rounds(server, sink, inFlight, delay, rounds);
    Throughput.print(
        "%d in flight, answers after %d ms%s".formatted(inFlight, delay, remark),
        measured.raw(),
        measured.ours());
  }

  private record Rounds(List<Throughput> raw, List<Throughput> ours) {}

  private static Rounds rounds(
      ServerProcess server, CommandedSink sink, int inFlight, int delay, int rounds)
      throws Exception {
    int commands = commands(inFlight, delay);
    Rounds measured = new Rounds(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < rounds; i++) {
      server.delayAnswers(Duration.ofMillis(delay));
      measured.raw.add(raw(server.address(), inFlight, commands));
      measured.ours.add(sink.send(commands, Duration.ofMillis(delay)));
      server.delayAnswers(Duration.ZERO);
      try (RawClient client = new RawClient(server.address())) {
        client.flushQueues();
      }
    }
    return measured;
  }

  private static int commands(int inFlight, int delay) {
    return delay == 0
        ? MOST
        : (int) Math.max(FEWEST, Math.min(MOST, inFlight * SECONDS * 1_000 / delay));
  }

  private static Throughput raw(ServerProcess.Address server, int inFlight, int commands)
      throws Exception {
    try (RawClient client = new RawClient(server)) {
      return client.measureEnqueue(commands, inFlight);
    }
  }
}
