package io.github.chirpconnect.bench;

import java.lang.management.ManagementFactory;

/**
 * What heap an open stream costs that has read its device's log and waits for more: with all that
 * the task remembers of the device.
 */
final class IdleBenchmark {
  private static final int DEVICES = 2_000;
  private static final int UPLINKS = 10;
  private static final int ROUNDS = 2;
  private static final int COLLECTIONS = 3;
  private static final long SETTLE_MS = 500;

  private IdleBenchmark() {}

  static Comparison run() throws Exception {
    try (ServerProcess process = new ServerProcess(DEVICES, UPLINKS)) {
      ServerProcess.Address server = process.address();
      return Comparison.of(0, ROUNDS, () -> raw(server), () -> ours(server));
    }
  }

  private static double raw(ServerProcess.Address server) throws Exception {
    long before = heap();
    try (RawClient client = new RawClient(server)) {
      client.readEvents();
      return (double) (heap() - before) / DEVICES;
    }
  }

  private static double ours(ServerProcess.Address server) throws Exception {
    long before = heap();
    try (SourceRun run = new SourceRun(server)) {
      run.readEvents();
      return (double) (heap() - before) / DEVICES;
    }
  }

  /**
   * What lives, in bytes. Once is not enough: what ends in one collection frees things for the
   * next.
   */
  private static long heap() throws InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      Thread.sleep(SETTLE_MS);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
