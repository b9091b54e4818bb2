package io.github.chirpconnect.simulator.redis;

import io.github.chirpconnect.simulator.time.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The Redis connections of one server. A stream of v3 holds one as long as it is open; who finds
 * none waits 4 s for one, in turn, and then does without. Callbacks run on the thread that makes
 * them due, outside of the pool's lock.
 */
public final class RedisPool {
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private record Waiter(Runnable granted, Runnable refused) {}

  private final Time time;
  private final int size;
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private int inUse;
  private int mostHeld;
  private int held;

  /**
   * @param size connections at most
   */
  public RedisPool(Time time, int size) {
    this.time = time;
    this.size = size;
  }

  /** As v4 has it: streams share one connection, and nothing ever waits. */
  public static RedisPool unlimited(Time time) {
    return new RedisPool(time, Integer.MAX_VALUE);
  }

  /** Takes a connection to keep until {@link #release}. */
  public void hold(Runnable granted, Runnable refused) {
    borrow(
        () -> {
          synchronized (this) {
            held++;
            mostHeld = Math.max(mostHeld, held);
          }
          granted.run();
        },
        refused);
  }

  /** Gives back what {@link #hold} has granted. */
  public void release() {
    synchronized (this) {
      held--;
    }
    giveBack();
  }

  /** Takes a connection as long as the work takes. */
  public void use(Runnable work, Runnable refused) {
    borrow(
        () -> {
          try {
            work.run();
          } finally {
            giveBack();
          }
        },
        refused);
  }

  private void borrow(Runnable granted, Runnable refused) {
    if (take(new Waiter(granted, refused))) {
      granted.run();
    }
  }

  private synchronized boolean take(Waiter waiter) {
    if (inUse < size) {
      inUse++;
      return true;
    }
    waiters.addLast(waiter);
    time.after(PATIENCE, () -> giveUp(waiter));
    return false;
  }

  private void giveUp(Waiter waiter) {
    boolean waiting;
    synchronized (this) {
      waiting = waiters.remove(waiter);
    }
    if (waiting) {
      waiter.refused().run();
    }
  }

  private void giveBack() {
    Waiter next;
    synchronized (this) {
      next = waiters.pollFirst();
      if (next == null) {
        inUse--;
      }
    }
    if (next != null) {
      next.granted().run();
    }
  }

  public int size() {
    return size;
  }

  /** Connections that streams hold now. */
  public synchronized int held() {
    return held;
  }

  /** The most that streams held at one time. */
  public synchronized int mostHeld() {
    return mostHeld;
  }
}
