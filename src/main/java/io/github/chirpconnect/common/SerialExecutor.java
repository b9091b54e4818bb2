package io.github.chirpconnect.common;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs tasks on one thread in order, many in one go: log entries come in bursts, and waking a
 * thread takes longer than handling an entry.
 */
public final class SerialExecutor implements Executor {
  /** After this many tasks the thread may do other work. */
  static final int AT_ONCE = 256;

  private final Executor thread;
  private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean due = new AtomicBoolean();

  /**
   * @param thread runs its tasks one after the other
   */
  public SerialExecutor(Executor thread) {
    this.thread = thread;
  }

  /**
   * @param one must not throw
   * @throws java.util.concurrent.RejectedExecutionException when the thread has ended
   */
  @Override
  public void execute(Runnable one) {
    work.add(one);
    schedule();
  }

  private void schedule() {
    if (due.compareAndSet(false, true)) {
      thread.execute(this::run);
    }
  }

  private void run() {
    // First, so that a task added from here on is either polled below or scheduled again.
    due.set(false);
    for (int i = 0; i < AT_ONCE; i++) {
      Runnable one = work.poll();
      if (one == null) {
        return;
      }
      one.run();
    }
    if (!work.isEmpty()) {
      schedule();
    }
  }
}
