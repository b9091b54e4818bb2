package io.github.chirpconnect.common;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gives work to a thread in the order in which it comes, as much at once as there is: log entries
 * come in bursts, and to wake a thread takes longer than to deal with one of them.
 */
public final class SerialExecutor implements Executor {
  /** After so much the thread may see to something else. */
  static final int AT_ONCE = 256;

  private final Executor thread;
  private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean due = new AtomicBoolean();

  /**
   * @param thread runs one thing after the other
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
    // First, so that what is added from here on is either seen below or scheduled anew.
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
