package io.github.chirpconnect.record.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.golden.Golden;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Each entry of each recorded stream of a v4 server, as the port hands it out. */
public final class RecordedEntries {
  static final List<String> FILES =
      List.of(
          "v4/walk.jsonl",
          "v4/streams.jsonl",
          "v4/streams-kinds.jsonl",
          "v4/streams-faults.jsonl",
          "v4/streams-revoked.jsonl");

  /**
   * An entry as it was recorded.
   *
   * @param item an independent reading of it
   */
  record Recorded(JsonNode item, LogEntry entry) {}

  private RecordedEntries() {}

  public static List<LogEntry> entries() {
    return all().stream().map(Recorded::entry).toList();
  }

  static List<Recorded> all() {
    List<Recorded> entries = new ArrayList<>();
    for (String file : FILES) {
      for (Golden.Call call : Golden.calls(file)) {
        boolean events = call.method().endsWith("/StreamDeviceEvents");
        if (events || call.method().endsWith("/StreamDeviceFrames")) {
          String devEui = call.requestJson().path("dev_eui").asText();
          LogKind log = events ? LogKind.EVENTS : LogKind.FRAMES;
          call.messages()
              .forEach(
                  message ->
                      entries.add(
                          new Recorded(message.json(), entry(message.json(), devEui, log))));
        }
      }
    }
    return entries;
  }

  static LogEntry entry(JsonNode item, String devEui, LogKind log) {
    Map<String, String> properties = new HashMap<>();
    item.path("properties")
        .properties()
        .forEach(property -> properties.put(property.getKey(), property.getValue().asText()));
    return new LogEntry(
        devEui,
        log,
        EntryId.parse(item.path("id").asText()),
        Instant.parse(item.path("time").asText()),
        item.path("description").asText(),
        item.path("body").asText(),
        properties,
        RecordedForm::parse);
  }
}
