package io.github.chirpconnect.simulator.database;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.GatewayListItem;
import io.github.chirpconnect.proto.v4.MulticastGroup;
import io.github.chirpconnect.proto.v4.RelayGatewayListItem;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.time.Moments;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Gateways, relay gateways and multicast groups. */
abstract class Infrastructure extends Tenancy {
  Infrastructure(Generation generation, Time time, Chance chance) {
    super(generation, time, chance);
  }

  /** Lets lists be sorted as PostgreSQL does, which takes NULL for more than everything. */
  public synchronized void sortAsPostgres() {
    rows.neverSeen = Instant.MAX;
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
    rows.gateways.put(gatewayId, new NetworkGateway(row));
  }

  /** Changes what the list tells of a gateway, as GatewayService.Update does. */
  public synchronized void updateGateway(
      String gatewayId, UnaryOperator<GatewayListItem.Builder> change) {
    NetworkGateway gateway = Rows.existing(rows.gateways, gatewayId);
    gateway.row = change.apply(gateway.row.toBuilder()).setUpdatedAt(now()).build();
  }

  public synchronized void gatewayTags(String gatewayId, Map<String, String> tags) {
    Rows.existing(rows.gateways, gatewayId).tags = Map.copyOf(tags);
    updateGateway(gatewayId, row -> row);
  }

  /** How often a gateway is expected to send its statistics; 30 s unless told otherwise. */
  public synchronized void statsInterval(String gatewayId, Duration interval) {
    Rows.existing(rows.gateways, gatewayId).statsInterval = interval;
    updateGateway(gatewayId, row -> row);
  }

  /**
   * Moves the last statistics of a gateway. By this, and by the clock, it is online or offline: two
   * intervals of silence are allowed.
   */
  public synchronized void gatewayLastSeenAt(String gatewayId, Instant time) {
    NetworkGateway gateway = Rows.existing(rows.gateways, gatewayId);
    gateway.row = gateway.row.toBuilder().setLastSeenAt(Moments.timestamp(time)).build();
    if (gateway.firstSeenAt == null) {
      gateway.firstSeenAt = gateway.row.getLastSeenAt();
    }
  }

  public synchronized void deleteGateway(String gatewayId) {
    Rows.existing(rows.gateways, gatewayId);
    rows.gateways.remove(gatewayId);
    for (NetworkGroup group : rows.groups.values()) {
      group.gatewayIds.remove(gatewayId);
      group.queue.removeIf(queued -> queued.gatewayId().equals(gatewayId));
    }
  }

  /** A relay gateway sends its statistics: from the first on it is known, by its id as name. */
  public synchronized void relayStats(String tenantId, String relayId) {
    Rows.existing(rows.tenants, tenantId);
    NetworkRelay relay =
        rows.relays.computeIfAbsent(
            Rows.relay(tenantId, relayId), key -> newRelay(tenantId, relayId));
    relay.row = relay.row.toBuilder().setLastSeenAt(now()).build();
  }

  private NetworkRelay newRelay(String tenantId, String relayId) {
    return new NetworkRelay(
        RelayGatewayListItem.newBuilder()
            .setTenantId(tenantId)
            .setRelayId(relayId)
            .setName(relayId)
            .setCreatedAt(now())
            .setUpdatedAt(now())
            .setRegionConfigId("eu868")
            .build());
  }

  /** Changes a relay gateway as GatewayService.UpdateRelayGateway does. */
  public synchronized void updateRelay(
      String tenantId, String relayId, UnaryOperator<RelayGatewayListItem.Builder> change) {
    NetworkRelay relay = Rows.existing(rows.relays, Rows.relay(tenantId, relayId));
    relay.row = change.apply(relay.row.toBuilder()).setUpdatedAt(now()).build();
  }

  /** Moves the last statistics of a relay gateway. */
  public synchronized void relayLastSeenAt(String tenantId, String relayId, Instant time) {
    NetworkRelay relay = Rows.existing(rows.relays, Rows.relay(tenantId, relayId));
    relay.row = relay.row.toBuilder().setLastSeenAt(Moments.timestamp(time)).build();
  }

  public synchronized void deleteRelay(String tenantId, String relayId) {
    Rows.existing(rows.relays, Rows.relay(tenantId, relayId));
    rows.relays.remove(Rows.relay(tenantId, relayId));
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

  /** A group with its keys. */
  public synchronized MulticastGroup multicastGroup(String groupId) {
    return Rows.existing(rows.groups, groupId).config;
  }

  /** Changes a group as MulticastGroupService.Update does. */
  public synchronized void updateMulticastGroup(
      String groupId, UnaryOperator<MulticastGroup.Builder> change) {
    NetworkGroup group = Rows.existing(rows.groups, groupId);
    group.config = change.apply(group.config.toBuilder()).build();
    group.updatedAt = now();
  }

  public synchronized void addToMulticastGroup(String groupId, String devEui) {
    Rows.existing(rows.groups, groupId).devEuis.add(rows.device(devEui).devEui());
  }

  /** Lets a gateway send for a group; v4. */
  public synchronized void addGatewayToMulticastGroup(String groupId, String gatewayId) {
    Rows.existing(rows.gateways, gatewayId);
    Rows.existing(rows.groups, groupId).gatewayIds.add(gatewayId);
  }

  /** Deletes a group with its queue. */
  public synchronized void deleteMulticastGroup(String groupId) {
    Rows.existing(rows.groups, groupId);
    rows.groups.remove(groupId);
  }

  public synchronized List<String> gatewayIds() {
    return List.copyOf(rows.gateways.keySet());
  }

  public synchronized List<String> multicastGroupIds() {
    return List.copyOf(rows.groups.keySet());
  }

  public synchronized Optional<String> tenantOfGateway(String gatewayId) {
    return Optional.ofNullable(rows.gateways.get(gatewayId))
        .map(gateway -> gateway.row.getTenantId());
  }

  public synchronized Optional<String> tenantOfGroup(String groupId) {
    return Optional.ofNullable(rows.groups.get(groupId))
        .flatMap(group -> rows.tenantOfApplication(group.config.getApplicationId()));
  }
}
