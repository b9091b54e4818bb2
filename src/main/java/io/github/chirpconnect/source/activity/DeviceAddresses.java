package io.github.chirpconnect.source.activity;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The DevAddr of each device, as its own logs showed it last. Several devices may share one, even
 * in one network server, so an address names candidates. Not thread-safe.
 */
final class DeviceAddresses {
  private final Map<String, Integer> addresses = new HashMap<>();
  private final Map<Integer, List<String>> devices = new HashMap<>();

  /** An entry of a device's log was read. Newer entries come later, in each replay as well. */
  void learn(LogEntry entry) {
    if (entry.log() != LogKind.GATEWAY_FRAMES) {
      EntryNames.devAddr(entry).ifPresent(address -> learn(entry.devEui(), address));
    }
  }

  /**
   * @param address one object for both maps: there are as many as devices
   */
  private void learn(String devEui, Integer address) {
    Integer before = addresses.put(devEui, address);
    if (!address.equals(before)) {
      if (before != null) {
        leave(devEui, before);
      }
      List<String> known = devices.get(address);
      devices.put(address, known == null ? List.of(devEui) : with(known, devEui));
    }
  }

  private static List<String> with(List<String> known, String devEui) {
    List<String> more = new ArrayList<>(known);
    more.add(devEui);
    return List.copyOf(more);
  }

  void forget(String devEui) {
    Integer address = addresses.remove(devEui);
    if (address != null) {
      leave(devEui, address);
    }
  }

  private void leave(String devEui, Integer address) {
    List<String> left =
        devices.get(address).stream().filter(other -> !other.equals(devEui)).toList();
    if (left.isEmpty()) {
      devices.remove(address);
    } else {
      devices.put(address, left);
    }
  }

  /**
   * The devices that may have sent or received a gateway's frame: the one that it names, or all
   * with its address.
   */
  List<String> named(LogEntry frame) {
    if (!EntryNames.isOfInterest(frame)) {
      return List.of();
    }
    Optional<String> devEui = EntryNames.devEui(frame);
    if (devEui.isPresent()) {
      return List.of(devEui.get());
    }
    OptionalInt address = EntryNames.devAddr(frame);
    return address.isPresent() ? devices.getOrDefault(address.getAsInt(), List.of()) : List.of();
  }
}
