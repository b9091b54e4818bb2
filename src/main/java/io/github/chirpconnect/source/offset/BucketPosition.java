package io.github.chirpconnect.source.offset;

/**
 * How far one series was handed to Connect. The rows of a bucket have a fixed order, and any of
 * them may be the last one that reaches Kafka.
 *
 * @param bucket the beginning of the last bucket, in milliseconds since 1970, as the server says it
 * @param rows how many of its rows were handed over; 0 for all
 */
public record BucketPosition(long bucket, int rows) {
  public BucketPosition {
    if (bucket < 0 || rows < 0) {
      throw new IllegalArgumentException(bucket + "." + rows + " is no position in a series");
    }
  }

  /** A bucket of which all rows were handed over. */
  public static BucketPosition whole(long bucket) {
    return new BucketPosition(bucket, 0);
  }

  public boolean isWhole() {
    return rows == 0;
  }
}
