package io.github.chirpconnect.demo;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Tells what is being waited for, and for how long already. */
final class Progress implements AutoCloseable {
  private static final int TICK_SECONDS = 1;

  /** Where lines can't be overwritten, a line a second would be too many. */
  private static final int QUIET_SECONDS = 10;

  private final Screen screen;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
          });
  private String waitingFor;
  private long since;

  Progress(Screen screen, LongSupplier nanoTime) {
    this.screen = screen;
    this.nanoTime = nanoTime;
    ticker.scheduleAtFixedRate(this::tick, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
  }

  /** Does what takes its time. */
  <T> T step(String name, Supplier<T> work) {
    begin(name);
    T result = work.get();
    end();
    return result;
  }

  void step(String name, Runnable work) {
    begin(name);
    work.run();
    end();
  }

  synchronized void begin(String name) {
    waitingFor = name;
    since = nanoTime.getAsLong();
    screen.status("  " + name + " ...");
  }

  /** What was waited for is there. */
  synchronized void end() {
    if (waitingFor != null) {
      screen.line(
          "  %-34s ready after %4.1f s".formatted(waitingFor, elapsed().toMillis() / 1000.0));
      waitingFor = null;
    }
  }

  @Override
  public void close() {
    ticker.shutdownNow();
  }

  private synchronized void tick() {
    if (waitingFor == null) {
      return;
    }
    long seconds = elapsed().toSeconds();
    if (screen.isTerminal()) {
      screen.status("  %s ... %d s".formatted(waitingFor, seconds));
    } else if (seconds > 0 && seconds % QUIET_SECONDS == 0) {
      screen.line("  waiting for %s, %d s so far".formatted(waitingFor, seconds));
    }
  }

  private Duration elapsed() {
    return Duration.ofNanos(nanoTime.getAsLong() - since);
  }
}
