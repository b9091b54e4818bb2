package io.github.chirpconnect.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Golden;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Struct;

/** What a walk through a real server saw: the logs of its devices, and the devices. */
abstract class RecordedWalk {
  /**
   * An entry of a device's log.
   *
   * @param feed as the header {@code chirpstack.feed} names it
   * @param id the server's own; null when it gives none
   * @param check holds a record's value to what the server said
   */
  record Recorded(Logs.Entry entry, String feed, String kind, String id, Consumer<Struct> check) {}

  static final String EVENTS = "device-events";
  static final String FRAMES = "device-frames";

  private final Generation generation;
  private final List<Golden.Call> calls;
  private final List<Recorded> log = new ArrayList<>();
  private final Map<String, Consumer<Struct>> devices = new HashMap<>();

  RecordedWalk(Generation generation) {
    this.generation = generation;
    this.calls = Golden.calls(file());
    for (Golden.Call call : calls) {
      JsonNode request = call.requestJson();
      feed(call.method())
          .ifPresent(
              feed -> {
                String devEui = request.path("dev_eui").asText();
                for (Golden.Message message : call.messages()) {
                  log.add(entry(feed, devEui, message.json()));
                }
              });
      // Members of multicast groups are listed in the same way, and are devices that are listed.
      if (call.method().equals("/api.DeviceService/List") && !request.has("multicast_group_id")) {
        Map<String, String> place = place(request.path("application_id").asText());
        for (JsonNode row : call.messages().get(0).json().path("result")) {
          devices.put(row.path("dev_eui").asText(), device(row, place));
        }
      }
    }
  }

  static RecordedWalk of(Generation generation) {
    return switch (generation) {
      case V3 -> new RecordedWalkV3();
      case V4 -> new RecordedWalkV4();
    };
  }

  /** Under the recordings. */
  final String file() {
    return generation + "/walk.jsonl";
  }

  final List<Recorded> log() {
    return log;
  }

  /** By EUI, what holds a record's value to what the server said. */
  final Map<String, Consumer<Struct>> devices() {
    return devices;
  }

  /** What a call streams; empty for other calls. */
  abstract Optional<String> feed(String method);

  abstract Recorded entry(String feed, String devEui, JsonNode message);

  abstract Consumer<Struct> device(JsonNode row, Map<String, String> place);

  /** The name of a tenant, as {@code Get} told it. */
  abstract JsonNode tenantName(String tenantId);

  /** The field of an application that names its tenant. */
  abstract String tenantIdField();

  private Map<String, String> place(String applicationId) {
    JsonNode application = got("ApplicationService", "id", applicationId).path("application");
    String tenantId = application.path(tenantIdField()).asText();
    return Map.of(
        "tenant_id",
        tenantId,
        "tenant_name",
        tenantName(tenantId).asText(),
        "application_id",
        applicationId,
        "application_name",
        application.path("name").asText());
  }

  /** The recorded answer of a service's {@code Get}. */
  final JsonNode got(String service, String idField, String id) {
    return calls.stream()
        .filter(call -> call.method().equals("/api." + service + "/Get"))
        .filter(call -> call.requestJson().path(idField).asText().equals(id))
        .map(call -> call.messages().get(0).json())
        .findFirst()
        .orElseThrow();
  }
}
