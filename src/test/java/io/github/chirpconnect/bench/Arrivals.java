package io.github.chirpconnect.bench;

import io.github.chirpconnect.record.RecordFactory;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Takes note of each {@code up} that a task gives: which of a device's uplinks it is, and how long
 * ago the server wrote it into the device's log. A few bytes a device, so that it does not show in
 * a measurement of the heap. Safe for use by two threads.
 */
final class Arrivals {
  private static final String UP = ".device.up";

  private final long firstEui;

  /** By the device's number: the frame counter of the last uplink that came. */
  private final int[] last;

  private int[] delays = new int[1_024];
  private int counted;
  private long total;
  private long again;
  private long gaps;

  /**
   * @param firstEui the others follow
   */
  Arrivals(long firstEui, int devices) {
    this.firstEui = firstEui;
    this.last = new int[devices];
    Arrays.fill(last, -1);
  }

  /**
   * Of the records since the last {@link #begin}.
   *
   * @param p50 milliseconds from the server's log to Connect, as the others
   */
  record Delays(int count, long p50, long p90, long p99, long most) {}

  synchronized void take(Collection<SourceRecord> records, long nowMillis) {
    for (SourceRecord record : records) {
      if (record.headers().lastWithName(RecordFactory.HEADER_GAP) != null) {
        gaps++;
      }
      if (record.topic().endsWith(UP)) {
        take(record, nowMillis);
      }
    }
  }

  private void take(SourceRecord record, long nowMillis) {
    int device = (int) (HexFormat.fromHexDigitsToLong((String) record.key()) - firstEui);
    int counter = (int) (long) ((Struct) record.value()).getInt64("f_cnt");
    if (counter <= last[device]) {
      again++;
      return;
    }
    last[device] = counter;
    total++;
    if (counted == delays.length) {
      delays = Arrays.copyOf(delays, 2 * counted);
    }
    delays[counted++] = (int) Math.min(Integer.MAX_VALUE, nowMillis - writtenAt(record));
  }

  /** The first half of an entry's id is the server's clock when it was written. */
  private static long writtenAt(SourceRecord record) {
    String id = (String) record.headers().lastWithName(RecordFactory.HEADER_ID).value();
    return Long.parseLong(id, 0, id.indexOf('-'), 10);
  }

  /** What comes from now on is measured. */
  synchronized void begin() {
    counted = 0;
  }

  synchronized Delays delays() {
    int[] sorted = Arrays.copyOf(delays, counted);
    Arrays.sort(sorted);
    return counted == 0
        ? new Delays(0, 0, 0, 0, 0)
        : new Delays(
            counted, at(sorted, 0.5), at(sorted, 0.9), at(sorted, 0.99), sorted[counted - 1]);
  }

  private static long at(int[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1L, Math.round(share * (sorted.length - 1)))];
  }

  /** Uplinks that came so far, each once. */
  synchronized long total() {
    return total;
  }

  /** Uplinks that came once more. */
  synchronized long again() {
    return again;
  }

  /** Records that say that something is missing before them. */
  synchronized long gaps() {
    return gaps;
  }
}
