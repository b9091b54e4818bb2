package io.github.chirpconnect.source.inventory;

import java.util.Arrays;
import java.util.Collection;

/**
 * Counts the known and the missing entities of the whole connector. A task keeps only its own
 * entities. But whether too many are missing at once is a question about all entities, and each
 * task's walk sees all of them. Nine bytes for each entity. Not thread-safe.
 */
final class Headcount {
  private static final int EUI_DIGITS = 16;

  private final int misses;
  private long[] known;
  private byte[] missed;
  private long[] seen = new long[64];
  private int seenCount;

  /**
   * @param misses the number of walks in a row after which an entity is missing
   * @param ids known from earlier tasks
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

  /** Entities that the current walk has found so far; one that was listed twice counts twice. */
  int seen() {
    return seenCount;
  }

  /** The walk is complete. */
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

  /** All known entities, including missing ones. */
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

  /** The missing entities are deleted. */
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
   * 64 bits of an id: an EUI itself, a hash of any other id. The probability that two of 100,000
   * are equal is one in three billion; the count is then too low by one.
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
