package io.github.chirpconnect.bench;

/**
 * What heap an open stream costs that has read its device's log and waits for more: with all that
 * the task remembers of the device.
 */
final class IdleBenchmark {
  private static final int DEVICES = 2_000;
  private static final int UPLINKS = 10;
  private static final int ROUNDS = 2;

  private IdleBenchmark() {}

  static Comparison run() throws Exception {
    try (ServerProcess process = new ServerProcess(DEVICES, UPLINKS)) {
      ServerProcess.Address server = process.address();
      return Comparison.of(0, ROUNDS, () -> raw(server), () -> ours(server));
    }
  }

  private static double raw(ServerProcess.Address server) throws Exception {
    long before = Heap.used();
    try (RawClient client = new RawClient(server)) {
      client.readEvents();
      return (double) (Heap.used() - before) / DEVICES;
    }
  }

  private static double ours(ServerProcess.Address server) throws Exception {
    long before = Heap.used();
    try (SourceRun run = new SourceRun(server)) {
      run.readEvents();
      return (double) (Heap.used() - before) / DEVICES;
    }
  }
}
