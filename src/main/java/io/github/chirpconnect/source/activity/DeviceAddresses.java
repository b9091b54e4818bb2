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
 * The DevAddr of each device, as its own logs have shown it last. Several devices may share one, of
 * one network server too, so an address names candidates. Not thread-safe.
 */
final class DeviceAddresses {
  private final Map<String, Integer> addresses = new HashMap<>();
  private final Map<Integer, List<String>> devices = new HashMap<>();

  /** An entry of a device's log was read; later ones come later, in each replay too. */
  void learn(LogEntry entry) {
    if (entry.log() != LogKind.GATEWAY_FRAMES) {
      EntryNames.devAddr(entry).ifPresent(address -> learn(entry.devEui(), address));
    }
  }

  private void learn(String devEui, int address) {
    Integer before = addresses.put(devEui, address);
    if (before == null || before != address) {
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

  private void leave(String devEui, int address) {
    List<String> left =
        devices.get(address).stream().filter(other -> !other.equals(devEui)).toList();
    if (left.isEmpty()) {
      devices.remove(address);
    } else {
      devices.put(address, left);
    }
  }

  /**
   * Who may have sent or got a frame that a gateway has logged: the device that it names, or all
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
