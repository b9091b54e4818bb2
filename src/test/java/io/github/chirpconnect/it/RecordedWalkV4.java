package io.github.chirpconnect.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
  Consumer<Struct> device(JsonNode row, Map<String, String> place) {
    JsonNode current = asGot(row, got("DeviceService", "dev_eui", row.path("dev_eui").asText()));
    return value -> RecordedForm.assertDevice(current, place, value);
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

  @Override
  JsonNode tenantName(String tenantId) {
    return got("TenantService", "id", tenantId).path("tenant").path("name");
  }

  @Override
  String tenantIdField() {
    return "tenant_id";
  }
}
