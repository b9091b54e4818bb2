package io.github.chirpconnect.source.handover;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The queue between the threads that read from ChirpStack and Connect's thread, bounded in items
 * and bytes. It also carries a fatal error to {@code poll()}. An empty queue accepts one item of
 * any size. Thread-safe.
 */
public final class RecordQueue {
  private final int maxItems;
  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Handed> items = new ArrayDeque<>();
  private long bytes;

  /** The sum of {@link #hold}. */
  private long held;

  /** How many items {@link #take} waits for; 0 if it does not wait. */
  private int awaited;

  private Runnable whenRoom = () -> {};
  private boolean turnedAway;
  private boolean closed;
  private ConnectException failure;

  public RecordQueue(int maxItems, long maxBytes) {
    this.maxItems = maxItems;
    this.maxBytes = maxBytes;
  }

  /**
   * Calls {@code action} after {@link #take} has made room, if {@link #offer} or {@link #hasRoom}
   * had returned false.
   */
  public void whenRoom(Runnable action) {
    lock.lock();
    try {
      whenRoom = action;
    } finally {
      lock.unlock();
    }
  }

  /** Adds the item, or returns false if there is no room; then {@link #whenRoom} will be called. */
  public boolean offer(Handed item) {
    lock.lock();
    try {
      if (full()) {
        turnedAway = true;
        return false;
      }
      add(item);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds the item as soon as there is room. A closed queue drops it: what was not handed over is
   * read again.
   */
  public void put(Handed item) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (full() && !closed) {
        changed.await();
      }
      if (!closed) {
        add(item);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether there is room beyond what is held elsewhere; if not, {@link #whenRoom} will be called.
   */
  public boolean hasRoom() {
    lock.lock();
    try {
      turnedAway |= crowded();
      return !crowded();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds to the bytes that readers hold before they put items into this queue. These count when a
   * reader asks for room, but they keep out no item that is offered.
   */
  public void hold(long change) {
    lock.lock();
    try {
      held += change;
    } finally {
      lock.unlock();
    }
  }

  public int size() {
    lock.lock();
    try {
      return items.size();
    } finally {
      lock.unlock();
    }
  }

  public long bytes() {
    lock.lock();
    try {
      return bytes + held;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the first item, then lingers for more, and returns up to {@code max} in order.
   * Returns none if the time is up or the queue is closed.
   *
   * @throws ConnectException the one that {@link #fail} was called with
   */
  public List<Handed> take(int max, long waitMs, long lingerMs) throws InterruptedException {
    List<Handed> taken = new ArrayList<>();
    Runnable signal = () -> {};
    lock.lockInterruptibly();
    try {
      await(1, waitMs);
      if (!items.isEmpty()) {
        await(max, lingerMs);
      }
      if (failure != null) {
        throw failure;
      }
      while (taken.size() < max && !items.isEmpty()) {
        Handed item = items.removeFirst();
        bytes -= item.bytes();
        taken.add(item);
      }
      changed.signalAll();
      if (turnedAway && !taken.isEmpty() && !crowded()) {
        turnedAway = false;
        signal = whenRoom;
      }
    } finally {
      lock.unlock();
    }
    signal.run();
    return taken;
  }

  /** Makes {@link #take} throw, also one that waits. The first failure is kept. */
  public void fail(ConnectException reason) {
    lock.lock();
    try {
      if (failure == null) {
        failure = reason;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public boolean closed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Drops all items and wakes all waiting threads. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      items.clear();
      bytes = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void await(int count, long millis) throws InterruptedException {
    long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
    awaited = count;
    try {
      while (items.size() < count && !full() && failure == null && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      awaited = 0;
    }
  }

  private void add(Handed item) {
    if (closed) {
      return;
    }
    items.addLast(item);
    bytes += item.bytes();
    // Not for each item: while more items are awaited, waking the other thread would cost more
    // than the item itself.
    if (awaited > 0 && (items.size() >= awaited || full())) {
      changed.signalAll();
    }
  }

  /** Full, counting what is held elsewhere. */
  private boolean crowded() {
    return full() || (!items.isEmpty() && bytes + held >= maxBytes);
  }

  private boolean full() {
    return !items.isEmpty() && (items.size() >= maxItems || bytes >= maxBytes);
  }
}
