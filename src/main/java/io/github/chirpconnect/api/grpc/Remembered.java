package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.common.BoundedMap;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Ids of objects about which something is known that saves a call. An entry expires, because it may
 * change. Safe for use by many threads.
 */
public final class Remembered {
  private static final int REMEMBERED_MAX = 100_000;

  private final LongSupplier nanoClock;
  private final Duration believed;
  private final Map<String, Long> seen = BoundedMap.oldestFirst(REMEMBERED_MAX);

  /**
   * @param believed how long an entry is valid
   */
  public Remembered(LongSupplier nanoClock, Duration believed) {
    this.nanoClock = nanoClock;
    this.believed = believed;
  }

  public synchronized boolean contains(String id) {
    Long since = seen.get(id);
    return since != null && nanoClock.getAsLong() - since < believed.toNanos();
  }

  /** Returns whether it was remembered. */
  public synchronized boolean forget(String id) {
    boolean remembered = contains(id);
    seen.remove(id);
    return remembered;
  }

  public synchronized void add(String id) {
    seen.remove(id);
    seen.put(id, nanoClock.getAsLong());
  }
}
