package io.github.chirpconnect.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.RecordedForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Struct;

/** The walk through a v4 server. */
final class RecordedWalkV4 extends RecordedWalk {
  RecordedWalkV4() {
    super(Generation.V4);
  }

  @Override
  Optional<String> feed(String method) {
    return switch (method) {
      case "/api.InternalService/StreamDeviceEvents" -> Optional.of(EVENTS);
      case "/api.InternalService/StreamDeviceFrames" -> Optional.of(FRAMES);
      default -> Optional.empty();
    };
  }

  @Override
  Recorded entry(String feed, String devEui, JsonNode item) {
    boolean frames = feed.equals(FRAMES);
    String kind = item.path("description").asText();
    String id = item.path("id").asText();
    return new Recorded(
        new Logs.Entry("device." + (frames ? "frames" : kind), devEui, id),
        feed,
        kind,
        id,
        value -> {
          if (frames) {
            RecordedForm.assertFrame(item, devEui, value);
          } else {
            RecordedForm.assertEvent(item, value);
          }
        });
  }

  @Override
  Optional<Feed> listed(String method) {
    return switch (method) {
      case "/api.TenantService/List" -> Optional.of(Feed.TENANTS);
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
    return switch (feed) {
      case DEVICES -> "dev_eui";
      case GATEWAYS -> "gateway_id";
      default -> "id";
    };
  }

  @Override
  Consumer<Struct> entity(Feed feed, JsonNode row, Map<String, String> place) {
    JsonNode current =
        switch (feed) {
          case DEVICES -> asGot(row, got("DeviceService", "dev_eui", row.path("dev_eui").asText()));
          case GATEWAYS -> silent(row);
          default -> row;
        };
    return value -> RecordedForm.assertEntity(current, place, value);
  }

  /** The recorded network was alive: it got older between its list and the look at each device. */
  private static JsonNode asGot(JsonNode row, JsonNode got) {
    ObjectNode current = row.deepCopy();
    for (String field : List.of("updated_at", "last_seen_at", "device_status")) {
      if (got.has(field)) {
        current.set(field, got.get(field));
      }
    }
    return current;
  }

  /** A gateway that was heard then has been silent since. */
  private static JsonNode silent(JsonNode row) {
    ObjectNode current = row.deepCopy();
    if (row.has("last_seen_at")) {
      current.put("state", "OFFLINE");
    }
    return current;
  }

  @Override
  JsonNode tenantName(String tenantId) {
    return got("TenantService", "id", tenantId).path("tenant").path("name");
  }

  @Override
  String tenantIdField() {
    return "tenant_id";
  }
}
