package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.harness.TopicRecord;
import io.github.chirpconnect.record.RecordedForm;
import io.github.chirpconnect.simulator.Simulator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was recorded of a real server, from the server's side to the topics. */
@Timeout(120)
class RecordingIT {
  private static final String FILE = "v4/walk.jsonl";

  /** An entry of a device's log as it was recorded. */
  private record Recorded(Logs.Entry entry, String feed, JsonNode item) {}

  private final List<Recorded> log = new ArrayList<>();
  private final Map<String, JsonNode> devices = new HashMap<>();
  private final Map<String, Map<String, String>> places = new HashMap<>();
  private final JsonConverter converter = new JsonConverter();

  RecordingIT() {
    converter.configure(Map.of("schemas.enable", "true"), false);
    List<Golden.Call> calls = Golden.calls(FILE);
    for (Golden.Call call : calls) {
      JsonNode request = call.requestJson();
      switch (call.method()) {
        case "/api.InternalService/StreamDeviceEvents" -> read(call, "device-events");
        case "/api.InternalService/StreamDeviceFrames" -> read(call, "device-frames");
        case "/api.DeviceService/List" -> {
          if (!request.has("multicast_group_id")) {
            Map<String, String> place = place(calls, request.path("application_id").asText());
            for (JsonNode item : call.messages().get(0).json().path("result")) {
              String devEui = item.path("dev_eui").asText();
              devices.put(devEui, asGot(item, got(calls, "DeviceService", "dev_eui", devEui)));
              places.put(devEui, place);
            }
          }
        }
        default -> {}
      }
    }
  }

  private void read(Golden.Call call, String feed) {
    String devEui = call.requestJson().path("dev_eui").asText();
    for (Golden.Message message : call.messages()) {
      JsonNode item = message.json();
      String topic =
          feed.equals("device-frames")
              ? "device.frames"
              : "device." + item.path("description").asText();
      log.add(new Recorded(new Logs.Entry(topic, devEui, item.path("id").asText()), feed, item));
    }
  }

  /** The recorded network was alive: it got older between its list and the look at each device. */
  private static JsonNode asGot(JsonNode item, JsonNode got) {
    ObjectNode current = item.deepCopy();
    for (String field : List.of("updated_at", "last_seen_at", "device_status")) {
      if (got.has(field)) {
        current.set(field, got.get(field));
      }
    }
    return current;
  }

  private static Map<String, String> place(List<Golden.Call> calls, String applicationId) {
    JsonNode application =
        got(calls, "ApplicationService", "id", applicationId).path("application");
    String tenantId = application.path("tenant_id").asText();
    return Map.of(
        "tenant_id",
        tenantId,
        "tenant_name",
        got(calls, "TenantService", "id", tenantId).path("tenant").path("name").asText(),
        "application_id",
        applicationId,
        "application_name",
        application.path("name").asText());
  }

  private static JsonNode got(List<Golden.Call> calls, String service, String idField, String id) {
    return calls.stream()
        .filter(call -> call.method().equals("/api." + service + "/Get"))
        .filter(call -> call.requestJson().path(idField).asText().equals(id))
        .map(call -> call.messages().get(0).json())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void eachRecordedDeviceEventAndFrameArrivesOnceAndSaysTheSame() {
    assertThat(log).hasSizeGreaterThan(200);
    assertThat(devices).hasSize(10);
    try (Simulator chirpStack = Simulator.builder().empty().start().loadRecording(FILE);
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("value.converter", JsonConverter.class.getName())
                .with("value.converter.schemas.enable", "true")) {
      source.start();
      source.await("all that was recorded", all -> all.size() >= log.size() + devices.size());
      source.awaitTwoWalks();
      List<TopicRecord> records = source.records();

      assertThat(Logs.byDevice(Logs.in(records)))
          .isEqualTo(Logs.byDevice(log.stream().map(Recorded::entry).toList()));
      compareEntries(records);
      assertThat(source.records("devices"))
          .extracting(TopicRecord::key)
          .containsExactlyInAnyOrderElementsOf(devices.keySet());
      source.records("devices").forEach(this::compareDevice);
      assertThat(records).hasSize(log.size() + devices.size());
    }
  }

  private void compareEntries(List<TopicRecord> records) {
    Map<Logs.Entry, Recorded> recorded = new HashMap<>();
    log.forEach(one -> recorded.put(one.entry(), one));
    for (TopicRecord record : records) {
      if (!record.header("chirpstack.feed").equals("devices")) {
        compareEntry(record, recorded.get(Logs.entry(record)));
      }
    }
  }

  private void compareEntry(TopicRecord record, Recorded recorded) {
    assertThat(record.headers())
        .containsOnly(
            Map.entry("chirpstack.feed", recorded.feed()),
            Map.entry("chirpstack.kind", recorded.item().path("description").asText()),
            Map.entry("chirpstack.api", "v4"),
            Map.entry("chirpstack.id", recorded.item().path("id").asText()));
    if (recorded.feed().equals("device-events")) {
      RecordedForm.assertEvent(recorded.item(), value(record));
    } else {
      RecordedForm.assertFrame(recorded.item(), record.key(), value(record));
    }
  }

  private void compareDevice(TopicRecord record) {
    assertThat(record.headers())
        .containsOnly(Map.entry("chirpstack.feed", "devices"), Map.entry("chirpstack.api", "v4"));
    RecordedForm.assertDevice(devices.get(record.key()), places.get(record.key()), value(record));
  }

  /** As a consumer with the same converter reads it. */
  private Struct value(TopicRecord record) {
    byte[] bytes = record.text().getBytes(StandardCharsets.UTF_8);
    return (Struct) converter.toConnectData(record.topic(), bytes).value();
  }
}
