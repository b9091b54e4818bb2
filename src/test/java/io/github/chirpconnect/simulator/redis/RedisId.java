package io.github.chirpconnect.simulator.redis;

/** The id of a Redis stream entry: two integers, compared as such. */
public record RedisId(long millis, long sequence) implements Comparable<RedisId> {
  public static final RedisId ZERO = new RedisId(0, 0);

  public static RedisId parse(String text) {
    int dash = text.indexOf('-');
    return new RedisId(
        Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
  }

  /**
   * What XADD gives the next entry: the clock's time, or the last entry's and one more when the
   * clock has not moved on.
   */
  RedisId next(long clockMillis) {
    return clockMillis > millis ? new RedisId(clockMillis, 0) : new RedisId(millis, sequence + 1);
  }

  @Override
  public int compareTo(RedisId other) {
    int byMillis = Long.compare(millis, other.millis);
    return byMillis != 0 ? byMillis : Long.compare(sequence, other.sequence);
  }

  @Override
  public String toString() {
    return millis + "-" + sequence;
  }
}
