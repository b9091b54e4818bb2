package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.metrics.SourceMetrics;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Holds the server to its word: of a device that it has seen, the log shows an uplink. What was
 * read without showing it is read again, and when nothing was written at all, that is told: in the
 * log, in a figure, and by a header of the device's next record.
 *
 * <p>Used by the streams thread only.
 */
final class SeenDevices {
  private final StreamReport report;
  private final SourceMetrics metrics;
  private final DueUplinks due = new DueUplinks();

  /** Devices whose next record is to say that uplinks before it were not logged. */
  private final Set<String> notLogged = new HashSet<>();

  SeenDevices(StreamReport report, SourceMetrics metrics) {
    this.report = report;
    this.metrics = metrics;
  }

  void seen(String devEui, Instant at) {
    due.seen(devEui, at);
  }

  void remove(String devEui) {
    due.forget(devEui);
    notLogged.remove(devEui);
  }

  /** Devices whose logs do not show yet that they were seen; a copy. */
  List<String> due() {
    return due.devices();
  }

  /** The time of the newest uplink that the log must show, or {@link DueUplinks#NONE}. */
  long wanted(String devEui) {
    return due.wanted(devEui);
  }

  /** The next device that wants a place, to be looked at again; null for none. */
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
    if (look(logsOfDevice, now)) {
      due.lookAgain(logsOfDevice.get(0).devEui(), now);
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
