package io.github.chirpconnect.source.log;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The devices that have places, each with its logs. Used by the streams thread only. */
final class FollowedDevices {
  private final Pulse pulse;
  private final Map<String, List<LogReader>> devices = new LinkedHashMap<>();

  FollowedDevices(Pulse pulse) {
    this.pulse = pulse;
  }

  void add(String devEui, List<LogReader> logs) {
    devices.put(devEui, logs);
  }

  /** Returns the logs of the device; empty when it has no place. */
  List<LogReader> remove(String devEui) {
    List<LogReader> removed = devices.remove(devEui);
    return removed == null ? List.of() : removed;
  }

  /** Empty when the device has no place. */
  List<LogReader> logsOf(String devEui) {
    return devices.getOrDefault(devEui, List.of());
  }

  /** In the order in which they got their places. */
  Collection<List<LogReader>> all() {
    return devices.values();
  }

  int size() {
    return devices.size();
  }

  /**
   * How long a device has been silent, for {@link StreamScheduler#plan}. While the server itself
   * may be silent, no device counts as read.
   *
   * @param wanted what its logs are read for
   */
  long quietMillis(String devEui, SeenDevices.Wanted wanted, long now) {
    long quiet =
        devices.get(devEui).stream()
            .mapToLong(follower -> follower.quietMillis(wanted, now))
            .min()
            .orElseThrow();
    return quiet >= 0 && !pulse.beats(now) ? StreamScheduler.READING : quiet;
  }

  /** Whether the end of a replay still has to be recognised by silence. */
  boolean waitForSilence(long now) {
    return logs().anyMatch(follower -> follower.waitsForSilence(now));
  }

  /** Devices all of whose streams work. */
  int working(long now) {
    return (int)
        devices.values().stream()
            .filter(logs -> logs.stream().allMatch(follower -> follower.works(now)))
            .count();
  }

  long openStreams() {
    return logs().filter(LogReader::isOpen).count();
  }

  /** Streams whose opening the server has not answered. */
  int unanswered(long now) {
    return (int) logs().filter(follower -> follower.isUnanswered(now)).count();
  }

  /** Streams that still replay entries from before their opening. */
  long catchingUp() {
    return logs().filter(LogReader::catchesUp).count();
  }

  private Stream<LogReader> logs() {
    return devices.values().stream().flatMap(List::stream);
  }
}
