package io.github.chirpconnect.simulator.database;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.Device;
import io.github.chirpconnect.simulator.time.Time;
import java.util.List;
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
public abstract class Inventory extends Infrastructure {
  protected Inventory(Generation generation, Time time, Chance chance) {
    super(generation, time, chance);
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

  public synchronized List<String> devEuis() {
    return List.copyOf(rows.devices.keySet());
  }

  public synchronized boolean hasDevice(String devEui) {
    return rows.devices.containsKey(devEui);
  }

  public synchronized Device device(String devEui) {
    return rows.device(devEui).config;
  }

  public synchronized Optional<String> tenantOfDevice(String devEui) {
    return Optional.ofNullable(rows.devices.get(devEui))
        .flatMap(device -> rows.tenantOfApplication(device.config.getApplicationId()));
  }
}
