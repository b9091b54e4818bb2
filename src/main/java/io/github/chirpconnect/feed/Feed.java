package io.github.chirpconnect.feed;

import static io.github.chirpconnect.feed.Generation.V3;
import static io.github.chirpconnect.feed.Generation.V4;
import static io.github.chirpconnect.feed.Shape.INVENTORY;
import static io.github.chirpconnect.feed.Shape.LOG;
import static io.github.chirpconnect.feed.Shape.SERIES;
import static io.github.chirpconnect.feed.Transport.REST;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The datasets of a ChirpStack: the one list of them. A dataset is a row here, a reader for each
 * generation in {@code api}, and a schema in {@code record.schema}.
 *
 * <p>Ids, topics and shapes are a contract: they are in configurations, topics and source offsets.
 */
public enum Feed {
  TENANTS(
      "tenants",
      INVENTORY,
      List.of("tenants"),
      Servers.ALL,
      "the tenants; of ChirpStack v3 the organizations"),
  APPLICATIONS(
      "applications",
      INVENTORY,
      List.of("applications"),
      Servers.ALL,
      "the applications of all tenants"),
  DEVICE_PROFILES(
      "device-profiles",
      INVENTORY,
      List.of("device-profiles"),
      Servers.ALL,
      "the device profiles of all tenants, as their list tells them"),
  DEVICES(
      "devices",
      INVENTORY,
      List.of("devices"),
      Servers.ALL,
      "the devices of all applications, with their status"),
  MULTICAST_GROUPS(
      "multicast-groups",
      INVENTORY,
      List.of("multicast-groups"),
      Servers.ALL,
      "the multicast groups of all applications, without their members"),
  RELAY_GATEWAYS(
      "relay-gateways",
      INVENTORY,
      List.of("relay-gateways"),
      Servers.V4_ONLY,
      "the relay gateways of all tenants, from ChirpStack 4.9 on"),
  DEVICE_QUEUES(
      "device-queues",
      INVENTORY,
      List.of("device-queues"),
      Servers.ALL,
      "the downlinks that wait for each device"),
  DEVICE_EVENTS(
      "device-events",
      LOG,
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
      List.of("device.frames"),
      Servers.STREAMS,
      "LoRaWAN frames of each device, both directions"),
  GATEWAY_FRAMES(
      "gateway-frames",
      LOG,
      List.of("gateway.frames"),
      Servers.STREAMS,
      "LoRaWAN frames of each gateway, both directions, those of unknown devices too"),
  DEVICE_METRICS(
      "device-metrics",
      SERIES,
      List.of("device-metrics"),
      Servers.V4_ONLY,
      "what devices measured, by the measurements of their profiles"),
  LINK_METRICS(
      "link-metrics",
      SERIES,
      List.of("link-metrics"),
      Servers.ALL,
      "what the server counted of each device: packets, signal, errors"),
  GATEWAY_METRICS(
      "gateway-metrics",
      SERIES,
      List.of("gateway-metrics"),
      Servers.ALL,
      "what the server counted of each gateway: packets by frequency, data rate and status");

  /** Which servers have a dataset. */
  private enum Servers {
    ALL,
    V4_ONLY,
    /** ChirpStack v4's REST interface has no streams. */
    STREAMS
  }

  private final String id;
  private final Shape shape;
  private final List<String> topics;
  private final Servers servers;
  private final String document;

  Feed(String id, Shape shape, List<String> topics, Servers servers, String document) {
    this.id = id;
    this.shape = shape;
    this.topics = topics;
    this.servers = servers;
    this.document = document;
  }

  /** As users write it in {@code feeds}, and as the header {@code chirpstack.feed} says it. */
  public String id() {
    return id;
  }

  public Shape shape() {
    return shape;
  }

  /** What follows the prefix and a dot in the names of its topics. */
  public List<String> topics() {
    return topics;
  }

  /** What it is, to be continued in a sentence. */
  public String document() {
    return document;
  }

  public boolean availableOn(Generation generation, Transport transport) {
    return switch (servers) {
      case ALL -> true;
      case V4_ONLY -> generation == V4;
      case STREAMS -> generation == V3 || transport != REST;
    };
  }

  public static Stream<Feed> of(Shape shape) {
    return Arrays.stream(values()).filter(feed -> feed.shape == shape);
  }

  public static Optional<Feed> byId(String id) {
    return Arrays.stream(values()).filter(feed -> feed.id.equals(id)).findFirst();
  }

  /** All ids, as text for a message. */
  public static String ids() {
    return Arrays.stream(values()).map(Feed::id).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return id;
  }
}
