package io.github.chirpconnect.simulator.network;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.GatewayListItem;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.MulticastGroupQueueItem;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.database.Chance;
import io.github.chirpconnect.simulator.database.Inventory;
import io.github.chirpconnect.simulator.database.NetworkGateway;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.redis.RedisPool;
import io.github.chirpconnect.simulator.time.Moments;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is in the simulated server, with what happens on the air: joins, uplinks, downlinks, and the
 * logs that they leave.
 */
public final class Network extends Inventory {
  private final LogStore logs;
  private final RedisPool pool;
  private final LongAdder lostUplinks = new LongAdder();
  private final Radio radio;
  private final CountedFrames frames;
  private final Meters meters;
  private final DeviceQueues queues;
  private final GroupQueues groupQueues;
  private final Generation generation;

  /**
   * @param pool the Redis connections that handling an uplink needs one of
   */
  public Network(
      Generation generation,
      Time time,
      Chance chance,
      LogStore logs,
      RedisPool pool,
      Dialect dialect) {
    super(generation, time, chance);
    this.generation = generation;
    this.logs = logs;
    this.pool = pool;
    this.frames = new CountedFrames(dialect.frames());
    this.meters = dialect.meters(rows());
    DeviceEvents events = dialect.events(rows());
    this.queues = dialect.queues(rows(), events, frames);
    this.radio = new Radio(rows(), events, frames, meters, queues, time, chance);
    this.groupQueues = new GroupQueues(generation, rows(), frames, time);
  }

  /**
   * A device joins: the frames of the request and the accept, and a join event, which v3 writes
   * only with the first uplink. Until then v3 refuses downlinks ({@code security-context out of
   * sync}), or, after the first join of all, takes them and encrypts them wrongly.
   */
  public void join(String devEui) {
    handle(() -> radio.join(rows().device(devEui)));
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
   * of the queue. A device that has not joined joins first. A v3 network server whose Redis
   * connections are all taken by streams handles none until one is free, and none at all after 4 s.
   */
  public void uplink(String devEui, int fPort, byte[] data, boolean confirmed) {
    handle(() -> radio.uplink(rows().device(devEui), fPort, data, confirmed));
  }

  /**
   * A gateway hears a device of another network: the frame is in the gateway's log, and nothing
   * else comes of it.
   *
   * @param devAddr 8 hexadecimal digits
   * @param length of the payload
   */
  public void foreignUplink(String gatewayId, String devAddr, int fCnt, int length) {
    handle(
        () ->
            radio.foreignUplink(Rows.existing(rows().gateways, gatewayId), devAddr, fCnt, length));
  }

  private void handle(Runnable reception) {
    pool.use(
        () -> {
          synchronized (this) {
            reception.run();
          }
        },
        lostUplinks::increment);
  }

  /** Joins and uplinks that were not handled for want of a Redis connection. */
  public long lostUplinks() {
    return lostUplinks.sum();
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
   * A log event, such as {@code log(eui, "WARNING", "UPLINK_F_CNT_RETRANSMISSION", "…", Map.of())};
   * in v3 an error event, whose type is the code.
   */
  public synchronized void log(
      String devEui, String level, String code, String description, Map<String, String> context) {
    radio.log(rows().device(devEui), level, code, description, context);
  }

  /** A location event. */
  public synchronized void location(String devEui, Location location) {
    rows().device(devEui).location = location;
    radio.location(rows().device(devEui), location);
  }

  /**
   * An entry of a device's event log as it is: for what other versions of the server, or networks
   * other than this one, write.
   *
   * @param kind as the server names it
   * @param body in the server's own form
   */
  public void event(String devEui, String kind, Instant time, String body) {
    logs.append(
        LogStore.Kind.DEVICE_EVENTS,
        devEui,
        LogItem.newBuilder().setTime(Moments.timestamp(time)).setDescription(kind).setBody(body));
  }

  /**
   * A gateway sends its statistics: it is online, and what it received and sent since the last ones
   * is in its metrics. It used one band of the regulation, whose air time is told in v4.
   */
  public synchronized void gatewayStats(String gatewayId, Map<String, String> metadata) {
    gatewayStats(gatewayId, metadata, null, frames.take(gatewayId).stats());
  }

  /**
   * Statistics with numbers of one's own.
   *
   * @param location null where the gateway does not know; otherwise it becomes the gateway's
   */
  public synchronized void gatewayStats(
      String gatewayId, Map<String, String> metadata, Location location, GatewayStats stats) {
    NetworkGateway gateway = Rows.existing(rows().gateways, gatewayId);
    Timestamp now = Moments.timestamp(instant());
    GatewayListItem.Builder row =
        gateway.row.toBuilder().setLastSeenAt(now).clearProperties().putAllProperties(metadata);
    if (location != null) {
      row.setLocation(location);
    }
    if (gateway.firstSeenAt == null) {
      gateway.firstSeenAt = now;
    }
    if (generation == Generation.V3) {
      row.setUpdatedAt(now);
    }
    gateway.row = row.build();
    meters.gateway(gatewayId, stats);
  }

  /** Whether a gateway is offline, so that multicast downlinks wait for it. */
  public synchronized void gatewayAway(String gatewayId, boolean isAway) {
    groupQueues.away(gatewayId, isAway);
  }

  /** Sends what is due of each multicast group's queue. */
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

  /** Moves the last uplink, for what depends on how long a device has been silent. */
  public synchronized void lastSeenAt(String devEui, Instant time) {
    rows().device(devEui).lastSeenAt = Moments.timestamp(time);
  }

  public synchronized boolean hasJoined(String devEui) {
    return rows().device(devEui).devAddr != null;
  }

  /**
   * Queues a downlink as a call does.
   *
   * @return the item as queued: of v4 with its id, of v3 with its frame counter
   */
  public synchronized DeviceQueueItem enqueue(
      String devEui, int fPort, byte[] data, boolean confirmed) {
    return queues.enqueue(
        devEui,
        DeviceQueueItem.newBuilder()
            .setFPort(fPort)
            .setData(ByteString.copyFrom(data))
            .setConfirmed(confirmed)
            .build());
  }

  /** The DevAddr of a device's session; empty before its first join. */
  public synchronized Optional<String> devAddr(String devEui) {
    return Optional.ofNullable(rows().device(devEui).devAddr);
  }

  /** The gateways that heard a device's last uplink, the best first. */
  public synchronized List<String> heardBy(String devEui) {
    return rows().device(devEui).heardBy;
  }

  /** A device's queue in the order to be sent. */
  public synchronized List<DeviceQueueItem> queue(String devEui) {
    return List.copyOf(rows().device(devEui).queue);
  }

  public synchronized List<MulticastGroupQueueItem> groupQueue(String groupId) {
    return Rows.existing(rows().groups, groupId).items();
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

  public DeviceQueues queues() {
    return queues;
  }

  public GroupQueues groupQueues() {
    return groupQueues;
  }
}
