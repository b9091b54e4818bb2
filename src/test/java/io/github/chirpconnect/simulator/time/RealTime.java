package io.github.chirpconnect.simulator.time;

import io.github.chirpconnect.simulator.server.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class RealTime implements Time {
  private static final Logger LOG = LoggerFactory.getLogger(RealTime.class);

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          2, Threads.daemon("simulator-timer"), new ThreadPoolExecutor.DiscardPolicy());

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // A failure is logged.
  public void after(Duration delay, Runnable task) {
    timer.schedule(() -> loudly(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The executor would keep a failure to itself. */
  private static void loudly(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("a task of the simulator failed", e);
      throw e;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
