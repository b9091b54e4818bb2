package io.github.chirpconnect.common;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Passes callbacks from other threads to the task thread, which alone uses the task's state. Any
 * thread may add; all other methods are for the task thread.
 */
public class CompletionQueue {
  private final BlockingQueue<Runnable> callbacks = new LinkedBlockingQueue<>();

  public final void add(Runnable callback) {
    callbacks.add(callback);
  }

  /** Runs all callbacks, including those added meanwhile. Returns whether there were any. */
  public final boolean drain() {
    boolean any = false;
    for (Runnable callback = callbacks.poll(); callback != null; callback = callbacks.poll()) {
      callback.run();
      any = true;
    }
    return any;
  }

  /** Waits for a callback, and runs all. Returns whether there were any. */
  public final boolean await(long millis) {
    Runnable first = take(millis);
    if (first == null) {
      return false;
    }
    first.run();
    drain();
    return true;
  }

  /** The next callback; null when none came in time or the thread was interrupted. */
  protected Runnable take(long millis) {
    try {
      return callbacks.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
