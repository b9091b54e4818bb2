package io.github.chirpconnect.common;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Brings what happened on other threads to the task thread, which alone touches the task's state.
 * Adding is for any thread, all else for the task thread.
 */
public class CompletionQueue {
  private final BlockingQueue<Runnable> callbacks = new LinkedBlockingQueue<>();

  public final void add(Runnable callback) {
    callbacks.add(callback);
  }

  /** Handles all that is there, and what comes of it. Returns whether there was any. */
  public final boolean drain() {
    boolean any = false;
    for (Runnable callback = callbacks.poll(); callback != null; callback = callbacks.poll()) {
      callback.run();
      any = true;
    }
    return any;
  }

  /** Waits for a letter, and handles all that are there. Returns whether there was any. */
  public final boolean await(long millis) {
    Runnable first = take(millis);
    if (first == null) {
      return false;
    }
    first.run();
    drain();
    return true;
  }

  /** The next letter; null when none came within the time, or the thread was interrupted. */
  protected Runnable take(long millis) {
    try {
      return callbacks.poll(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
