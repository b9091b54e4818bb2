package io.github.chirpconnect.common;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map that forgets an entry for each one that is too many. Not thread-safe. */
public final class BoundedMap<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;
  private static final float LOAD_FACTOR = 0.75f;

  private final int max;

  private BoundedMap(int max, boolean byAccess) {
    super(16, LOAD_FACTOR, byAccess);
    this.max = max;
  }

  /** Forgets the entry that was not asked for, or written, for the longest time. */
  public static <K, V> BoundedMap<K, V> leastUsedFirst(int max) {
    return new BoundedMap<>(max, true);
  }

  /** Forgets the entry that was added first. */
  public static <K, V> BoundedMap<K, V> oldestFirst(int max) {
    return new BoundedMap<>(max, false);
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > max;
  }
}
