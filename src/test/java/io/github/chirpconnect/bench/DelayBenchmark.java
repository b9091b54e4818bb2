package io.github.chirpconnect.bench;

import io.github.chirpconnect.harness.ConnectWorker;
import io.github.chirpconnect.harness.ProcessBroker;
import io.github.chirpconnect.harness.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sink in a worker, beside a client that has as many calls in flight, at a server that takes a
 * while for each answer, as one with a database does. While calls wait, what the connector does
 * between them costs nothing; so this shows how often too few are in flight.
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
      List<Integer> delays = list("bench.delays", "5,0,50");
      boolean cold = true;
      for (int inFlight : list("bench.in.flight", "8,64")) {
        String name = "bench-delay-" + inFlight;
        try (CommandedSink sink =
            new CommandedSink(worker, topics, broker.bootstrapServers(), server, name, inFlight)) {
          if (cold) {
            row(server, sink, inFlight, delays.get(0), 1, ", cold");
            rounds(server, sink, inFlight, 0, WARM_UPS);
            cold = false;
          }
          for (int delay : delays) {
            row(server, sink, inFlight, delay, ROUNDS, "");
          }
        }
      }
    }
  }

  private static List<Integer> list(String property, String otherwise) {
    return Arrays.stream(System.getProperty(property, otherwise).split(",", -1))
        .map(Integer::valueOf)
        .toList();
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
