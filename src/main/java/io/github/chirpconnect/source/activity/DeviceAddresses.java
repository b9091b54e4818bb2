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
 *
 * <p>There may be 100,000 devices. So an address is found by a table of this class's own: chains of
 * the devices themselves, without a key and a list for each.
 */
final class DeviceAddresses {
  private static final class Device {
    private final String devEui;
    private final int address;

    /** The next device of the same chain. */
    private Device next;

    private Device(String devEui, int address) {
      this.devEui = devEui;
      this.address = address;
    }
  }

  private final Map<String, Device> devices = new HashMap<>();

  /** Their number is a power of two, at least that of the devices. */
  private Device[] chains = new Device[16];

  /** An entry of a device's log was read. Newer entries come later, in each replay as well. */
  void learn(LogEntry entry) {
    if (entry.log() != LogKind.GATEWAY_FRAMES) {
      EntryNames.devAddr(entry).ifPresent(address -> learn(entry.devEui(), address));
    }
  }

  private void learn(String devEui, int address) {
    Device known = devices.get(devEui);
    if (known != null && known.address == address) {
      return;
    }
    forget(devEui);
    Device device = new Device(devEui, address);
    devices.put(devEui, device);
    if (devices.size() > chains.length) {
      chains = new Device[2 * chains.length];
      devices.values().forEach(this::link);
    } else {
      link(device);
    }
  }

  void forget(String devEui) {
    Device device = devices.remove(devEui);
    if (device != null) {
      unlink(device);
    }
  }

  private void link(Device device) {
    int place = place(device.address);
    device.next = chains[place];
    chains[place] = device;
  }

  private void unlink(Device device) {
    int place = place(device.address);
    if (chains[place] == device) {
      chains[place] = device.next;
      return;
    }
    Device before = chains[place];
    while (before.next != device) {
      before = before.next;
    }
    before.next = device.next;
  }

  /**
   * The chain of an address. It is hashed, since the first bits of all addresses are the network's,
   * and the last ones are often assigned in sequence.
   */
  private int place(int address) {
    int mixed = address * 0x9e3779b9;
    return (mixed ^ (mixed >>> 16)) & (chains.length - 1);
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
    return address.isPresent() ? with(address.getAsInt()) : List.of();
  }

  private List<String> with(int address) {
    List<String> candidates = new ArrayList<>(1);
    for (Device one = chains[place(address)]; one != null; one = one.next) {
      if (one.address == address) {
        candidates.add(one.devEui);
      }
    }
    return candidates;
  }
}
