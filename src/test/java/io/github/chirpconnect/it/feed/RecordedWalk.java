package io.github.chirpconnect.it.feed;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.simulator.SimulatedServer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Struct;

/**
 * What a walk through a real server saw: the logs of devices and gateways, and all that it listed.
 */
abstract class RecordedWalk {
  /**
   * An entry of a log.
   *
   * @param id the server's own; null when it gives none
   * @param check holds a record's value to what the server said
   */
  record Recorded(Logs.Entry entry, Feed feed, String kind, String id, Consumer<Struct> check) {}

  private final Generation generation;
  private final List<Golden.Call> calls;
  private final List<Recorded> log = new ArrayList<>();
  private final Map<Feed, Map<String, Consumer<Struct>>> entities = new EnumMap<>(Feed.class);

  RecordedWalk(Generation generation) {
    this.generation = generation;
    this.calls = Golden.calls(file());
    for (Golden.Call call : calls) {
      JsonNode request = call.requestJson();
      streamed(call.method())
          .ifPresent(
              feed -> {
                String owner =
                    request.path(feed == Feed.GATEWAY_FRAMES ? "gateway_id" : "dev_eui").asText();
                for (Golden.Message message : call.messages()) {
                  log.add(entry(feed, owner, message.json()));
                }
              });
      if (call.method().equals(queueMethod())) {
        queue(call, request.path("dev_eui").asText());
      }
      // Members of multicast groups are listed in the same way, and are devices that are listed.
      if (!request.has("multicast_group_id")) {
        listed(call.method()).ifPresent(feed -> list(feed, call));
      }
    }
  }

  private void list(Feed feed, Golden.Call call) {
    Map<String, String> place = place(call.requestJson());
    for (JsonNode row : call.messages().get(0).json().path("result")) {
      entities
          .computeIfAbsent(feed, unused -> new HashMap<>())
          .put(row.path(idField(feed)).asText(), entity(feed, row, place));
    }
  }

  /** An empty queue is no entity. */
  private void queue(Golden.Call call, String devEui) {
    JsonNode items = call.messages().get(0).json().path(queueField());
    if (!items.isEmpty()) {
      JsonNode device = got("DeviceService", "dev_eui", devEui).path("device");
      entities
          .computeIfAbsent(Feed.DEVICE_QUEUES, unused -> new HashMap<>())
          .put(devEui, queue(items, ofApplication(device.path("application_id").asText())));
    }
  }

  static RecordedWalk of(SimulatedServer server) {
    return switch (server.generation()) {
      case V3 -> new RecordedWalkV3();
      case V4 -> new RecordedWalkV4(server.isRest());
    };
  }

  /** Under the recordings. */
  final String file() {
    return generation + "/walk.jsonl";
  }

  final List<Recorded> log() {
    return log;
  }

  /** Of each inventory feed, by key, what holds a record's value to what the server said. */
  final Map<Feed, Map<String, Consumer<Struct>>> entities() {
    return entities;
  }

  /** What a call streams; empty for other calls. */
  abstract Optional<Feed> streamed(String method);

  /**
   * @param owner the device, or the gateway
   */
  abstract Recorded entry(Feed feed, String owner, JsonNode message);

  /** What a call lists; empty for other calls. */
  abstract Optional<Feed> listed(String method);

  /** The field of a feed's list items that their records have as key. */
  abstract String idField(Feed feed);

  /**
   * @param place where it was listed, of what is known of that
   */
  abstract Consumer<Struct> entity(Feed feed, JsonNode row, Map<String, String> place);

  /** What a queue is asked for by. */
  abstract String queueMethod();

  /** The field of the answer that has the items. */
  abstract String queueField();

  /**
   * @param items in the order of the queue
   */
  abstract Consumer<Struct> queue(JsonNode items, Map<String, String> place);

  /** The name of a tenant, as {@code Get} told it. */
  abstract JsonNode tenantName(String tenantId);

  /** The field of an application, and of a list's request, that names the tenant. */
  abstract String tenantIdField();

  private Map<String, String> place(JsonNode request) {
    if (request.has("application_id")) {
      return ofApplication(request.path("application_id").asText());
    }
    String tenantId = request.path(tenantIdField()).asText();
    return tenantId.isEmpty()
        ? Map.of()
        : Map.of("tenant_id", tenantId, "tenant_name", tenantName(tenantId).asText());
  }

  private Map<String, String> ofApplication(String applicationId) {
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
