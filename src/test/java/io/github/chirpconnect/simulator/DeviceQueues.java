package io.github.chirpconnect.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Devices' downlink queues: first in, first out, one item for each chance to send, and an item that
 * waits for its acknowledgement blocks the rest. Runs under the lock of the {@link Network}.
 */
final class DeviceQueues {
  /** What the regional parameters allow in EU868 at data rates 4 and 5. */
  private static final int MAX_PAYLOAD_SIZE = 242;

  private static final long MAX_SECONDS = 253_402_300_799L;

  private final Rows rows;
  private final EventWriter events;
  private final FrameWriter frames;
  private final Time time;
  private final Chance chance;

  DeviceQueues(Rows rows, EventWriter events, FrameWriter frames, Time time, Chance chance) {
    this.rows = rows;
    this.events = events;
    this.frames = frames;
    this.time = time;
    this.chance = chance;
  }

  /** Drops what has not been sent. */
  void flushUnsent(String devEui) {
    NetworkDevice device = rows.devices.get(devEui);
    if (device != null) {
      device.queue.removeIf(item -> !item.getIsPending());
    }
  }

  /** Drops everything, what waits for its acknowledgement as well. */
  void flush(String devEui) {
    NetworkDevice device = rows.devices.get(devEui);
    if (device != null) {
      device.queue.clear();
    }
  }

  /**
   * Appends an item, and sends it at once if the device is of class C.
   *
   * @param devEui the item's, in lower case
   * @return the item as queued, with the id that the server gave it: one that the client set is
   *     ignored
   */
  DeviceQueueItem enqueue(String devEui, DeviceQueueItem item) {
    NetworkDevice device = rows.devices.get(devEui);
    ByteString data = item.hasObject() ? encoded(devEui, device, item) : item.getData();
    // The server keeps the low 8 bits, so that 257 is port 1.
    int fPort = item.getFPort() & 0xff;
    if (fPort == 0) {
      throw Arguments.invalid("Validation error: FPort must be between 1 - 255");
    }
    requireValid(item.getExpiresAt());
    if (device == null) {
      throw Arguments.internal("FOREIGN KEY constraint failed");
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
      throw Arguments.internal(e.getMessage());
    }
  }

  private static void requireValid(Timestamp expiresAt) {
    boolean valid =
        expiresAt.getNanos() >= 0
            && expiresAt.getNanos() < 1_000_000_000
            && Math.abs(expiresAt.getSeconds()) <= MAX_SECONDS;
    if (!valid) {
      throw Arguments.internal("out of range integral type conversion attempted");
    }
  }

  /**
   * The counter that an item encrypted by the client has to use.
   *
   * @throws StatusRuntimeException NOT_FOUND for an unknown device
   */
  int nextFCntDown(String devEui) {
    NetworkDevice device = rows.devices.get(devEui);
    if (device == null) {
      throw Arguments.doesNotExist(devEui);
    }
    int afterQueued =
        device.queue.stream().mapToInt(DeviceQueueItem::getFCntDown).max().orElse(0) + 1;
    return Math.max(device.fCntDown, afterQueued);
  }

  /**
   * With an uplink comes the acknowledgement of a confirmed downlink, or the end of waiting for it.
   */
  void acknowledge(NetworkDevice device, String deduplicationId) {
    if (!device.queue.isEmpty() && device.queue.get(0).getIsPending()) {
      events.ack(device, deduplicationId, device.queue.remove(0), device.acknowledges);
    }
  }

  /** Sends the next item, dropping those before it that cannot be sent any more. */
  void serve(NetworkDevice device, ObjectNode txInfo) {
    while (device.isReachable() && !device.queue.isEmpty() && !device.queue.get(0).getIsPending()) {
      DeviceQueueItem item = device.queue.remove(0);
      if (!dropped(device, item)) {
        send(device, item, txInfo);
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

  private void send(NetworkDevice device, DeviceQueueItem item, ObjectNode txInfo) {
    int fCnt = item.getIsEncrypted() ? item.getFCntDown() : device.fCntDown;
    device.fCntDown = fCnt + 1;
    DeviceQueueItem sent =
        item.toBuilder().setFCntDown(fCnt).setIsPending(item.getConfirmed()).build();
    if (item.getConfirmed()) {
      device.queue.add(0, sent);
    }
    events.txAck(device, chance.uint32(), sent, txInfo);
    Instant now = time.now();
    frames.dataDown(
        device, fCnt, item.getFPort(), item.getData().size(), item.getConfirmed(), txInfo, now);
  }
}
