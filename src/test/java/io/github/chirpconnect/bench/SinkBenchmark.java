package io.github.chirpconnect.bench;

/** How many commands a second are queued, beside a client that has as many calls in flight. */
final class SinkBenchmark {
  private static final int DEVICES = 1_000;
  private static final int COMMANDS = 20_000;
  private static final int IN_FLIGHT = 8;
  private static final int WARM_UPS = 3;
  private static final int ROUNDS = 11;
  private static final double NANOS = 1e9;

  private SinkBenchmark() {}

  static Comparison run() throws Exception {
    try (ServerProcess process = new ServerProcess(DEVICES, 0)) {
      ServerProcess.Address server = process.address();
      return Comparison.of(WARM_UPS, ROUNDS, () -> raw(server), () -> ours(server));
    }
  }

  private static double raw(ServerProcess.Address server) throws Exception {
    try (RawClient client = new RawClient(server)) {
      double rate = COMMANDS * NANOS / client.enqueue(COMMANDS, IN_FLIGHT);
      client.flushQueues();
      return rate;
    }
  }

  private static double ours(ServerProcess.Address server) throws Exception {
    double rate;
    try (SinkRun run = new SinkRun(server, IN_FLIGHT)) {
      rate = run.send(COMMANDS);
    }
    try (RawClient client = new RawClient(server)) {
      client.flushQueues();
    }
    return rate;
  }
}
