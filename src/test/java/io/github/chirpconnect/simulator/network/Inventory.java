package io.github.chirpconnect.simulator.network;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.Device;
import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import io.github.chirpconnect.proto.v4.GatewayListItem;
import io.github.chirpconnect.proto.v4.MulticastGroup;
import io.github.chirpconnect.proto.v4.Tenant;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.proto.v4.common.MacVersion;
import io.github.chirpconnect.proto.v4.common.RegParamsRevision;
import io.github.chirpconnect.simulator.codec.Codec;
import io.github.chirpconnect.simulator.time.Moments;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The simulated server's database: tenants, applications, profiles, gateways, groups and devices,
 * and the hands to change them. Ids are as the server has them: UUIDs, and numbers for the tenants
 * and applications of v3, where tenants are called organizations; EUIs are lower-case hex. Methods
 * that name something that does not exist throw {@link NoSuchElementException}. All of it is safe
 * to call from any thread.
 */
public abstract sealed class Inventory permits Network {
  private final Time time;
  private final Chance chance;
  private final Rows rows = new Rows();

  private final Generation generation;
  private int lastTenant;
  private int lastApplication;

  Inventory(Generation generation, Time time, Chance chance) {
    this.generation = generation;
    this.time = time;
    this.chance = chance;
  }

  /** The id of a new tenant. */
  public synchronized String addTenant(String name, Map<String, String> tags) {
    Tenant tenant =
        Tenant.newBuilder()
            .setId(newTenantId())
            .setName(name)
            .setCanHaveGateways(true)
            .putAllTags(tags)
            .build();
    rows.tenants.put(tenant.getId(), new Stored<>(tenant, now(), now()));
    return tenant.getId();
  }

  /** The id of a new application. */
  public synchronized String addApplication(
      String tenantId, String name, Map<String, String> tags) {
    Rows.existing(rows.tenants, tenantId);
    Application application =
        Application.newBuilder()
            .setId(newApplicationId())
            .setTenantId(tenantId)
            .setName(name)
            .putAllTags(tags)
            .build();
    rows.applications.put(application.getId(), new Stored<>(application, now(), now()));
    return application.getId();
  }

  /**
   * The id of a new device profile.
   *
   * @param codec null for none
   */
  public synchronized String addDeviceProfile(
      String tenantId, String name, boolean supportsClassC, Map<String, String> tags, Codec codec) {
    DeviceProfileListItem row =
        DeviceProfileListItem.newBuilder()
            .setId(newId())
            .setCreatedAt(now())
            .setUpdatedAt(now())
            .setName(name)
            .setMacVersion(MacVersion.LORAWAN_1_0_3)
            .setRegParamsRevision(RegParamsRevision.B)
            .setSupportsOtaa(true)
            .setSupportsClassC(supportsClassC)
            .build();
    rows.profiles.put(row.getId(), new Profile(tenantId, row, Map.copyOf(tags), codec));
    return row.getId();
  }

  public synchronized void addGateway(
      String tenantId, String gatewayId, String name, Location location) {
    GatewayListItem row =
        GatewayListItem.newBuilder()
            .setTenantId(tenantId)
            .setGatewayId(gatewayId)
            .setName(name)
            .setLocation(location)
            .setCreatedAt(now())
            .setUpdatedAt(now())
            .setDownlinkPriority(1)
            .build();
    rows.gateways.put(gatewayId, new NetworkGateway(row, NetworkGateway.STATS_INTERVAL));
  }

  /** The id of a new class C group. */
  public synchronized String addMulticastGroup(
      String applicationId, String name, List<String> devEuis) {
    MulticastGroup config =
        MulticastGroup.newBuilder()
            .setId(newId())
            .setApplicationId(applicationId)
            .setName(name)
            .setMcAddr(chance.hex(4))
            .setMcNwkSKey(chance.hex(16))
            .setMcAppSKey(chance.hex(16))
            .setDr(3)
            .setFrequency(868_300_000)
            .build();
    NetworkGroup group = new NetworkGroup(config, now());
    group.devEuis.addAll(devEuis);
    rows.groups.put(config.getId(), group);
    return config.getId();
  }

  public void addDevice(String devEui, String applicationId, String deviceProfileId, String name) {
    addDevice(
        Device.newBuilder()
            .setDevEui(devEui)
            .setApplicationId(applicationId)
            .setDeviceProfileId(deviceProfileId)
            .setName(name)
            .setJoinEui("0000000000000000")
            .build());
  }

  /**
   * Adds a device that has not joined. Its profile's class C, if any, is on from its first join.
   */
  public synchronized void addDevice(Device config) {
    Rows.existing(rows.applications, config.getApplicationId());
    Rows.existing(rows.profiles, config.getDeviceProfileId());
    rows.devices.put(config.getDevEui(), new NetworkDevice(config, now()));
  }

  /** Changes a device's configuration as DeviceService.Update does, {@code updated_at} included. */
  public synchronized void updateDevice(String devEui, UnaryOperator<Device.Builder> change) {
    NetworkDevice device = rows.device(devEui);
    device.config = change.apply(device.config.toBuilder()).build();
    device.updatedAt = now();
  }

  /**
   * Deletes a device with its queue. Its logs stay, as they do in ChirpStack, and so do streams
   * that read them.
   */
  public synchronized void deleteDevice(String devEui) {
    rows.device(devEui);
    rows.devices.remove(devEui);
    rows.groups.values().forEach(group -> group.devEuis.remove(devEui));
  }

  /** Deletes an application with its devices and groups. */
  public synchronized void deleteApplication(String applicationId) {
    Rows.existing(rows.applications, applicationId);
    rows.applications.remove(applicationId);
    rows.devices
        .values()
        .removeIf(device -> device.config.getApplicationId().equals(applicationId));
    rows.groups.values().removeIf(group -> group.config.getApplicationId().equals(applicationId));
  }

  /** Deletes a tenant with its gateways and applications. */
  public synchronized void deleteTenant(String tenantId) {
    Rows.existing(rows.tenants, tenantId);
    rows.applications.values().stream()
        .map(Stored::value)
        .filter(application -> application.getTenantId().equals(tenantId))
        .map(Application::getId)
        .toList()
        .forEach(this::deleteApplication);
    rows.gateways.values().removeIf(gateway -> gateway.row.getTenantId().equals(tenantId));
    rows.tenants.remove(tenantId);
  }

  public synchronized List<String> tenantIds() {
    return List.copyOf(rows.tenants.keySet());
  }

  public synchronized List<String> applicationIds() {
    return List.copyOf(rows.applications.keySet());
  }

  public synchronized List<String> devEuis() {
    return List.copyOf(rows.devices.keySet());
  }

  public synchronized List<String> gatewayIds() {
    return List.copyOf(rows.gateways.keySet());
  }

  public synchronized List<String> multicastGroupIds() {
    return List.copyOf(rows.groups.keySet());
  }

  public synchronized boolean hasDevice(String devEui) {
    return rows.devices.containsKey(devEui);
  }

  public synchronized Device device(String devEui) {
    return rows.device(devEui).config;
  }

  public synchronized Optional<String> tenantOfApplication(String applicationId) {
    return rows.tenantOfApplication(applicationId);
  }

  public synchronized boolean hasApplication(String tenantId) {
    return rows.applications.values().stream()
        .anyMatch(application -> application.value().getTenantId().equals(tenantId));
  }

  public synchronized Optional<String> tenantOfDevice(String devEui) {
    return Optional.ofNullable(rows.devices.get(devEui))
        .flatMap(device -> rows.tenantOfApplication(device.config.getApplicationId()));
  }

  public synchronized Optional<String> tenantOfGateway(String gatewayId) {
    return Optional.ofNullable(rows.gateways.get(gatewayId))
        .map(gateway -> gateway.row.getTenantId());
  }

  public synchronized Optional<String> tenantOfGroup(String groupId) {
    return Optional.ofNullable(rows.groups.get(groupId))
        .flatMap(group -> rows.tenantOfApplication(group.config.getApplicationId()));
  }

  public synchronized Optional<String> tenantOfServiceProfile(String id) {
    return rows.tenants.keySet().stream()
        .filter(tenantId -> rows.serviceProfile(tenantId).id().equals(id))
        .findFirst();
  }

  /** For those that read and change rows under this network's lock. */
  public Rows rows() {
    return rows;
  }

  public Instant instant() {
    return time.now();
  }

  private Timestamp now() {
    return Moments.timestamp(time.now());
  }

  private String newTenantId() {
    if (generation == Generation.V4) {
      return newId();
    }
    lastTenant = after(lastTenant, rows.tenants);
    return Integer.toString(lastTenant);
  }

  private String newApplicationId() {
    if (generation == Generation.V4) {
      return newId();
    }
    lastApplication = after(lastApplication, rows.applications);
    return Integer.toString(lastApplication);
  }

  /** The next number of v3, each table counting for itself; none is given out twice. */
  private static int after(int last, Map<String, ?> table) {
    return 1 + table.keySet().stream().mapToInt(Integer::parseInt).reduce(last, Math::max);
  }

  private String newId() {
    return chance.uuid().toString();
  }
}
