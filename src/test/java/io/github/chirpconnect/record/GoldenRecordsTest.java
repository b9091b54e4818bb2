package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.record.schema.event.Events;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/**
 * Each recorded entry and device becomes a record that says what the server's JSON says, no less
 * and no more, as {@link Comparison} reads both.
 */
class GoldenRecordsTest {
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

  private final RecordFactory records =
      new RecordFactory("chirpstack", () -> Generation.V4, Clock.systemUTC(), Long.MAX_VALUE);

  static List<LogEntry> entries() {
    return recorded().stream().map(Recorded::entry).toList();
  }

  private static List<Recorded> recorded() {
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

  private static LogEntry entry(JsonNode item, String devEui, LogKind log) {
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

  @Test
  void eachEventSaysWhatItsBodySays() {
    Set<String> kinds = new TreeSet<>();
    int count = 0;
    for (Recorded recorded : recorded()) {
      LogEntry entry = recorded.entry();
      if (entry.log() == LogKind.EVENTS) {
        count++;
        kinds.add(entry.kind());
        SourceRecord record = records.entry(entry, null, Map.of(), Map.of());
        assertThat(record.topic()).isEqualTo("chirpstack.device." + entry.kind());
        RecordedForm.assertEvent(recorded.item(), (Struct) record.value());
      }
    }
    assertThat(kinds).containsExactlyInAnyOrderElementsOf(Events.BY_KIND.keySet());
    assertThat(count).isGreaterThan(200);
  }

  @Test
  void allJsonThatIsTextIsInOneForm() {
    int count = 0;
    for (LogEntry entry : entries()) {
      SourceRecord record = records.entry(entry, null, Map.of(), Map.of());
      count += CanonicalTexts.assertIn((Struct) record.value());
    }
    assertThat(count).isGreaterThan(200);
  }

  @Test
  void eachFrameSaysWhatItsBodySays() {
    Set<String> types = new TreeSet<>();
    int count = 0;
    for (Recorded recorded : recorded()) {
      LogEntry entry = recorded.entry();
      if (entry.log() == LogKind.FRAMES) {
        count++;
        types.add(entry.kind());
        SourceRecord record = records.entry(entry, null, Map.of(), Map.of());
        assertThat(record.topic()).isEqualTo("chirpstack.device.frames");
        RecordedForm.assertFrame(recorded.item(), entry.devEui(), (Struct) record.value());
      }
    }
    assertThat(types)
        .contains(
            "JoinRequest",
            "JoinAccept",
            "UnconfirmedDataUp",
            "UnconfirmedDataDown",
            "ConfirmedDataDown");
    assertThat(count).isGreaterThan(130);
  }

  @Test
  void eachFrameOfAGatewaySaysWhatItsBodySays() {
    Set<String> types = new TreeSet<>();
    int count = 0;
    for (String file : FILES) {
      for (Golden.Call call : Golden.calls(file)) {
        if (call.method().endsWith("/StreamGatewayFrames")) {
          String gatewayId = call.requestJson().path("gateway_id").asText();
          for (Golden.Message message : call.messages()) {
            LogEntry entry = entry(message.json(), gatewayId, LogKind.GATEWAY_FRAMES);
            SourceRecord record = records.entry(entry, null, Map.of(), Map.of());
            assertThat(record.topic()).isEqualTo("chirpstack.gateway.frames");
            RecordedForm.assertGatewayFrame(message.json(), gatewayId, (Struct) record.value());
            types.add(entry.kind());
            count++;
          }
        }
      }
    }
    assertThat(types).contains("JoinRequest", "UnconfirmedDataDown", "UnconfirmedDataUp");
    assertThat(count).isGreaterThan(50);
  }
}
