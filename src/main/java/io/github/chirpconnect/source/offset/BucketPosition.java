package io.github.chirpconnect.source.offset;

/**
 * How far one series was passed on. The rows of a bucket have an order of their own, and any of
 * them may be the last one that reaches Kafka.
 *
 * @param bucket when the last bucket begins, in milliseconds since 1970, as the server says it
 * @param rows how many rows of it were passed on; 0 for all
 */
public record BucketPosition(long bucket, int rows) {
  public BucketPosition {
    if (bucket < 0 || rows < 0) {
      throw new IllegalArgumentException(bucket + "." + rows + " is no position in a series");
    }
  }

  /** All of a bucket. */
  public static BucketPosition whole(long bucket) {
    return new BucketPosition(bucket, 0);
  }

  public boolean isWhole() {
    return rows == 0;
  }
}
