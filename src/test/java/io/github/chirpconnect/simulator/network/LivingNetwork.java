package io.github.chirpconnect.simulator.network;

import io.github.chirpconnect.proto.v4.Device;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.proto.v4.common.LocationSource;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.database.Chance;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Traffic as a small network has it: devices join, report, now and then their status or trouble,
 * gateways send statistics, and downlinks go out. {@link #tick()} makes it by hand, {@link #start}
 * in real time.
 */
public final class LivingNetwork {
  private static final int GATEWAYS_PER_TENANT = 3;
  private static final int PORT = 10;

  /** One in so many uplinks comes with a status, trouble, a location. */
  private static final int STATUS_EVERY = 20;

  private static final int LOG_EVERY = 50;
  private static final int LOCATION_EVERY = 70;
  private static final int GATEWAY_STATS_EVERY = 24;

  /** Ticks are made in bundles, at most so many bundles a second. */
  private static final int BUNDLES_PER_SECOND = 50;

  private final Network network;
  private final Time time;
  private final Chance chance;

  /** Whose turn it is: the devices as they were when the round began. */
  private List<String> round = List.of();

  private int turn;
  private long ticks;
  private long generation;

  public LivingNetwork(Network network, Time time, Chance chance) {
    this.network = network;
    this.time = time;
    this.chance = chance;
  }

  /**
   * Adds two tenants, {@code alpha} and {@code beta}, each with three gateways and two
   * applications: {@code climate}, class A sensors with a codec and a multicast group, and {@code
   * valves}, devices without codec, every fourth of class C.
   *
   * @param devices of each of the four applications
   */
  public void build(int devices) {
    int number = 0;
    for (String name : List.of("alpha", "beta")) {
      String tenantId = network.addTenant(name, Map.of("site", name));
      addGateways(tenantId, name, number);
      String classA = network.addDeviceProfile(tenantId, "class-a", false, Map.of(), null);
      String classC = network.addDeviceProfile(tenantId, "class-c", true, Map.of(), null);
      String climate =
          network.addDeviceProfile(
              tenantId, "climate", false, Map.of("vendor", "lab"), new LabCodec());
      String sensors = network.addApplication(tenantId, "climate", Map.of("kind", "sensor"));
      String valves = network.addApplication(tenantId, "valves", Map.of("kind", "actuator"));
      List<String> members = new ArrayList<>();
      for (int i = 1; i <= devices; i++) {
        members.add(addDevice(number++, sensors, climate, String.format("sensor-%03d", i)));
        addDevice(number++, valves, i % 4 == 0 ? classC : classA, String.format("valve-%03d", i));
      }
      network.addMulticastGroup(sensors, "all sensors", members);
    }
  }

  private void addGateways(String tenantId, String tenant, int number) {
    for (int i = 0; i < GATEWAYS_PER_TENANT; i++) {
      Location location =
          Location.newBuilder()
              .setLatitude((5237 + number) / 100.0)
              .setLongitude((489 + i) / 100.0)
              .setAltitude(3)
              .build();
      String gatewayId = HexFormat.of().toHexDigits(0x00ef_7682_9d30_0000L + number * 16L + i);
      network.addGateway(tenantId, gatewayId, tenant + "-gw-" + (i + 1), location);
    }
  }

  private String addDevice(int number, String applicationId, String profileId, String name) {
    String devEui = HexFormat.of().toHexDigits(0x0102_0304_0506_0700L + number);
    network.addDevice(
        Device.newBuilder()
            .setDevEui(devEui)
            .setName(name)
            .setApplicationId(applicationId)
            .setDeviceProfileId(profileId)
            .setJoinEui("0000000000000000")
            .putTags("floor", Integer.toString(number % 3))
            .putTags("building", number % 2 == 0 ? "north" : "south")
            .build());
    return devEui;
  }

  /** The next device, by turns, joins if it has not and sends an uplink. */
  public synchronized void tick() {
    if (turn >= round.size()) {
      round = network.devEuis();
      turn = 0;
    }
    if (round.isEmpty()) {
      return;
    }
    long tick = ticks++;
    String devEui = round.get(turn++);
    if (!network.hasDevice(devEui)) {
      return;
    }
    double temperature = chance.between(150, 280) / 10.0;
    network.uplink(devEui, PORT, LabCodec.payload(temperature, chance.between(30, 90)));
    if (tick % STATUS_EVERY == STATUS_EVERY - 1) {
      network.status(devEui, chance.between(-5, 20), false, chance.between(1, 254) / 254f * 100);
    }
    if (tick % LOG_EVERY == LOG_EVERY - 1) {
      network.log(
          devEui,
          "WARNING",
          "UPLINK_F_CNT_RETRANSMISSION",
          "Uplink was flagged as re-transmission",
          Map.of());
    }
    if (tick % LOCATION_EVERY == LOCATION_EVERY - 1) {
      network.location(
          devEui,
          Location.newBuilder()
              .setLatitude(52.1)
              .setLongitude(4.2)
              .setSource(LocationSource.GEO_RESOLVER_TDOA)
              .setAccuracy(30)
              .build());
    }
    if (tick % GATEWAY_STATS_EVERY == 0) {
      Map<String, String> metadata =
          Map.of("region_config_id", "eu868", "region_common_name", "EU868");
      network.gatewayIds().forEach(gatewayId -> network.gatewayStats(gatewayId, metadata));
    }
    network.sendMulticast();
  }

  /** So many ticks at once. */
  public void tick(int count) {
    for (int i = 0; i < count; i++) {
      tick();
    }
  }

  /** Ticks by itself from now on, so many times a second. */
  public synchronized void start(double ticksPerSecond) {
    generation++;
    double perBundle = Math.max(1, ticksPerSecond / BUNDLES_PER_SECOND);
    Duration pause = Duration.ofNanos((long) (1e9 * perBundle / ticksPerSecond));
    schedule(generation, pause, perBundle, 0);
  }

  public synchronized void stop() {
    generation++;
  }

  /**
   * @param owed the fraction of a tick that earlier bundles did not make
   */
  private void schedule(long started, Duration pause, double perBundle, double owed) {
    time.after(
        pause,
        () -> {
          if (isCurrent(started)) {
            int now = (int) (perBundle + owed);
            tick(now);
            schedule(started, pause, perBundle, perBundle + owed - now);
          }
        });
  }

  private synchronized boolean isCurrent(long started) {
    return started == generation;
  }
}
