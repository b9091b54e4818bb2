package io.github.chirpconnect.source.offset;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Which task a device belongs to.
 *
 * <p>A device's bucket is the CRC-32 (as in zip and zlib) of its EUI, written as 16 lower-case hex
 * digits, modulo {@value #BUCKETS}. A bucket's task is the bucket modulo the number of tasks. The
 * number of buckets and the hash are in the source offsets of every running connector, so they
 * never change; no more than {@value #BUCKETS} tasks can have work.
 *
 * @param taskIndex from 0
 * @param taskCount at least 1
 */
public record Shards(int taskIndex, int taskCount) {
  /** Buckets of the inventory's ledger, a permanent number. */
  public static final int BUCKETS = 256;

  public Shards {
    if (taskCount < 1 || taskIndex < 0 || taskIndex >= taskCount) {
      throw new IllegalArgumentException("task " + taskIndex + " of " + taskCount);
    }
  }

  /** The bucket of a device, 0 to {@value #BUCKETS} - 1. */
  public static int bucketOf(String devEui) {
    CRC32 crc = new CRC32();
    crc.update(devEui.getBytes(StandardCharsets.US_ASCII));
    return (int) (crc.getValue() % BUCKETS);
  }

  public boolean owns(String devEui) {
    return ownsBucket(bucketOf(devEui));
  }

  /** This task's part of what the whole connector may have. */
  public int shareOf(int all) {
    return all / taskCount + (taskIndex < all % taskCount ? 1 : 0);
  }

  public boolean ownsBucket(int bucket) {
    return bucket % taskCount == taskIndex;
  }
}
