package io.github.chirpconnect.it.feed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.record.golden.RecordedForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Struct;

/** The walk through a v4 server. */
final class RecordedWalkV4 extends RecordedWalk {
  private final boolean rest;

  /**
   * @param rest whether it is looked at through the proxy before it
   */
  RecordedWalkV4(boolean rest) {
    super(Generation.V4);
    this.rest = rest;
  }

  @Override
  Optional<Feed> streamed(String method) {
    return switch (method) {
      case "/api.InternalService/StreamDeviceEvents" -> Optional.of(Feed.DEVICE_EVENTS);
      case "/api.InternalService/StreamDeviceFrames" -> Optional.of(Feed.DEVICE_FRAMES);
      case "/api.InternalService/StreamGatewayFrames" -> Optional.of(Feed.GATEWAY_FRAMES);
      default -> Optional.empty();
    };
  }

  @Override
  Recorded entry(Feed feed, String owner, JsonNode item) {
    String kind = item.path("description").asText();
    String id = item.path("id").asText();
    String topic = feed == Feed.DEVICE_EVENTS ? "device." + kind : feed.topics().get(0);
    return new Recorded(
        new Logs.Entry(topic, owner, id),
        feed,
        kind,
        id,
        value -> {
          switch (feed) {
            case DEVICE_FRAMES -> RecordedForm.assertFrame(item, owner, value);
            case GATEWAY_FRAMES -> RecordedForm.assertGatewayFrame(item, owner, value);
            default -> RecordedForm.assertEvent(item, value);
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
    return value -> RecordedForm.assertEntity(current(feed, row), place, value);
  }

  private JsonNode current(Feed feed, JsonNode row) {
    return switch (feed) {
      case DEVICES -> asGot(row, got("DeviceService", "dev_eui", row.path("dev_eui").asText()));
      case GATEWAYS -> silent(row);
      default -> row;
    };
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

  /**
   * A gateway that was heard then has been silent since. The proxy is of 4.17 and knows no
   * priority.
   */
  private JsonNode silent(JsonNode row) {
    ObjectNode current = row.deepCopy();
    if (row.has("last_seen_at")) {
      current.put("state", "OFFLINE");
    }
    if (rest) {
      current.putNull("downlink_priority");
    }
    return current;
  }

  @Override
  String queueMethod() {
    return "/api.DeviceService/GetQueue";
  }

  @Override
  String queueField() {
    return "result";
  }

  @Override
  Consumer<Struct> queue(JsonNode items, Map<String, String> place) {
    return value -> {
      value.validate();
      place.forEach((field, expected) -> assertThat(value.get(field)).isEqualTo(expected));
      List<Struct> written = value.getArray("items");
      assertThat(written).hasSameSizeAs(items);
      for (int i = 0; i < written.size(); i++) {
        // The queue is one device's: its items do not say it again.
        ObjectNode item = items.get(i).deepCopy();
        item.remove("dev_eui");
        if (!item.has("f_cnt_down")) {
          item.putNull("f_cnt_down"); // not assigned yet, and so no counter of 0
        }
        RecordedForm.assertEntity(item, Map.of(), written.get(i));
      }
    };
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
