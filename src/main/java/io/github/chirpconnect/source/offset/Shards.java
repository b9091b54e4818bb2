package io.github.chirpconnect.source.offset;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Assigns entities to tasks.
 *
 * <p>An id's bucket is its CRC-32 (as in zip and zlib), of an EUI in 16 lower-case hex digits,
 * modulo {@value #BUCKETS}. A bucket's task is the bucket modulo the number of tasks. The number of
 * buckets and the hash are part of the source offsets of every running connector, so they never
 * change. More than {@value #BUCKETS} tasks have no use.
 *
 * @param taskIndex from 0
 * @param taskCount at least 1
 */
public record Shards(int taskIndex, int taskCount) {
  /** The number of buckets; it never changes. */
  public static final int BUCKETS = 256;

  public Shards {
    if (taskCount < 1 || taskIndex < 0 || taskIndex >= taskCount) {
      throw new IllegalArgumentException("task " + taskIndex + " of " + taskCount);
    }
  }

  /** The bucket of an id, 0 to {@value #BUCKETS} - 1. */
  public static int bucketOf(String devEui) {
    CRC32 crc = new CRC32();
    crc.update(devEui.getBytes(StandardCharsets.US_ASCII));
    return (int) (crc.getValue() % BUCKETS);
  }

  public boolean owns(String devEui) {
    return ownsBucket(bucketOf(devEui));
  }

  /** This task's share of a limit of the whole connector. */
  public int shareOf(int all) {
    return all / taskCount + (taskIndex < all % taskCount ? 1 : 0);
  }

  public boolean ownsBucket(int bucket) {
    return bucket % taskCount == taskIndex;
  }
}
