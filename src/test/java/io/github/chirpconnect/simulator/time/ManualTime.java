package io.github.chirpconnect.simulator.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Time that passes when a test says so. Tasks run on the thread that moves it, in the order they
 * are due.
 */
public final class ManualTime implements Time {
  private record Task(Instant due, long number, Runnable action) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparing(Task::due).thenComparing(Task::number));
  private Instant now;
  private long numbers;

  public ManualTime(Instant start) {
    this.now = start;
  }

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized void after(Duration delay, Runnable task) {
    tasks.add(new Task(now.plus(delay), numbers++, task));
  }

  /**
   * Lets time pass, stopping at each task that falls due on the way, those included that such a
   * task adds.
   */
  public void advance(Duration step) {
    Instant end = now().plus(step);
    for (Task task = next(end); task != null; task = next(end)) {
      task.action().run();
    }
    synchronized (this) {
      now = end;
    }
  }

  private synchronized Task next(Instant end) {
    if (tasks.isEmpty() || tasks.peek().due().isAfter(end)) {
      return null;
    }
    Task task = tasks.poll();
    now = task.due().isAfter(now) ? task.due() : now;
    return task;
  }

  @Override
  public synchronized void close() {
    tasks.clear();
  }
}
