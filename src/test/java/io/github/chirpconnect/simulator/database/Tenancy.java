package io.github.chirpconnect.simulator.database;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import io.github.chirpconnect.proto.v4.Tenant;
import io.github.chirpconnect.proto.v4.common.MacVersion;
import io.github.chirpconnect.proto.v4.common.RegParamsRevision;
import io.github.chirpconnect.simulator.codec.Codec;
import io.github.chirpconnect.simulator.time.Moments;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Tenants, their applications and their device profiles. */
abstract class Tenancy {
  final Rows rows = new Rows();
  final Chance chance;
  private final Time time;
  private final Generation generation;
  private int lastTenant;
  private int lastApplication;

  Tenancy(Generation generation, Time time, Chance chance) {
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

  /** Changes a tenant as TenantService.Update does. */
  public synchronized void updateTenant(String tenantId, UnaryOperator<Tenant.Builder> change) {
    Stored<Tenant> stored = Rows.existing(rows.tenants, tenantId);
    Tenant changed = change.apply(stored.value().toBuilder()).build();
    rows.tenants.put(tenantId, new Stored<>(changed, stored.createdAt(), now()));
  }

  /** Deletes a tenant with its gateways, profiles and applications, and what is in those. */
  public synchronized void deleteTenant(String tenantId) {
    Rows.existing(rows.tenants, tenantId);
    rows.applications.values().stream()
        .map(Stored::value)
        .filter(application -> application.getTenantId().equals(tenantId))
        .map(Application::getId)
        .toList()
        .forEach(this::deleteApplication);
    rows.gateways.values().removeIf(gateway -> gateway.row.getTenantId().equals(tenantId));
    rows.relays.values().removeIf(relay -> relay.tenantId().equals(tenantId));
    rows.profiles.values().removeIf(profile -> profile.tenantId().equals(tenantId));
    rows.tenants.remove(tenantId);
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

  /** Changes an application as ApplicationService.Update does. */
  public synchronized void updateApplication(
      String applicationId, UnaryOperator<Application.Builder> change) {
    Stored<Application> stored = Rows.existing(rows.applications, applicationId);
    Application changed = change.apply(stored.value().toBuilder()).build();
    rows.applications.put(applicationId, new Stored<>(changed, stored.createdAt(), now()));
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

  /**
   * The id of a new device profile.
   *
   * @param tenantId empty for a global profile, of which v3 has none
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

  /** Changes what the list tells of a device profile, as DeviceProfileService.Update does. */
  public synchronized void updateDeviceProfile(
      String profileId, UnaryOperator<DeviceProfileListItem.Builder> change) {
    Profile profile = Rows.existing(rows.profiles, profileId);
    DeviceProfileListItem changed =
        change.apply(profile.row().toBuilder()).setUpdatedAt(now()).build();
    rows.profiles.put(profileId, profile.with(changed));
  }

  /** How often a profile's devices are expected to send. */
  public synchronized void uplinkInterval(String profileId, Duration interval) {
    rows.profiles.put(profileId, Rows.existing(rows.profiles, profileId).with(interval));
    updateDeviceProfile(profileId, row -> row);
  }

  /** What of the objects that a profile's codec makes v4 keeps metrics of, by the key. */
  public synchronized void measurements(String profileId, Map<String, Measurement> measurements) {
    rows.profiles.put(profileId, Rows.existing(rows.profiles, profileId).with(measurements));
    updateDeviceProfile(profileId, row -> row);
  }

  /** Deletes a device profile and, as v4 does, its devices. */
  public synchronized void deleteDeviceProfile(String profileId) {
    Rows.existing(rows.profiles, profileId);
    if (generation == Generation.V3 && isUsed(profileId)) {
      throw new IllegalStateException("v3 does not delete a profile that has devices");
    }
    rows.devices.values().removeIf(device -> device.config.getDeviceProfileId().equals(profileId));
    rows.profiles.remove(profileId);
  }

  private boolean isUsed(String profileId) {
    return rows.devices.values().stream()
        .anyMatch(device -> device.config.getDeviceProfileId().equals(profileId));
  }

  public synchronized List<String> tenantIds() {
    return List.copyOf(rows.tenants.keySet());
  }

  public synchronized List<String> applicationIds() {
    return List.copyOf(rows.applications.keySet());
  }

  public synchronized List<String> deviceProfileIds() {
    return List.copyOf(rows.profiles.keySet());
  }

  public synchronized Optional<String> tenantOfApplication(String applicationId) {
    return rows.tenantOfApplication(applicationId);
  }

  public synchronized boolean hasApplication(String tenantId) {
    return rows.applications.values().stream()
        .anyMatch(application -> application.value().getTenantId().equals(tenantId));
  }

  public synchronized Optional<String> tenantOfProfile(String profileId) {
    return Optional.ofNullable(rows.profiles.get(profileId)).map(Profile::tenantId);
  }

  public synchronized Optional<String> tenantOfServiceProfile(String id) {
    return rows.tenants.keySet().stream()
        .filter(tenantId -> rows.serviceProfile(tenantId).id().equals(id))
        .findFirst();
  }

  /** v3: configures the network server for another band, and starts it again. */
  public synchronized void networkServerBand(String band) {
    NetworkServer before = rows.networkServer;
    rows.networkServer = new NetworkServer(before.id(), before.name(), before.server(), band);
  }

  /** For those that read and change rows under this object's lock. */
  public Rows rows() {
    return rows;
  }

  public Instant instant() {
    return time.now();
  }

  final Timestamp now() {
    return Moments.timestamp(time.now());
  }

  final String newId() {
    return chance.uuid().toString();
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
}
