package io.github.chirpconnect.source.inventory;

import java.util.Arrays;
import java.util.Collection;

/**
 * Counts the entities of the whole connector, and those that are missing. A task keeps but its own
 * entities; whether too many are missing at once to be believed is a question about all of them,
 * each of which every task's walk sees. Nine bytes an entity. Not thread-safe.
 */
final class Headcount {
  private static final int EUI_DIGITS = 16;

  private final int misses;
  private long[] known;
  private byte[] missed;
  private long[] seen = new long[64];
  private int seenCount;

  /**
   * @param misses walks in a row after which an entity is missing
   * @param ids known from before
   */
  Headcount(int misses, Collection<String> ids) {
    this.misses = misses;
    this.known = ids.stream().mapToLong(Headcount::number).sorted().toArray();
    this.missed = new byte[known.length];
  }

  /** A walk begins. */
  void begin() {
    seenCount = 0;
  }

  void see(String id) {
    if (seenCount == seen.length) {
      seen = Arrays.copyOf(seen, seen.length * 2);
    }
    seen[seenCount++] = number(id);
  }

  /** Entities that the walk has found so far; one that was listed twice counts twice. */
  int seen() {
    return seenCount;
  }

  /** The walk was complete. */
  void end() {
    long[] found = Arrays.stream(seen, 0, seenCount).sorted().distinct().toArray();
    long[] all = new long[known.length + found.length];
    byte[] times = new byte[all.length];
    int count = 0;
    int i = 0;
    for (long one : found) {
      while (i < known.length && known[i] < one) {
        all[count] = known[i];
        times[count++] = (byte) Math.min(misses, missed[i++] + 1);
      }
      if (i < known.length && known[i] == one) {
        i++;
      }
      all[count++] = one;
    }
    while (i < known.length) {
      all[count] = known[i];
      times[count++] = (byte) Math.min(misses, missed[i++] + 1);
    }
    known = Arrays.copyOf(all, count);
    missed = Arrays.copyOf(times, count);
  }

  /** All that are known, those that are missing among them. */
  int known() {
    return known.length;
  }

  int missing() {
    int count = 0;
    for (byte times : missed) {
      count += times >= misses ? 1 : 0;
    }
    return count;
  }

  /** Those that are missing are gone. */
  void forgetMissing() {
    int count = 0;
    for (int i = 0; i < known.length; i++) {
      if (missed[i] < misses) {
        known[count] = known[i];
        missed[count++] = missed[i];
      }
    }
    known = Arrays.copyOf(known, count);
    missed = Arrays.copyOf(missed, count);
  }

  /**
   * 64 bits of an id: an EUI as it is, of others a hash. That two of 100,000 have the same is as
   * likely as one in three billion, and then but the count is one too low.
   */
  private static long number(String id) {
    if (id.length() == EUI_DIGITS) {
      return Long.parseUnsignedLong(id, 16);
    }
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }
}
