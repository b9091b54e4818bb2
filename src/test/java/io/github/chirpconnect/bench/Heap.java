package io.github.chirpconnect.bench;

import java.lang.management.ManagementFactory;

/** What lives in this process. */
final class Heap {
  private static final int COLLECTIONS = 3;
  private static final long SETTLE_MS = 500;

  private Heap() {}

  /** In bytes. Once is not enough: what ends in one collection frees things for the next. */
  static long used() throws InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      // Cleaners run on a thread of their own, which nobody can wait for.
      Thread.sleep(SETTLE_MS);
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
