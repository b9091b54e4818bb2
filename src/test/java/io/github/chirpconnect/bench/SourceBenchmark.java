package io.github.chirpconnect.bench;

/** How many events a second become typed records, beside a client that drops them. */
final class SourceBenchmark {
  private static final int DEVICES = 16;
  private static final int UPLINKS = 1_500;
  private static final int WARM_UPS = 4;
  private static final int ROUNDS = 11;
  private static final double NANOS = 1e9;

  private SourceBenchmark() {}

  static Comparison run() throws Exception {
    try (ServerProcess process = new ServerProcess(DEVICES, UPLINKS)) {
      ServerProcess.Address server = process.address();
      return Comparison.of(WARM_UPS, ROUNDS, () -> raw(server), () -> ours(server));
    }
  }

  private static double raw(ServerProcess.Address server) throws Exception {
    try (RawClient client = new RawClient(server)) {
      return server.events() * NANOS / client.readEvents();
    }
  }

  private static double ours(ServerProcess.Address server) throws Exception {
    try (SourceRun run = new SourceRun(server)) {
      return server.events() * NANOS / run.readEvents();
    }
  }
}
