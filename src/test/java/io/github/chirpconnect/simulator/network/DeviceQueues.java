package io.github.chirpconnect.simulator.network;

import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.Rows;
import io.grpc.StatusRuntimeException;

/**
 * Devices' downlink queues: first in, first out, one item for each chance to send, and an item that
 * waits for its acknowledgement blocks the rest. Runs under the lock of the {@link Network}.
 */
public abstract class DeviceQueues {
  /** What the regional parameters allow in EU868 at data rates 4 and 5. */
  public static final int MAX_PAYLOAD_SIZE = 242;

  private final Rows rows;
  private final DeviceEvents events;

  public DeviceQueues(Rows rows, DeviceEvents events) {
    this.rows = rows;
    this.events = events;
  }

  /** Drops what has not been sent. */
  public final void flushUnsent(String devEui) {
    NetworkDevice device = rows.devices.get(devEui);
    if (device != null) {
      device.queue.removeIf(item -> !item.getIsPending());
    }
  }

  /** Drops everything, what waits for its acknowledgement as well. */
  public final void flush(String devEui) {
    NetworkDevice device = rows.devices.get(devEui);
    if (device != null) {
      device.queue.clear();
    }
  }

  /**
   * With an uplink comes the acknowledgement of a confirmed downlink, or the end of waiting for it.
   */
  final void acknowledge(NetworkDevice device, String deduplicationId) {
    if (!device.queue.isEmpty() && device.queue.get(0).getIsPending()) {
      events.ack(device, deduplicationId, device.queue.remove(0), device.acknowledges);
    }
  }

  /**
   * Appends an item, and sends it at once if the device is of class C.
   *
   * @param devEui the item's, in lower case
   * @return the item as queued
   */
  public abstract DeviceQueueItem enqueue(String devEui, DeviceQueueItem item);

  /**
   * The frame counter that the next item gets.
   *
   * @throws StatusRuntimeException NOT_FOUND for an unknown device
   */
  public abstract int nextFCntDown(String devEui);

  /** Sends the next item, dropping those before it that cannot be sent any more. */
  public abstract void serve(NetworkDevice device, Transmission sent);

  /** A device has joined, and its counters have started again. */
  public abstract void joined(NetworkDevice device);
}
