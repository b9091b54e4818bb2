package io.github.chirpconnect.simulator;

import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.MulticastGroupQueueItem;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import io.github.chirpconnect.proto.v4.common.Location;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is in the simulated server, with what happens on the air: joins, uplinks, downlinks, and the
 * logs that they leave.
 */
public final class Network extends Inventory {
  private final LogStore logs;
  private final Radio radio;
  private final DeviceQueues queues;
  private final GroupQueues groupQueues;

  Network(Time time, Chance chance, LogStore logs) {
    super(time, chance);
    this.logs = logs;
    FrameWriter frames = new FrameWriter(logs, chance);
    EventWriter events = new EventWriter(rows(), logs, time);
    this.queues = new DeviceQueues(rows(), events, frames, time, chance);
    this.radio = new Radio(rows(), events, frames, queues, time, chance);
    this.groupQueues = new GroupQueues(rows(), frames, time);
  }

  /** A device joins: a join event, the frames of the request and the accept. */
  public synchronized void join(String devEui) {
    radio.join(rows().device(devEui));
  }

  /**
   * An unconfirmed data uplink, with all that follows from it; see {@link #uplink(String, int,
   * byte[], boolean)}.
   */
  public void uplink(String devEui, int fPort, byte[] data) {
    uplink(devEui, fPort, data, false);
  }

  /**
   * A data uplink: frames at the device and two gateways of its tenant, the up event, the
   * acknowledgement of a downlink that waits for one, and then the chance to send the next downlink
   * of the queue. A device that has not joined joins first.
   */
  public synchronized void uplink(String devEui, int fPort, byte[] data, boolean confirmed) {
    radio.uplink(rows().device(devEui), fPort, data, confirmed);
  }

  /**
   * A status event, and the status in the inventory.
   *
   * @param batteryLevel percent; negative: the device does not know
   */
  public synchronized void status(
      String devEui, int margin, boolean externalPower, float batteryLevel) {
    radio.status(rows().device(devEui), margin, externalPower, batteryLevel);
  }

  /**
   * A log event, such as {@code log(eui, "WARNING", "UPLINK_F_CNT_RETRANSMISSION", "…", Map.of())}.
   */
  public synchronized void log(
      String devEui, String level, String code, String description, Map<String, String> context) {
    radio.log(rows().device(devEui), level, code, description, context);
  }

  /** A location event. */
  public synchronized void location(String devEui, Location location) {
    radio.location(rows().device(devEui), location);
  }

  /** A gateway sends its statistics: it is online. */
  public synchronized void gatewayStats(String gatewayId, Map<String, String> metadata) {
    NetworkGateway gateway = Rows.existing(rows().gateways, gatewayId);
    gateway.row =
        gateway.row.toBuilder()
            .setLastSeenAt(Moments.timestamp(instant()))
            .clearProperties()
            .putAllProperties(metadata)
            .build();
  }

  /** Sends the next item of each multicast group's queue. */
  public synchronized void sendMulticast() {
    groupQueues.serve();
  }

  /** Whether the device confirms confirmed downlinks with its next uplink; it does by default. */
  public synchronized void acknowledges(String devEui, boolean acknowledges) {
    rows().device(devEui).acknowledges = acknowledges;
  }

  public synchronized void deviceClass(String devEui, DeviceClass deviceClass) {
    rows().device(devEui).deviceClass = deviceClass;
  }

  /** When the last uplink was handled; empty before the first. */
  public synchronized Optional<Instant> lastSeenAt(String devEui) {
    return Optional.ofNullable(rows().device(devEui).lastSeenAt).map(Moments::instant);
  }

  public synchronized boolean hasJoined(String devEui) {
    return rows().device(devEui).devAddr != null;
  }

  /** A device's queue in the order to be sent. */
  public synchronized List<DeviceQueueItem> queue(String devEui) {
    return List.copyOf(rows().device(devEui).queue);
  }

  public synchronized List<MulticastGroupQueueItem> groupQueue(String groupId) {
    return List.copyOf(Rows.existing(rows().groups, groupId).queue);
  }

  /** What a device's event log holds now. */
  public List<LogItem> events(String devEui) {
    return logs.all(new LogStore.Key(LogStore.Kind.DEVICE_EVENTS, devEui));
  }

  /** What a device's frame log holds now. */
  public List<LogItem> frames(String devEui) {
    return logs.all(new LogStore.Key(LogStore.Kind.DEVICE_FRAMES, devEui));
  }

  /** What a gateway's frame log holds now. */
  public List<LogItem> gatewayFrames(String gatewayId) {
    return logs.all(new LogStore.Key(LogStore.Kind.GATEWAY_FRAMES, gatewayId));
  }

  DeviceQueues queues() {
    return queues;
  }

  GroupQueues groupQueues() {
    return groupQueues;
  }
}
