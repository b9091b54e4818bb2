package io.github.chirpconnect.record.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.record.schema.event.Events;
import java.time.Clock;
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
  private final RecordFactory records =
      new RecordFactory("chirpstack", () -> Generation.V4, Clock.systemUTC(), Long.MAX_VALUE);

  @Test
  void eachEventSaysWhatItsBodySays() {
    Set<String> kinds = new TreeSet<>();
    int count = 0;
    for (RecordedEntries.Recorded recorded : RecordedEntries.all()) {
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
    for (LogEntry entry : RecordedEntries.entries()) {
      SourceRecord record = records.entry(entry, null, Map.of(), Map.of());
      count += CanonicalTexts.assertIn((Struct) record.value());
    }
    assertThat(count).isGreaterThan(200);
  }

  @Test
  void eachFrameSaysWhatItsBodySays() {
    Set<String> types = new TreeSet<>();
    int count = 0;
    for (RecordedEntries.Recorded recorded : RecordedEntries.all()) {
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
    for (String file : RecordedEntries.FILES) {
      for (Golden.Call call : Golden.calls(file)) {
        if (call.method().endsWith("/StreamGatewayFrames")) {
          String gatewayId = call.requestJson().path("gateway_id").asText();
          for (Golden.Message message : call.messages()) {
            LogEntry entry =
                RecordedEntries.entry(message.json(), gatewayId, LogKind.GATEWAY_FRAMES);
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
