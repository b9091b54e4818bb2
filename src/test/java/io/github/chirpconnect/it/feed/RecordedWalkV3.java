package io.github.chirpconnect.it.feed;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.api.v3.RecordedFormV3;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.it.Logs;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Struct;

/** The walk through a v3 server. */
final class RecordedWalkV3 extends RecordedWalk {
  RecordedWalkV3() {
    super(Generation.V3);
  }

  @Override
  Optional<Feed> streamed(String method) {
    return switch (method) {
      case "/api.DeviceService/StreamEventLogs" -> Optional.of(Feed.DEVICE_EVENTS);
      case "/api.DeviceService/StreamFrameLogs" -> Optional.of(Feed.DEVICE_FRAMES);
      case "/api.GatewayService/StreamFrameLogs" -> Optional.of(Feed.GATEWAY_FRAMES);
      default -> Optional.empty();
    };
  }

  @Override
  Recorded entry(Feed feed, String owner, JsonNode message) {
    return feed == Feed.DEVICE_EVENTS ? event(owner, message) : frame(feed, owner, message);
  }

  private static Recorded event(String devEui, JsonNode event) {
    String type = event.path("type").asText();
    String kind = type.equals("error") ? "log" : type;
    String id = event.path("stream_id").asText();
    return new Recorded(
        new Logs.Entry("device." + kind, devEui, id),
        Feed.DEVICE_EVENTS,
        kind,
        id,
        value -> RecordedFormV3.assertEvent(event, devEui, value));
  }

  private static Recorded frame(Feed feed, String owner, JsonNode frame) {
    JsonNode link =
        frame.has("uplink_frame") ? frame.get("uplink_frame") : frame.path("downlink_frame");
    JsonNode phyPayload = Json.read(link.path("phy_payload_json").asText());
    String type = phyPayload.path("mhdr").path("mType").asText();
    JsonNode fCnt = phyPayload.path("macPayload").path("fhdr").path("fCnt");
    return new Recorded(
        new Logs.Entry(feed.topics().get(0), owner, Logs.frameOfV3(type, fCnt)),
        feed,
        type,
        null,
        value -> {
          if (feed == Feed.GATEWAY_FRAMES) {
            RecordedFormV3.assertGatewayFrame(frame, owner, value);
          } else {
            RecordedFormV3.assertFrame(frame, owner, value);
          }
        });
  }

  @Override
  Optional<Feed> listed(String method) {
    return switch (method) {
      case "/api.OrganizationService/List" -> Optional.of(Feed.TENANTS);
      case "/api.ApplicationService/List" -> Optional.of(Feed.APPLICATIONS);
      case "/api.DeviceProfileService/List" -> Optional.of(Feed.DEVICE_PROFILES);
      case "/api.DeviceService/List" -> Optional.of(Feed.DEVICES);
      case "/api.GatewayService/List" -> Optional.of(Feed.GATEWAYS);
      case "/api.MulticastGroupService/List" -> Optional.of(Feed.MULTICAST_GROUPS);
      default -> Optional.empty();
    };
  }

  @Override
  String idField(Feed feed) {
    return feed == Feed.DEVICES ? "dev_eui" : "id";
  }

  @Override
  Consumer<Struct> entity(Feed feed, JsonNode row, Map<String, String> place) {
    return feed == Feed.DEVICES
        ? value -> RecordedFormV3.assertDevice(row, place, value)
        : value -> RecordedFormV3.assertEntity(feed, row, place, value);
  }

  @Override
  String queueMethod() {
    return "/api.DeviceQueueService/List";
  }

  @Override
  String queueField() {
    return "device_queue_items";
  }

  @Override
  Consumer<Struct> queue(JsonNode items, Map<String, String> place) {
    throw new AssertionError("all queues were empty when they were recorded, and not " + items);
  }

  @Override
  JsonNode tenantName(String tenantId) {
    return got("OrganizationService", "id", tenantId).path("organization").path("display_name");
  }

  @Override
  String tenantIdField() {
    return "organization_id";
  }
}
