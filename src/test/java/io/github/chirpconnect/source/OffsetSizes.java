package io.github.chirpconnect.source;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.source.offset.EntryIds;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * What the ids of a device's last entries cost: as text in an offset, as objects in the task, and
 * in time when the text is written. Prints a table.
 */
public final class OffsetSizes {
  private static final long START = 1_795_520_932_452L;
  private static final long INTERVAL = TimeUnit.MINUTES.toMillis(10);
  private static final int JITTER = 20_000;
  private static final int ROUNDS = 20_000;
  private static final int[] LENGTHS = {10, 100, 500, 1_000};

  private OffsetSizes() {}

  public static void print() {
    System.out.printf(
        "%-42s %12s %12s %12s%n",
        "source: one log in an offset", "ids, bytes", "digests", "us to write");
    for (int length : LENGTHS) {
      EntryIds ids = ids(length, false);
      System.out.printf(
          Locale.ROOT,
          "%-42s %,12d %,12d %12.1f%n",
          "  " + length + " entries, ten minutes apart",
          ids.text().length(),
          ids(length, true).text().length(),
          microsToWrite(ids));
    }
  }

  private static EntryIds ids(int length, boolean digests) {
    Random random = new Random(1);
    EntryIds ids = EntryIds.NONE;
    for (int i = 0; i < length; i++) {
      long time = START + i * INTERVAL + random.nextInt(JITTER);
      EntryId id =
          digests
              ? new EntryId.Digest(String.format("%032x", random.nextLong() >>> 1))
              : new EntryId.Sequenced(time, 0);
      ids = ids.plus(EntryIds.first(id), EntryIds.second(id), time, Integer.MAX_VALUE);
    }
    return ids;
  }

  private static double microsToWrite(EntryIds ids) {
    long characters = 0;
    for (int i = 0; i < ROUNDS; i++) {
      characters += ids.text().length();
    }
    long start = System.nanoTime();
    for (int i = 0; i < ROUNDS; i++) {
      characters += ids.text().length();
    }
    double micros = (System.nanoTime() - start) / 1_000.0 / ROUNDS;
    if (characters != 2L * ROUNDS * ids.text().length()) {
      throw new IllegalStateException("the text changes");
    }
    return micros;
  }
}
