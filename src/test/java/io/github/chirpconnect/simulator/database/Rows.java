package io.github.chirpconnect.simulator.database;

import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.Tenant;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;

/**
 * The tables, in the order of insertion. Guarded by the lock of the {@link Inventory} that they
 * belong to.
 */
public final class Rows {
  public final Map<String, Stored<Tenant>> tenants = new LinkedHashMap<>();
  public final Map<String, Stored<Application>> applications = new LinkedHashMap<>();
  public final Map<String, Profile> profiles = new LinkedHashMap<>();
  public final Map<String, NetworkGateway> gateways = new LinkedHashMap<>();

  /** By {@link #relay}. */
  public final Map<String, NetworkRelay> relays = new LinkedHashMap<>();

  public final Map<String, NetworkGroup> groups = new LinkedHashMap<>();
  public final Map<String, NetworkDevice> devices = new LinkedHashMap<>();

  /** v3: those that were loaded, by the organization. */
  public final Map<String, ServiceProfile> serviceProfiles = new LinkedHashMap<>();

  /** v3. */
  public NetworkServer networkServer = new NetworkServer("1", "lab-ns", "localhost:8000", "EU868");

  /** Where lists by time have what was never seen: SQLite takes NULL for less than everything. */
  public Instant neverSeen = Instant.MIN;

  public void clear() {
    List.of(tenants, applications, profiles, gateways, relays, groups, devices, serviceProfiles)
        .forEach(Map::clear);
  }

  /** A relay's id is unique in its tenant alone. */
  static String relay(String tenantId, String relayId) {
    return tenantId + "/" + relayId;
  }

  /** A row that must be there. */
  public static <T> T existing(Map<String, T> table, String id) {
    T row = table.get(id);
    if (row == null) {
      throw new NoSuchElementException("nothing is called " + id);
    }
    return row;
  }

  public NetworkDevice device(String devEui) {
    return existing(devices, devEui);
  }

  public Application application(NetworkDevice device) {
    return existing(applications, device.config.getApplicationId()).value();
  }

  public Tenant tenant(NetworkDevice device) {
    return existing(tenants, application(device).getTenantId()).value();
  }

  public Profile profile(NetworkDevice device) {
    return existing(profiles, device.config.getDeviceProfileId());
  }

  Optional<String> tenantOfApplication(String applicationId) {
    return Optional.ofNullable(applications.get(applicationId))
        .map(application -> application.value().getTenantId());
  }

  public List<NetworkGateway> gatewaysOf(String tenantId) {
    return gateways.values().stream()
        .filter(gateway -> gateway.row.getTenantId().equals(tenantId))
        .toList();
  }

  /** v3: the one that an organization has. */
  public ServiceProfile serviceProfile(String tenantId) {
    return serviceProfiles.computeIfAbsent(
        tenantId,
        id ->
            new ServiceProfile(
                UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString(),
                "service-profile"));
  }

  /** How many groups a device is in. */
  public int groupsOf(String devEui) {
    return (int) groups.values().stream().filter(group -> group.devEuis.contains(devEui)).count();
  }
}
