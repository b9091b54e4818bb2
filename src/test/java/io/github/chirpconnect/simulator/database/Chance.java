package io.github.chirpconnect.simulator.database;

import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;

/** All that is random in the simulator, from one seed. */
public final class Chance {
  private final Random random;

  public Chance(long seed) {
    this.random = new Random(seed);
  }

  /** A version 4 UUID. */
  public synchronized UUID uuid() {
    long high = (random.nextLong() & 0xffffffffffff0fffL) | 0x4000L;
    long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low);
  }

  public synchronized byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  public String hex(int length) {
    return HexFormat.of().formatHex(bytes(length));
  }

  /** From 0 to 2³² - 1. */
  public synchronized long uint32() {
    return random.nextInt() & 0xffffffffL;
  }

  /** From {@code low} to {@code high}, both included. */
  public synchronized int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }
}
