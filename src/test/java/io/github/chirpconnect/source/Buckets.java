package io.github.chirpconnect.source;

import io.github.chirpconnect.source.offset.Shards;
import java.util.List;
import java.util.stream.IntStream;

/** Devices whose ledger is one bucket. */
public final class Buckets {
  private Buckets() {}

  /** The first so many EUIs of a bucket, in their order. */
  public static List<String> devices(int bucket, int count) {
    return IntStream.range(0, Integer.MAX_VALUE)
        .mapToObj(i -> String.format("%016x", i))
        .filter(devEui -> Shards.bucketOf(devEui) == bucket)
        .limit(count)
        .toList();
  }
}
