package io.github.chirpconnect.source.log;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Uplinks that a log should contain, because the server has seen their devices. If a log does not
 * show one, it is read once more: the server may have stood still, or v3 may not have had room to
 * write it yet. If the second reading does not show it either, the server wrote nothing.
 *
 * <p>Not thread-safe. Times are milliseconds: of the server's clock for what it saw and wrote, of a
 * clock that never runs backwards for readings.
 */
final class DueUplinks {
  /** How much earlier than {@code last_seen_at} an entry may be dated: another clock dates it. */
  private static final long MARGIN_MS = 3_000;

  /** No uplink is due. */
  static final long NONE = Long.MIN_VALUE;

  /** Longer than the 4 s for which v3 waits for room before it drops an event. */
  static final long AGAIN_AFTER_MS = 10_000;

  private static final int LOOKS = 2;

  /** The number of failed streams after which the log is given up. */
  private static final int FAILURES = 5;

  /** The result of a reading. */
  enum Finding {
    /** Nothing is due any more. */
    SHOWN,
    /** To be looked at again after {@value #AGAIN_AFTER_MS} ms. */
    LOOK_AGAIN,
    NOT_WRITTEN
  }

  private static final class Due {
    private long first;
    private long last;
    private int looks;
    private int failures;
    private long lookedAt = Long.MIN_VALUE / 2;
  }

  private record Again(String devEui, long at) {}

  private final Map<String, Due> due = new HashMap<>();
  private final Deque<Again> again = new ArrayDeque<>();

  /** The server has seen a device, later than before. */
  void seen(String devEui, Instant at) {
    long millis = at.toEpochMilli();
    due.computeIfAbsent(
                devEui,
                unused -> {
                  Due one = new Due();
                  one.first = millis;
                  return one;
                })
            .last =
        millis;
  }

  /**
   * Whether an entry may be an uplink for which the server has seen its device, or a later one.
   *
   * @param millis of the entry
   */
  static boolean mayBeOf(long millis, Instant lastSeenAt) {
    return millis >= lastSeenAt.toEpochMilli() - MARGIN_MS;
  }

  /** A copy. */
  List<String> devices() {
    return List.copyOf(due.keySet());
  }

  boolean isDue(String devEui) {
    return due.containsKey(devEui);
  }

  /** The time of the newest uplink that the log must show, or {@link #NONE}. */
  long wanted(String devEui) {
    Due one = due.get(devEui);
    return one == null ? NONE : one.last - MARGIN_MS;
  }

  /** Nothing is known about the device any more. */
  void forget(String devEui) {
    due.remove(devEui);
  }

  /**
   * A due log was read to its end.
   *
   * @param shows whether it shows an uplink of that time or later
   */
  Finding looked(String devEui, LongPredicate shows, long now) {
    Due one = due.get(devEui);
    if (shows.test(one.last - MARGIN_MS)) {
      due.remove(devEui);
      return Finding.SHOWN;
    }
    if (shows.test(one.first - MARGIN_MS)) {
      one.first = one.last;
      one.looks = 0;
    }
    if (now - one.lookedAt >= AGAIN_AFTER_MS) {
      one.lookedAt = now;
      one.looks++;
    }
    if (one.looks >= LOOKS) {
      due.remove(devEui);
      return Finding.NOT_WRITTEN;
    }
    return Finding.LOOK_AGAIN;
  }

  /** A due log could not be read. Returns whether to try again. */
  boolean failed(String devEui) {
    boolean again = ++due.get(devEui).failures < FAILURES;
    if (!again) {
      due.remove(devEui);
    }
    return again;
  }

  /** The device has lost its place and needs one again. */
  void lookAgain(String devEui, long now) {
    again.addLast(new Again(devEui, now + AGAIN_AFTER_MS));
  }

  /** The next device to read again; null for none. */
  String nextToLookAt(long now) {
    while (!again.isEmpty() && again.peekFirst().at() <= now) {
      String devEui = again.removeFirst().devEui();
      if (isDue(devEui)) {
        return devEui;
      }
    }
    return null;
  }

  /** When the server last saw the device, as far as it is due. */
  Instant lastSeenAt(String devEui) {
    return Instant.ofEpochMilli(due.get(devEui).last);
  }
}
