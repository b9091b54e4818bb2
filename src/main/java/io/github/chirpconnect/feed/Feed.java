package io.github.chirpconnect.feed;

import static io.github.chirpconnect.feed.Generation.V3;
import static io.github.chirpconnect.feed.Generation.V4;
import static io.github.chirpconnect.feed.Shape.INVENTORY;
import static io.github.chirpconnect.feed.Shape.LOG;
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
  DEVICES(
      "devices",
      INVENTORY,
      List.of("devices"),
      Servers.ALL,
      "the devices of all applications, with their status"),
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
      "LoRaWAN frames of each device, both directions");

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
