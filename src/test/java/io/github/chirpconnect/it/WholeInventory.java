package io.github.chirpconnect.it;

import io.github.chirpconnect.feed.ApiTransport;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.network.Network;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A network with something of each inventory feed, in a simulator that was empty, and hands to
 * change and to delete some of each. What they touch are entities that no other record names.
 */
public final class WholeInventory {
  /** Entities of each feed that can be changed and deleted alone. */
  private static final int LOOSE = 3;

  private static final Duration LONG_AGO = Duration.ofHours(1);

  /**
   * What can be done to the entities of one feed.
   *
   * @param loose keys of those that no other record names
   */
  private record Hands(
      Supplier<Set<String>> keys,
      Function<String, Map<String, String>> fields,
      List<String> loose,
      BiConsumer<String, String> rename,
      Consumer<String> delete) {}

  private final Network network;
  private final Rows rows;
  private final Map<Feed, Hands> hands = new EnumMap<>(Feed.class);
  private final String tenantId;
  private final String applicationId;
  private final String profileId;
  private final String heardGateway = "00ef76829d3000aa";
  private final String heardRelay = "010203aa";
  private final String heardDevice = "0a0b0c0d000000aa";
  private final boolean hasRelays;
  private final boolean hasGatewayStates;
  private int margin;

  public WholeInventory(Simulator empty) {
    network = empty.network();
    rows = network.rows();
    Generation generation = empty.generation();
    hasGatewayStates = generation == Generation.V4;
    hasRelays = Feed.RELAY_GATEWAYS.availableOn(generation, ApiTransport.GRPC);
    tenantId = network.addTenant("waterworks", Map.of());
    applicationId = network.addApplication(tenantId, "meters", Map.of());
    profileId = network.addDeviceProfile(tenantId, "meter", false, Map.of(), null);
    if (generation == Generation.V4) {
      network.addDeviceProfile("", "for everybody", true, Map.of(), null);
    }
    tenancy();
    gateways();
    devicesAndGroups();
    queues();
    if (hasRelays) {
      relays();
    }
    hear();
    addForeignTenant();
  }

  /** Another tenant, with things that this one's API key may not read. */
  private void addForeignTenant() {
    String foreign = network.addTenant("gasworks", Map.of());
    String application = network.addApplication(foreign, "gas meters", Map.of());
    String profile = network.addDeviceProfile(foreign, "gas meter", false, Map.of(), null);
    network.addGateway(foreign, "00ef76829d3000bb", "roof", Location.getDefaultInstance());
    network.addDevice("0a0b0c0d000000bb", application, profile, "gas meter 1");
    network.addMulticastGroup(application, "gas meters", List.of("0a0b0c0d000000bb"));
    if (hasRelays) {
      network.relayStats(foreign, heardRelay);
    }
  }

  private void tenancy() {
    hands.put(
        Feed.TENANTS,
        new Hands(
            () -> rows.tenants.keySet(),
            id -> Map.of("name", rows.tenants.get(id).value().getName()),
            some(number -> network.addTenant("tenant-" + number, Map.of())),
            (id, name) -> network.updateTenant(id, tenant -> tenant.setName(name)),
            network::deleteTenant));
    hands.put(
        Feed.APPLICATIONS,
        new Hands(
            () -> rows.applications.keySet(),
            id ->
                in(
                    rows.applications.get(id).value().getTenantId(),
                    rows.applications.get(id).value().getName()),
            some(number -> network.addApplication(tenantId, "application-" + number, Map.of())),
            (id, name) -> network.updateApplication(id, application -> application.setName(name)),
            network::deleteApplication));
    hands.put(
        Feed.DEVICE_PROFILES,
        new Hands(
            () -> rows.profiles.keySet(),
            this::profile,
            some(number -> addProfile("profile-" + number)),
            (id, name) -> network.updateDeviceProfile(id, profile -> profile.setName(name)),
            network::deleteDeviceProfile));
  }

  private String addProfile(String name) {
    return network.addDeviceProfile(tenantId, name, false, Map.of(), null);
  }

  private Map<String, String> profile(String id) {
    DeviceProfileListItem row = rows.profiles.get(id).row();
    String owner = rows.profiles.get(id).tenantId();
    if (!owner.isEmpty()) {
      return in(owner, row.getName());
    }
    Map<String, String> fields = new HashMap<>(Map.of("name", row.getName()));
    fields.put("tenant_id", null);
    fields.put("tenant_name", null);
    return fields;
  }

  private void gateways() {
    addGateway(heardGateway);
    hands.put(
        Feed.GATEWAYS,
        new Hands(
            () -> rows.gateways.keySet(),
            id -> in(rows.gateways.get(id).row.getTenantId(), rows.gateways.get(id).row.getName()),
            some(number -> addGateway("00ef76829d30000" + number)),
            (id, name) -> network.updateGateway(id, gateway -> gateway.setName(name)),
            network::deleteGateway));
  }

  private String addGateway(String id) {
    network.addGateway(tenantId, id, "gateway " + id, Location.getDefaultInstance());
    return id;
  }

  private void devicesAndGroups() {
    addDevice(heardDevice);
    hands.put(
        Feed.DEVICES,
        new Hands(
            () -> rows.devices.keySet(),
            this::device,
            some(number -> addDevice("0a0b0c0d0000000" + number)),
            (id, name) -> network.updateDevice(id, device -> device.setName(name)),
            network::deleteDevice));
    hands.put(
        Feed.MULTICAST_GROUPS,
        new Hands(
            () -> rows.groups.keySet(),
            id ->
                inApplication(
                    rows.groups.get(id).config.getApplicationId(),
                    rows.groups.get(id).config.getName()),
            some(number -> addGroup("group-" + number)),
            (id, name) -> network.updateMulticastGroup(id, group -> group.setName(name)),
            network::deleteMulticastGroup));
  }

  private String addDevice(String devEui) {
    network.addDevice(devEui, applicationId, profileId, "meter " + devEui);
    return devEui;
  }

  private Map<String, String> device(String devEui) {
    var config = rows.device(devEui).config;
    Map<String, String> fields = inApplication(config.getApplicationId(), config.getName());
    fields.put("device_profile_id", config.getDeviceProfileId());
    fields.put("device_profile_name", rows.profile(rows.device(devEui)).row().getName());
    return fields;
  }

  private String addGroup(String name) {
    return network.addMulticastGroup(applicationId, name, List.of(heardDevice));
  }

  /** A changed queue has one downlink more, a deleted one none. */
  private void queues() {
    hands.put(
        Feed.DEVICE_QUEUES,
        new Hands(
            () ->
                rows.devices.keySet().stream()
                    .filter(devEui -> !network.queue(devEui).isEmpty())
                    .collect(Collectors.toSet()),
            this::queue,
            some(number -> addQueue("0a0b0c0d0000001" + number)),
            (devEui, name) -> network.enqueue(devEui, 11, new byte[] {1}, false),
            this::flush));
  }

  /** Of a device of class A that was silent for an hour, so that it stays as it is. */
  private String addQueue(String devEui) {
    addDevice(devEui);
    network.uplink(devEui, 10, new byte[] {1});
    network.lastSeenAt(devEui, network.instant().minus(LONG_AGO));
    network.enqueue(devEui, 10, new byte[] {1}, false);
    return devEui;
  }

  private void flush(String devEui) {
    synchronized (network) {
      network.queues().flush(devEui);
    }
  }

  private Map<String, String> queue(String devEui) {
    Map<String, String> fields = device(devEui);
    fields.keySet().removeAll(Set.of("name", "device_profile_id", "device_profile_name"));
    return fields;
  }

  private void relays() {
    network.relayStats(tenantId, heardRelay);
    hands.put(
        Feed.RELAY_GATEWAYS,
        new Hands(
            () ->
                Set.copyOf(rows.relays.keySet().stream().map(id -> id.replace('/', ':')).toList()),
            this::relay,
            some(this::addRelay),
            (key, name) -> network.updateRelay(tenantId, relayId(key), row -> row.setName(name)),
            key -> network.deleteRelay(tenantId, relayId(key))));
  }

  private String addRelay(int number) {
    String relayId = "0102030" + number;
    network.relayStats(tenantId, relayId);
    return tenantId + ":" + relayId;
  }

  private static String relayId(String key) {
    return key.substring(key.indexOf(':') + 1);
  }

  private Map<String, String> relay(String key) {
    var row = rows.relays.get(key.replace(':', '/')).at(network.instant());
    Map<String, String> fields = in(row.getTenantId(), row.getName());
    fields.put("relay_id", row.getRelayId());
    fields.put("state", row.getState().name());
    return fields;
  }

  private static List<String> some(Function<Integer, String> add) {
    List<String> keys = new ArrayList<>();
    for (int number = 1; number <= LOOSE; number++) {
      keys.add(add.apply(number));
    }
    return keys;
  }

  private Map<String, String> in(String ofTenant, String name) {
    Map<String, String> fields = new HashMap<>();
    fields.put("name", name);
    fields.put("tenant_id", ofTenant);
    fields.put("tenant_name", rows.tenants.get(ofTenant).value().getName());
    return fields;
  }

  private Map<String, String> inApplication(String id, String name) {
    Map<String, String> fields = in(rows.applications.get(id).value().getTenantId(), name);
    fields.put("application_id", id);
    fields.put("application_name", rows.applications.get(id).value().getName());
    return fields;
  }

  /** What this server has of the inventory feeds. */
  public Set<Feed> feeds() {
    return hands.keySet();
  }

  /** By key, those fields of each entity's record that the network says now. */
  public Map<String, Map<String, String>> entities(Feed feed) {
    Map<String, Map<String, String>> entities = new TreeMap<>();
    for (String key : hands.get(feed).keys().get()) {
      entities.put(key, hands.get(feed).fields().apply(key));
    }
    return entities;
  }

  /** The keys of what an API key of the tenant may read: the tenant's, and what is nobody's. */
  public Map<Feed, List<String>> ofTenant() {
    Map<Feed, List<String>> keys = new EnumMap<>(Feed.class);
    for (Feed feed : feeds()) {
      Map<String, Map<String, String>> entities = entities(feed);
      keys.put(
          feed,
          entities.keySet().stream()
              .filter(
                  key -> {
                    String owner = entities.get(key).getOrDefault("tenant_id", key);
                    return owner == null || owner.equals(tenantId);
                  })
              .toList());
    }
    return keys;
  }

  /** All entities of all feeds. */
  public int size() {
    return feeds().stream().mapToInt(feed -> hands.get(feed).keys().get().size()).sum();
  }

  /** Renames one entity of each feed, or changes it where it has no name; returns their keys. */
  public Map<Feed, String> changeOneOfEach(String name) {
    return each(
        one -> {
          String key = one.loose().get(0);
          one.rename().accept(key, name);
          return key;
        });
  }

  /** Deletes one entity of each feed; returns their keys. */
  public Map<Feed, String> deleteOneOfEach() {
    return each(
        one -> {
          String key = one.loose().remove(one.loose().size() - 1);
          one.delete().accept(key);
          return key;
        });
  }

  private Map<Feed, String> each(Function<Hands, String> change) {
    Map<Feed, String> keys = new EnumMap<>(Feed.class);
    hands.forEach((feed, one) -> keys.put(feed, change.apply(one)));
    return keys;
  }

  /** A gateway, a relay and a device are heard: again, or for the first time. */
  public void hear() {
    network.gatewayStats(heardGateway, Map.of("region_config_id", "eu868"));
    if (hasRelays) {
      network.relayStats(tenantId, heardRelay);
    }
    network.lastSeenAt(heardDevice, network.instant());
    network.status(heardDevice, ++margin, false, 50);
  }

  /** The gateway and the relay that were heard fall silent. */
  public void fallSilent() {
    Instant before = network.instant().minus(LONG_AGO);
    network.gatewayLastSeenAt(heardGateway, before);
    if (hasRelays) {
      network.relayLastSeenAt(tenantId, heardRelay, before);
    }
  }

  /** The keys of those that fall silent, of feeds that say so. */
  public Map<Feed, String> withStates() {
    Map<Feed, String> keys = new EnumMap<>(Feed.class);
    if (hasGatewayStates) {
      keys.put(Feed.GATEWAYS, heardGateway);
    }
    if (hasRelays) {
      keys.put(Feed.RELAY_GATEWAYS, tenantId + ":" + heardRelay);
    }
    return keys;
  }

  public String tenantId() {
    return tenantId;
  }
}
