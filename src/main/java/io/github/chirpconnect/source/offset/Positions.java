package io.github.chirpconnect.source.offset;

import io.github.chirpconnect.api.LogKind;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * How far each device's logs were read, as {@link EntryIds}: once for what was put into the
 * hand-over, from where a stream that is opened again goes on; once for what was handed to Connect,
 * which is what offsets say. Thread-safe.
 */
public final class Positions {
  private static final class Position {
    private final Map<LogKind, EntryIds> read = new EnumMap<>(LogKind.class);
    private final Map<LogKind, EntryIds> delivered = new EnumMap<>(LogKind.class);
  }

  /**
   * The offset of a device, as texts of whoever reads it. Each record has one, Connect stores the
   * last one of many, and a text can be thousands of characters long: so it is written when it is
   * asked for.
   */
  private static final class DeviceOffset extends AbstractMap<String, String> {
    private final Map<LogKind, EntryIds> logs;

    private DeviceOffset(Map<LogKind, EntryIds> logs) {
      this.logs = logs;
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
      Map<String, String> texts = new HashMap<>();
      logs.forEach((log, ids) -> texts.put(Offsets.field(log), ids.text()));
      return texts.entrySet();
    }
  }

  private final Map<String, Position> devices = new ConcurrentHashMap<>();

  /**
   * Reads the offsets of those devices that are not known yet, in one go: each single look costs a
   * round trip to Kafka.
   *
   * @throws ConnectException when they cannot be read or are not this connector's
   */
  public void load(Collection<String> devEuis, OffsetStorageReader reader) {
    List<Map<String, String>> partitions = new ArrayList<>();
    for (String devEui : devEuis) {
      if (!devices.containsKey(devEui)) {
        partitions.add(Offsets.devicePartition(devEui));
      }
    }
    if (partitions.isEmpty()) {
      return;
    }
    Map<Map<String, String>, Map<String, Object>> offsets = reader.offsets(partitions);
    for (Map<String, String> partition : partitions) {
      devices.put(partition.get(Offsets.DEV_EUI), position(partition, offsets.get(partition)));
    }
  }

  private static Position position(Map<String, String> partition, Map<String, Object> offset) {
    Position position = new Position();
    if (offset == null) {
      return position;
    }
    Offsets.check(Map.of(partition, offset));
    for (LogKind log : LogKind.values()) {
      if (offset.get(Offsets.field(log)) instanceof String text) {
        EntryIds ids = EntryIdText.read(text);
        position.read.put(log, ids);
        position.delivered.put(log, ids);
      }
    }
    return position;
  }

  /** Where a log goes on. */
  public EntryIds read(String devEui, LogKind log) {
    Position position = of(devEui);
    synchronized (position) {
      return position.read.getOrDefault(log, EntryIds.NONE);
    }
  }

  /** An entry was put into the hand-over, or more was learned of those that were. */
  public void advance(String devEui, LogKind log, EntryIds ids) {
    Position position = of(devEui);
    synchronized (position) {
      position.read.put(log, ids);
    }
  }

  /** An entry is handed to Connect; returns the device's offset from now on. */
  public Map<String, String> delivered(String devEui, LogKind log, EntryIds ids) {
    Position position = of(devEui);
    synchronized (position) {
      position.delivered.put(log, ids);
      return new DeviceOffset(new EnumMap<>(position.delivered));
    }
  }

  /** Forgets a device; returns whether Connect has an offset of it. */
  public boolean forget(String devEui) {
    Position position = devices.remove(devEui);
    if (position == null) {
      return false;
    }
    synchronized (position) {
      return !position.delivered.isEmpty();
    }
  }

  private Position of(String devEui) {
    return devices.computeIfAbsent(devEui, unused -> new Position());
  }
}
