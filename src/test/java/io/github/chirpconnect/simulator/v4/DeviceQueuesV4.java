package io.github.chirpconnect.simulator.v4;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import io.github.chirpconnect.simulator.codec.Codec;
import io.github.chirpconnect.simulator.database.Chance;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.network.DeviceEvents;
import io.github.chirpconnect.simulator.network.DeviceQueues;
import io.github.chirpconnect.simulator.network.FrameLogs;
import io.github.chirpconnect.simulator.network.Transmission;
import io.github.chirpconnect.simulator.server.Refusals;
import io.github.chirpconnect.simulator.time.Moments;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** The queues of v4: an item has an id, and gets its frame counter when it is sent. */
final class DeviceQueuesV4 extends DeviceQueues {
  private static final long MAX_SECONDS = 253_402_300_799L;

  private final Rows rows;
  private final DeviceEvents events;
  private final FrameLogs frames;
  private final Time time;
  private final Chance chance;

  DeviceQueuesV4(Rows rows, DeviceEvents events, FrameLogs frames, Time time, Chance chance) {
    super(rows, events);
    this.rows = rows;
    this.events = events;
    this.frames = frames;
    this.time = time;
    this.chance = chance;
  }

  /** An id that the client set is ignored. */
  @Override
  public DeviceQueueItem enqueue(String devEui, DeviceQueueItem item) {
    NetworkDevice device = rows.devices.get(devEui);
    ByteString data = item.hasObject() ? encoded(devEui, device, item) : item.getData();
    // The server keeps the low 8 bits, so that 257 is port 1.
    int fPort = item.getFPort() & 0xff;
    if (fPort == 0) {
      throw Refusals.invalid("Validation error: FPort must be between 1 - 255");
    }
    requireValid(item.getExpiresAt());
    if (device == null) {
      throw Refusals.internal("FOREIGN KEY constraint failed");
    }
    DeviceQueueItem.Builder queued =
        DeviceQueueItem.newBuilder()
            .setId(chance.uuid().toString())
            .setDevEui(devEui)
            .setConfirmed(item.getConfirmed())
            .setFPort(fPort)
            .setData(data)
            .setIsEncrypted(item.getIsEncrypted());
    if (item.getIsEncrypted()) {
      queued.setFCntDown(item.getFCntDown());
    }
    if (item.hasExpiresAt()) {
      queued.setExpiresAt(item.getExpiresAt());
    }
    DeviceQueueItem added = queued.build();
    device.queue.add(added);
    if (device.deviceClass == DeviceClass.CLASS_C) {
      serve(device, Transmission.downNow());
    }
    return added;
  }

  private ByteString encoded(String devEui, NetworkDevice device, DeviceQueueItem item) {
    if (device == null) {
      throw Arguments.doesNotExist(devEui);
    }
    Codec codec = rows.profile(device).codec();
    if (codec == null) {
      return ByteString.EMPTY;
    }
    try {
      return ByteString.copyFrom(codec.encode(item.getObject()));
    } catch (Codec.CodecException e) {
      throw Refusals.internal(e.getMessage());
    }
  }

  private static void requireValid(Timestamp expiresAt) {
    boolean valid =
        expiresAt.getNanos() >= 0
            && expiresAt.getNanos() < 1_000_000_000
            && Math.abs(expiresAt.getSeconds()) <= MAX_SECONDS;
    if (!valid) {
      throw Refusals.internal("out of range integral type conversion attempted");
    }
  }

  /** The counter that an item encrypted by the client has to use. */
  @Override
  public int nextFCntDown(String devEui) {
    NetworkDevice device = rows.devices.get(devEui);
    if (device == null) {
      throw Arguments.doesNotExist(devEui);
    }
    int afterQueued =
        device.queue.stream().mapToInt(DeviceQueueItem::getFCntDown).max().orElse(0) + 1;
    return Math.max(device.fCntDown, afterQueued);
  }

  @Override
  public void joined(NetworkDevice device) {
    // The queue outlives a join: its items have no counters yet.
  }

  @Override
  public void serve(NetworkDevice device, Transmission sent) {
    while (device.isReachable() && !device.queue.isEmpty() && !device.queue.get(0).getIsPending()) {
      DeviceQueueItem item = device.queue.remove(0);
      if (!dropped(device, item)) {
        send(device, item, sent);
        return;
      }
    }
  }

  private boolean dropped(NetworkDevice device, DeviceQueueItem item) {
    if (item.hasExpiresAt() && !Moments.instant(item.getExpiresAt()).isAfter(time.now())) {
      drop(device, item, "EXPIRED", "Device queue-item discarded because it has expired", Map.of());
      return true;
    }
    if (item.getData().size() > MAX_PAYLOAD_SIZE) {
      drop(
          device,
          item,
          "DOWNLINK_PAYLOAD_SIZE",
          "Device queue-item discarded because it exceeds the max. payload size",
          Map.of(
              "max_payload_size", Integer.toString(MAX_PAYLOAD_SIZE),
              "item_size", Integer.toString(item.getData().size())));
      return true;
    }
    if (item.getIsEncrypted() && item.getFCntDown() < device.fCntDown) {
      drop(
          device,
          item,
          "F_CNT_DOWN",
          "Device queue-item discarded because the frame-counter is invalid",
          Map.of(
              "device_f_cnt_down", Integer.toString(device.fCntDown),
              "queue_item_f_cnt_down", Integer.toString(item.getFCntDown())));
      return true;
    }
    return false;
  }

  private void drop(
      NetworkDevice device,
      DeviceQueueItem item,
      String code,
      String description,
      Map<String, String> details) {
    Map<String, String> context = new TreeMap<>(details);
    context.put("queue_item_id", item.getId());
    events.log(device, "ERROR", code, description, context);
  }

  private void send(NetworkDevice device, DeviceQueueItem item, Transmission how) {
    int fCnt = item.getIsEncrypted() ? item.getFCntDown() : device.fCntDown;
    device.fCntDown = fCnt + 1;
    DeviceQueueItem sent =
        item.toBuilder().setFCntDown(fCnt).setIsPending(item.getConfirmed()).build();
    if (item.getConfirmed()) {
      device.queue.add(0, sent);
    }
    events.txAck(device, chance.uint32(), sent, how);
    Instant now = time.now();
    frames.dataDown(
        device, fCnt, item.getFPort(), item.getData().size(), item.getConfirmed(), how, now);
  }
}
