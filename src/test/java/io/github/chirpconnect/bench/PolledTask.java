package io.github.chirpconnect.bench;

import java.util.Map;

/** A source task that a thread polls, as a worker's does, whose records are noted and dropped. */
final class PolledTask implements AutoCloseable {
  private final SourceRun run;
  private final Arrivals arrivals;
  private final Thread thread = new Thread(this::poll, "bench-poll");
  private volatile Throwable failure;
  private volatile boolean stopped;

  PolledTask(ServerProcess.Address server, Map<String, String> settings, Arrivals arrivals) {
    this.run = new SourceRun(server, settings);
    this.arrivals = arrivals;
    thread.start();
  }

  private void poll() {
    try {
      while (!stopped) {
        arrivals.take(run.poll(), System.currentTimeMillis());
      }
    } catch (InterruptedException | RuntimeException e) {
      failure = e;
    }
  }

  /**
   * @throws IllegalStateException when the task has failed: its figures are worth nothing
   */
  void check() {
    if (failure != null) {
      throw new IllegalStateException("the task failed", failure);
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.join();
    run.close();
  }
}
