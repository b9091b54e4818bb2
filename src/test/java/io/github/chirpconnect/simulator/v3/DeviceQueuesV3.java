package io.github.chirpconnect.simulator.v3;

import com.google.protobuf.ByteString;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import io.github.chirpconnect.simulator.database.Chance;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.network.DeviceEvents;
import io.github.chirpconnect.simulator.network.DeviceQueues;
import io.github.chirpconnect.simulator.network.FrameLogs;
import io.github.chirpconnect.simulator.network.Transmission;
import io.github.chirpconnect.simulator.server.Refusals;
import io.github.chirpconnect.simulator.time.Time;
import io.grpc.Status;
import java.util.List;
import java.util.Map;

/**
 * The queues of v3: an item has no id but a frame counter, which it gets when it is queued, and
 * which changes when an item before it is dropped.
 */
final class DeviceQueuesV3 extends DeviceQueues {
  private static final String CREATE = "create device-queue item error: ";

  private final Rows rows;
  private final DeviceEvents events;
  private final FrameLogs frames;
  private final Time time;
  private final Chance chance;

  DeviceQueuesV3(Rows rows, DeviceEvents events, FrameLogs frames, Time time, Chance chance) {
    super(rows, events);
    this.rows = rows;
    this.events = events;
    this.frames = frames;
    this.time = time;
    this.chance = chance;
  }

  /** Appends an item; the counter that the client set is ignored. */
  @Override
  public DeviceQueueItem enqueue(String devEui, DeviceQueueItem item) {
    NetworkDevice device = existing(devEui);
    if (device.devAddr == null) {
      throw refused(
          "get next downlink fcnt for deveui error: ",
          Status.Code.NOT_FOUND,
          "object does not exist");
    }
    if (!device.knownToApplicationServer && device.wasKnownBefore) {
      throw refused(CREATE, Status.Code.INVALID_ARGUMENT, "device security-context out of sync");
    }
    // The server keeps the low 8 bits, so that 257 is port 1.
    int fPort = item.getFPort() & 0xff;
    if (fPort == 0) {
      throw refused(CREATE, Status.Code.INVALID_ARGUMENT, "invalid fPort (must be > 0)");
    }
    DeviceQueueItem queued =
        DeviceQueueItem.newBuilder()
            .setDevEui(devEui)
            .setConfirmed(item.getConfirmed())
            .setFPort(fPort)
            .setFCntDown(nextFCntDown(devEui))
            .setData(item.getData())
            .build();
    device.queue.add(queued);
    if (device.deviceClass == DeviceClass.CLASS_C) {
      serve(device, Transmission.downNow());
    }
    return queued;
  }

  /** What the network server refuses, in the words of the application server. */
  private static RuntimeException refused(String step, Status.Code code, String text) {
    String name = code == Status.Code.NOT_FOUND ? "NotFound" : "InvalidArgument";
    return Refusals.internal(
        "enqueue downlink payload error: "
            + step
            + "rpc error: code = "
            + name
            + " desc = "
            + text);
  }

  private NetworkDevice existing(String devEui) {
    NetworkDevice device = rows.devices.get(devEui);
    if (device == null) {
      throw ArgumentsV3.doesNotExist();
    }
    return device;
  }

  /** After what is queued; in an empty queue the session's, so that a flush gives it out again. */
  @Override
  public int nextFCntDown(String devEui) {
    NetworkDevice device = existing(devEui);
    List<DeviceQueueItem> queue = device.queue;
    return queue.isEmpty() ? device.fCntDown : queue.get(queue.size() - 1).getFCntDown() + 1;
  }

  /** The queue goes with the session, and no event says so. */
  @Override
  public void joined(NetworkDevice device) {
    device.queue.clear();
  }

  @Override
  public void serve(NetworkDevice device, Transmission sent) {
    while (device.isReachable() && !device.queue.isEmpty() && !device.queue.get(0).getIsPending()) {
      if (device.queue.get(0).getData().size() > MAX_PAYLOAD_SIZE) {
        drop(device, device.queue.remove(0));
      } else {
        renumber(device);
        send(device, device.queue.remove(0), sent);
        return;
      }
    }
  }

  private void drop(NetworkDevice device, DeviceQueueItem item) {
    events.log(
        device,
        "ERROR",
        "DOWNLINK_PAYLOAD_SIZE",
        "payload exceeds max payload size",
        Map.of("f_cnt", Integer.toString(item.getFCntDown())));
  }

  /** A queue whose first counter is not the session's is encrypted anew, with new counters. */
  private static void renumber(NetworkDevice device) {
    int shift = device.queue.get(0).getFCntDown() - device.fCntDown;
    if (shift != 0) {
      device.queue.replaceAll(
          item -> item.toBuilder().setFCntDown(item.getFCntDown() - shift).build());
    }
  }

  private void send(NetworkDevice device, DeviceQueueItem item, Transmission how) {
    int fCnt = item.getFCntDown();
    device.fCntDown = fCnt + 1;
    if (item.getConfirmed()) {
      device.queue.add(0, item.toBuilder().setIsPending(true).build());
    }
    ByteString data = item.getData();
    frames.dataDown(
        device, fCnt, item.getFPort(), data.size(), item.getConfirmed(), how, time.now());
    events.txAck(device, chance.uint32(), item, how);
  }
}
