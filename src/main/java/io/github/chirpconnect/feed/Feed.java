package io.github.chirpconnect.feed;

import static io.github.chirpconnect.feed.ApiTransport.REST;
import static io.github.chirpconnect.feed.Generation.V3;
import static io.github.chirpconnect.feed.Generation.V4;
import static io.github.chirpconnect.feed.Shape.DERIVED;
import static io.github.chirpconnect.feed.Shape.INVENTORY;
import static io.github.chirpconnect.feed.Shape.LOG;
import static io.github.chirpconnect.feed.Shape.SERIES;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The datasets of a ChirpStack: the one list of them. A dataset is a row here, a reader for each
 * generation in {@code api}, and a schema in {@code record.schema}; a derived one has no reader.
 *
 * <p>Ids, topics and shapes are a contract: they are in configurations, topics and source offsets.
 */
public enum Feed {
  TENANTS("tenants", Servers.ALL, Level.TENANT, "the tenants; of ChirpStack v3 the organizations"),
  APPLICATIONS("applications", Servers.ALL, Level.APPLICATION, "the applications of all tenants"),
  DEVICE_PROFILES(
      "device-profiles",
      Servers.ALL,
      Level.TENANT,
      "the device profiles of all tenants, as their list shows them"),
  DEVICES(
      "devices",
      Servers.ALL,
      Level.APPLICATION,
      "the devices of all applications, with their status"),
  GATEWAYS("gateways", Servers.ALL, Level.TENANT, "the gateways of all tenants, with their state"),
  MULTICAST_GROUPS(
      "multicast-groups",
      Servers.ALL,
      Level.APPLICATION,
      "the multicast groups of all applications, without their members"),
  RELAY_GATEWAYS(
      "relay-gateways",
      Servers.V4_ONLY,
      Level.TENANT,
      "the relay gateways of all tenants, from ChirpStack 4.9 on"),
  DEVICE_QUEUES(
      "device-queues",
      INVENTORY,
      DEVICES,
      List.of("device.queues"),
      Servers.ALL,
      "the downlinks that wait for each device"),
  DEVICE_EVENTS(
      "device-events",
      LOG,
      DEVICES,
      List.of(
          "device.up",
          "device.join",
          "device.ack",
          "device.txack",
          "device.status",
          "device.log",
          "device.location",
          "device.integration"),
      Servers.STREAMS,
      "what devices say: uplinks, joins, acknowledgements, status, logs, locations"),
  DEVICE_FRAMES(
      "device-frames",
      LOG,
      DEVICES,
      List.of("device.frames"),
      Servers.STREAMS,
      "LoRaWAN frames of each device, both directions"),
  GATEWAY_FRAMES(
      "gateway-frames",
      LOG,
      GATEWAYS,
      List.of("gateway.frames"),
      Servers.STREAMS,
      "LoRaWAN frames of each gateway, both directions, those of unknown devices too"),
  DEVICE_METRICS(
      "device-metrics",
      SERIES,
      DEVICES,
      List.of("device.metrics"),
      Servers.V4_ONLY,
      "what devices measured, by the measurements of their profiles"),
  LINK_METRICS(
      "link-metrics",
      SERIES,
      DEVICES,
      List.of("link.metrics"),
      Servers.ALL,
      "what the server counted of each device: packets, signal, errors"),
  GATEWAY_METRICS(
      "gateway-metrics",
      SERIES,
      GATEWAYS,
      List.of("gateway.metrics"),
      Servers.ALL,
      "what the server counted of each gateway: packets by frequency, data rate and status"),
  MEASUREMENTS(
      "measurements",
      DEVICE_EVENTS,
      "what devices measured as it comes: a record for each value that a codec made of an uplink"),
  DOWNLINKS(
      "downlinks",
      DEVICE_EVENTS,
      "what became of downlinks: sent, acknowledged or not, expired, refused; with device-queues,"
          + " vanished");

  /** The servers that have a dataset. */
  private enum Servers {
    ALL,
    V4_ONLY,
    /** ChirpStack v4's REST interface has no streams. */
    STREAMS
  }

  /** The level for which an inventory is listed. */
  private enum Level {
    TENANT,
    APPLICATION
  }

  private final String id;
  private final Shape shape;
  private final Level level;
  private final Feed owner;
  private final Feed origin;
  private final List<String> topics;
  private final Servers servers;
  private final String document;

  /** An inventory feed that the server lists; its topic has the feed's id. */
  Feed(String id, Servers servers, Level level, String document) {
    this(id, INVENTORY, level, null, null, List.of(id), servers, document);
  }

  /** A feed that belongs to the entities of another one, its owner. */
  Feed(String id, Shape shape, Feed owner, List<String> topics, Servers servers, String document) {
    this(id, shape, owner.level, owner, null, topics, servers, document);
  }

  /** A feed that is derived from another; its topic has the feed's id. */
  Feed(String id, Feed origin, String document) {
    this(id, DERIVED, origin.level, origin.owner, origin, List.of(id), origin.servers, document);
  }

  Feed(
      String id,
      Shape shape,
      Level level,
      Feed owner,
      Feed origin,
      List<String> topics,
      Servers servers,
      String document) {
    this.id = id;
    this.shape = shape;
    this.level = level;
    this.owner = owner;
    this.origin = origin == null ? this : origin;
    this.topics = topics;
    this.servers = servers;
    this.document = document;
  }

  /** The name in {@code feeds} and in the header {@code chirpstack.feed}. */
  public String id() {
    return id;
  }

  public Shape shape() {
    return shape;
  }

  /** The names of its topics, without the prefix and its dot. */
  public List<String> topics() {
    return topics;
  }

  /** What it contains, as part of a sentence. */
  public String document() {
    return document;
  }

  public boolean availableOn(Generation generation, ApiTransport transport) {
    return switch (servers) {
      case ALL -> true;
      case V4_ONLY -> generation == V4;
      case STREAMS -> generation == V3 || transport != REST;
    };
  }

  /**
   * The inventory feed to whose entities this one belongs; empty for a feed that the server lists.
   */
  public Optional<Feed> owner() {
    return Optional.ofNullable(owner);
  }

  /** The feed whose data must be read for this one: itself, or the one that it is derived from. */
  public Feed origin() {
    return origin;
  }

  /** Whether it is listed for a tenant, and not for an application. */
  public boolean isOfTenants() {
    return level == Level.TENANT;
  }

  public static Stream<Feed> of(Shape shape) {
    return Arrays.stream(values()).filter(feed -> feed.shape == shape);
  }

  public static Optional<Feed> byId(String id) {
    return Arrays.stream(values()).filter(feed -> feed.id.equals(id)).findFirst();
  }

  @Override
  public String toString() {
    return id;
  }
}
