package io.github.chirpconnect.simulator.network;

import io.github.chirpconnect.proto.v4.DeviceStatus;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.database.Chance;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.NetworkGateway;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.time.Moments;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What devices send, and what the server makes of it. Runs under the lock of the {@link Network}.
 */
final class Radio {
  private static final int[] FREQUENCIES = {868_100_000, 868_300_000, 868_500_000};
  private static final int GATEWAYS_PER_UPLINK = 2;
  private static final int DATA_RATE = 5;

  /** The second receive window opens so long after a join-request, and after other uplinks. */
  private static final int JOIN_ACCEPT_SECONDS = 6;

  private static final int RX2_SECONDS = 2;

  /** The server waits so long for the other gateways that heard an uplink. */
  private static final Duration DEDUPLICATION = Duration.ofMillis(200);

  private final Rows rows;
  private final DeviceEvents events;
  private final FrameLogs frames;
  private final Meters meters;
  private final DeviceQueues queues;
  private final Time time;
  private final Chance chance;

  Radio(
      Rows rows,
      DeviceEvents events,
      FrameLogs frames,
      Meters meters,
      DeviceQueues queues,
      Time time,
      Chance chance) {
    this.rows = rows;
    this.events = events;
    this.frames = frames;
    this.meters = meters;
    this.queues = queues;
    this.time = time;
    this.chance = chance;
  }

  void join(NetworkDevice device) {
    List<Reception> receptions = receptions(device);
    device.devNonce++;
    device.devAddr = chance.hex(4);
    device.fCntUp = -1;
    device.fCntDown = 0;
    queues.joined(device);
    if (rows.profile(device).row().getSupportsClassC()) {
      device.deviceClass = DeviceClass.CLASS_C;
    }
    Instant now = time.now();
    frames.joinRequest(device, receptions, Transmission.up(frequency(), device.dataRate), now);
    events.join(device, newId());
    if (!receptions.isEmpty()) {
      frames.joinAccept(device, Transmission.downAfter(JOIN_ACCEPT_SECONDS), now);
    }
  }

  void uplink(NetworkDevice device, int fPort, byte[] data, boolean confirmed) {
    if (device.devAddr == null) {
      join(device);
    }
    if (device.config.getIsDisabled()) {
      return;
    }
    Instant now = time.now();
    List<Reception> receptions = receptions(device);
    Transmission sent = Transmission.up(frequency(), device.dataRate);
    String deduplicationId = newId();
    device.fCntUp++;
    device.lastSeenAt = Moments.timestamp(now);
    frames.dataUp(device, fPort, data, confirmed, receptions, sent, now);
    queues.acknowledge(device, deduplicationId);
    meters.uplink(device, fPort, data, receptions, sent);
    events.up(device, deduplicationId, fPort, data, confirmed, receptions, sent);
    queues.serve(device, Transmission.downAfter(RX2_SECONDS));
  }

  void foreignUplink(NetworkGateway gateway, String devAddr, int fCnt, int length) {
    Transmission sent = Transmission.up(frequency(), DATA_RATE);
    frames.foreignUp(reception(gateway), devAddr, fCnt, length, sent, time.now());
  }

  void status(NetworkDevice device, int margin, boolean externalPower, float batteryLevel) {
    device.status =
        DeviceStatus.newBuilder()
            .setMargin(margin)
            .setExternalPowerSource(externalPower)
            .setBatteryLevel(batteryLevel < 0 ? -1 : batteryLevel)
            .build();
    events.status(device, newId(), margin, externalPower, batteryLevel);
  }

  void log(
      NetworkDevice device,
      String level,
      String code,
      String description,
      Map<String, String> context) {
    events.log(device, level, code, description, context);
    meters.error(device, code);
  }

  void location(NetworkDevice device, Location location) {
    events.location(device, newId(), location);
  }

  private List<Reception> receptions(NetworkDevice device) {
    List<NetworkGateway> gateways = rows.gatewaysOf(rows.application(device).getTenantId());
    List<Reception> receptions = new ArrayList<>();
    int first = gateways.isEmpty() ? 0 : chance.between(0, gateways.size() - 1);
    for (int i = 0; i < Math.min(GATEWAYS_PER_UPLINK, gateways.size()); i++) {
      receptions.add(reception(gateways.get((first + i) % gateways.size())));
    }
    device.heardBy = receptions.stream().map(Reception::gatewayId).toList();
    return receptions;
  }

  private Reception reception(NetworkGateway gateway) {
    return new Reception(
        gateway.row.getGatewayId(),
        chance.uint32(),
        time.now().minus(DEDUPLICATION),
        chance.between(-118, -47),
        chance.between(-80, 110) / 10f,
        chance.between(0, 7),
        chance.between(0, 1),
        gateway.row.getLocation());
  }

  private int frequency() {
    return FREQUENCIES[chance.between(0, FREQUENCIES.length - 1)];
  }

  private String newId() {
    return chance.uuid().toString();
  }
}
