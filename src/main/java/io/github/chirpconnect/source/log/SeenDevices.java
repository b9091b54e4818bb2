package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.metrics.SourceMetrics;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks that the log of a device that the server has seen shows an uplink. If a log was read
 * without showing it, it is read again. If the server wrote nothing at all, that is reported: in
 * the worker's log, in a metric, and by a header of the device's next record.
 *
 * <p>For a device that has probably sent something, the log need not show anything: it is read
 * once.
 *
 * <p>Used only on the streams thread.
 */
final class SeenDevices {
  /**
   * Why a log is read.
   *
   * @param uplink the time of an uplink that it must show; {@link DueUplinks#NONE} for none
   * @param entry the time of any entry that it may show; the same
   */
  record Wanted(long uplink, long entry) {
    static final Wanted NOTHING = new Wanted(DueUplinks.NONE, DueUplinks.NONE);
  }

  /** Gateways that have heard the same transmission write it within this time. */
  private static final long ONE_TRANSMISSION_MS = 1_000;

  /**
   * An uplink is written at most so long after its device was seen: v3 waits 4 s for room. What is
   * dated later is of another uplink, or the clocks of the server and of its Redis differ.
   */
  private static final long WRITTEN_WITHIN_MS = 10_000;

  private final StreamReport report;
  private final SourceMetrics metrics;
  private final DueUplinks due = new DueUplinks();

  /** Devices whose next record must report that earlier uplinks were not logged. */
  private final Set<String> notLogged = new HashSet<>();

  /** Times of transmissions that the devices' logs have not shown yet. */
  private final Map<String, Long> spoken = new HashMap<>();

  /** How far the logs of devices were read that have lost their places. */
  private final Map<String, LogReader.Newest> read = new HashMap<>();

  SeenDevices(StreamReport report, SourceMetrics metrics) {
    this.report = report;
    this.metrics = metrics;
  }

  /**
   * The server has seen a device, later than before. Returns whether its log has to be read for
   * that: it may have shown the uplink already.
   *
   * <p>If the clock of Redis is ahead of the server's by less than {@value #WRITTEN_WITHIN_MS} ms,
   * an uplink that follows another one within the difference counts as shown. Then a visit finds
   * it.
   */
  boolean seen(String devEui, Instant at) {
    LogReader.Newest newest = read.get(devEui);
    long millis = at.toEpochMilli();
    if (newest != null
        && newest.uplink() >= millis
        && newest.uplink() <= millis + WRITTEN_WITHIN_MS) {
      return false;
    }
    due.seen(devEui, at);
    return true;
  }

  /**
   * A device has probably sent something. Returns whether that is new: several gateways may have
   * received it, and its log may have shown it already.
   *
   * @param logsOfDevice empty if it has no place
   */
  boolean spoke(String devEui, long millis, List<LogReader> logsOfDevice) {
    LogReader.Newest newest =
        logsOfDevice.isEmpty() ? read.get(devEui) : logsOfDevice.get(0).newest();
    Long before = spoken.get(devEui);
    boolean known =
        (newest != null && newest.entry() >= millis)
            || (before != null && Math.abs(millis - before) <= ONE_TRANSMISSION_MS);
    if (!known) {
      spoken.put(devEui, millis);
    }
    return !known;
  }

  void remove(String devEui) {
    due.forget(devEui);
    notLogged.remove(devEui);
    spoken.remove(devEui);
    read.remove(devEui);
  }

  /** Devices whose logs do not show yet that they were seen; a copy. */
  List<String> due() {
    return due.devices();
  }

  /** What the log is read for. */
  Wanted wanted(String devEui) {
    long uplink = due.wanted(devEui);
    long entry = spoken.getOrDefault(devEui, DueUplinks.NONE);
    return uplink == DueUplinks.NONE && entry == DueUplinks.NONE
        ? Wanted.NOTHING
        : new Wanted(uplink, entry);
  }

  /** The next device that needs a place to be read again; null for none. */
  String nextToLookAt(long now) {
    return due.nextToLookAt(now);
  }

  void opened(LogReader follower) {
    if (follower.log() == LogKind.EVENTS && notLogged.contains(follower.devEui())) {
      follower.notLogged();
    }
  }

  void closed(List<LogReader> logsOfDevice) {
    for (LogReader follower : logsOfDevice) {
      if (follower.log() == LogKind.EVENTS && !follower.owesNotLogged()) {
        notLogged.remove(follower.devEui());
      }
    }
  }

  /** The logs of a device with a place were read to their end. */
  void looked(List<LogReader> logsOfDevice, long now) {
    look(logsOfDevice, now);
  }

  /** As {@link #looked}, and the device loses its place. */
  void left(List<LogReader> logsOfDevice, long now) {
    LogReader follower = logsOfDevice.get(0);
    spoken.remove(follower.devEui());
    if (follower.newest().isKnown()) {
      read.put(follower.devEui(), follower.newest());
    }
    if (look(logsOfDevice, now)) {
      due.lookAgain(follower.devEui(), now);
    }
  }

  /** Returns whether to look again. */
  private boolean look(List<LogReader> logsOfDevice, long now) {
    LogReader follower = logsOfDevice.get(0);
    String devEui = follower.devEui();
    if (!due.isDue(devEui)) {
      return false;
    }
    if (!logsOfDevice.stream().allMatch(LogReader::isOpen)) {
      // It ends again and again, perhaps at an entry that the server cannot read.
      return due.failed(devEui);
    }
    Instant lastSeenAt = due.lastSeenAt(devEui);
    DueUplinks.Finding finding = due.looked(devEui, follower::shows, now);
    if (finding == DueUplinks.Finding.NOT_WRITTEN && follower.log() == LogKind.EVENTS) {
      notLogged.add(devEui);
      follower.notLogged();
      metrics.notLogged();
      report.notLogged(devEui, lastSeenAt, now);
    }
    return finding == DueUplinks.Finding.LOOK_AGAIN;
  }
}
