package io.github.chirpconnect.testing;

import io.github.chirpconnect.common.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A clock and the threads that live by it, all on the test's own thread: nothing happens but what
 * the test lets happen.
 */
public final class ManualTime {
  /** The steady clock. */
  public final ManualClock clock = new ManualClock();

  /** The time of day; may be set. */
  public final ManualClock wallClock = new ManualClock();

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(
          Comparator.<Task>comparingLong(task -> task.at).thenComparingLong(task -> task.number));
  private long numbers;

  /** Lets time pass, and runs what is due on the way, in order. */
  public void advance(Duration by) {
    long until = clock.millis() + by.toMillis();
    while (!tasks.isEmpty() && tasks.peek().at <= until) {
      Task task = tasks.poll();
      pass(Duration.ofMillis(Math.max(0, task.at - clock.millis())));
      task.thread.execute(task);
    }
    pass(Duration.ofMillis(until - clock.millis()));
  }

  /** A machine that sleeps: its steady clock stands still, and no task runs. */
  public void sleep(Duration by) {
    wallClock.advance(by);
  }

  /** Both clocks. */
  public Clocks clocks() {
    return new Clocks(wallClock, clock);
  }

  /** The time of day. */
  public Instant instant() {
    return wallClock.instant();
  }

  public long steadyMillis() {
    return clock.millis();
  }

  private void pass(Duration by) {
    clock.advance(by);
    wallClock.advance(by);
  }

  public ManualThread thread() {
    return new ManualThread();
  }

  /** Runs at once what it is given, unless it is busy: then afterwards, as a thread would. */
  public final class ManualThread extends AbstractExecutorService
      implements ScheduledExecutorService {
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private boolean busy;
    private boolean shutdown;

    @Override
    public void execute(Runnable command) {
      if (shutdown) {
        throw new RejectedExecutionException("shut down");
      }
      queue.add(command);
      if (busy) {
        return;
      }
      busy = true;
      try {
        while (!queue.isEmpty() && !shutdown) {
          queue.poll().run();
        }
      } finally {
        busy = false;
      }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
      return add(command, unit.toMillis(delay), 0);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
        Runnable command, long initialDelay, long delay, TimeUnit unit) {
      return add(command, unit.toMillis(initialDelay), unit.toMillis(delay));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
        Runnable command, long initialDelay, long period, TimeUnit unit) {
      return scheduleWithFixedDelay(command, initialDelay, period, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
      throw new IllegalStateException("not used");
    }

    private Task add(Runnable command, long delayMs, long everyMs) {
      Task task = new Task(this, command, clock.millis() + delayMs, everyMs);
      tasks.add(task);
      return task;
    }

    @Override
    public void shutdown() {
      shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      shutdown = true;
      tasks.removeIf(task -> task.thread == this);
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return shutdown;
    }

    @Override
    public boolean isTerminated() {
      return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return shutdown;
    }
  }

  private final class Task extends FutureTask<Void> implements RunnableScheduledFuture<Void> {
    private final ManualThread thread;
    private final long everyMs;
    private final long number = numbers++;
    private long at;

    Task(ManualThread thread, Runnable command, long at, long everyMs) {
      super(command, null);
      this.thread = thread;
      this.at = at;
      this.everyMs = everyMs;
    }

    @Override
    public void run() {
      if (!isPeriodic()) {
        super.run();
      } else if (runAndReset() && !thread.shutdown) {
        at = clock.millis() + everyMs;
        tasks.add(this);
      }
    }

    @Override
    public boolean isPeriodic() {
      return everyMs > 0;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - clock.millis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.MILLISECONDS), other.getDelay(TimeUnit.MILLISECONDS));
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
