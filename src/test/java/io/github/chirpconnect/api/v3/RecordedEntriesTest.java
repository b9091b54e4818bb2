package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsResponse;
import io.github.chirpconnect.proto.v3.StreamGatewayFrameLogsResponse;
import io.github.chirpconnect.record.EntryRecords;
import io.github.chirpconnect.record.FlatForm;
import io.github.chirpconnect.record.NoSecrets;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.record.RecordForm;
import io.github.chirpconnect.record.downlink.DownlinkStates;
import io.github.chirpconnect.record.format.ValueFormat;
import io.github.chirpconnect.record.golden.CanonicalTexts;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/**
 * Every event and frame that a v3 server was heard to say becomes the record that v4 would have
 * given, as {@link RecordedFormV3} reads both.
 */
class RecordedEntriesTest {
  private static final String DEVICE = "0102030405060708";

  private final RecordFactory records =
      new RecordFactory("c", () -> Generation.V3, Clock.systemUTC(), Long.MAX_VALUE);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RecordFactory flat = in("flat");
  private final RecordFactory json = in("json");

  private static RecordFactory in(String format) {
    return new RecordFactory(
        RecordForm.usual("c").with(ValueFormat.named(format, "", "")),
        () -> Generation.V3,
        Clock.systemUTC(),
        Long.MAX_VALUE,
        false);
  }

  @Test
  void eachEventBecomesTheRecordOfV4() throws Exception {
    Set<String> types = new TreeSet<>();
    int count = 0;
    int json = 0;
    for (Golden.Call call : Recorded.of(Recorded.EVENTS).toList()) {
      for (Golden.Message message : call.messages()) {
        StreamDeviceEventLogsResponse event =
            StreamDeviceEventLogsResponse.parseFrom(message.bytes());
        String type = message.json().path("type").asText();
        LogEntry entry = ProtoMapping.event(DEVICE, event);
        assertThat(entry.id().text()).isEqualTo(message.json().path("stream_id").asText());
        assertThat(entry.kind()).isEqualTo(type.equals("error") ? "log" : type);
        count++;
        types.add(type);
        Struct value = record(entry, "c.device." + entry.kind());
        RecordedFormV3.assertEvent(message.json(), DEVICE, value);
        json += CanonicalTexts.assertIn(value);
      }
    }
    assertThat(types)
        .containsExactlyInAnyOrder(
            "up", "join", "ack", "txack", "error", "status", "location", "integration");
    assertThat(count).isGreaterThan(300);
    assertThat(json).as("objects, and bodies of the kind integration").isGreaterThan(20);
  }

  /** v3 names no item: a row has its frame counter, which is a guess. */
  @Test
  void eachEventOfADownlinkHasARow() throws Exception {
    EntryRecords rows =
        new EntryRecords(records, false, List.of(new DownlinkStates(Optional.empty())));
    Set<String> states = new TreeSet<>();
    for (Golden.Call call : Recorded.of(Recorded.EVENTS).toList()) {
      for (Golden.Message message : call.messages()) {
        LogEntry entry =
            ProtoMapping.event(DEVICE, StreamDeviceEventLogsResponse.parseFrom(message.bytes()));
        JsonNode body = JSON.readTree(message.json().path("payload_json").asText());
        for (EntryRecords.Part part : rows.of(entry, null, false).parts()) {
          SourceRecord record = part.record(Map.of(), Map.of());
          Struct row = (Struct) record.value();
          assertThat(record.key()).isEqualTo(DEVICE + ":" + body.path("fCnt").asLong());
          assertThat(row.getInt64("f_cnt_down")).isEqualTo(body.path("fCnt").asLong());
          assertThat(row.getString("certainty")).isEqualTo("likely");
          assertThat(row.getString("queue_item_id")).isNull();
          states.add(
              message.json().path("type").asText()
                  + body.path("type").asText()
                  + " "
                  + row.getString("state"));
        }
      }
    }
    assertThat(states)
        .containsExactly(
            "ack acknowledged",
            "ack not-acknowledged",
            "errorDOWNLINK_FCNT refused",
            "errorDOWNLINK_GATEWAY refused",
            "errorDOWNLINK_PAYLOAD_SIZE refused",
            "txack sent");
  }

  private Struct record(LogEntry entry, String topic) {
    SourceRecord record = records.entry(entry, null, Map.of(), Map.of());
    assertThat(record.topic()).isEqualTo(topic);
    assertThat(record.headers().lastWithName("chirpstack.api").value()).isEqualTo("v3");
    Struct value = (Struct) record.value();
    value.validate();
    NoSecrets.assertIn(value);
    FlatForm.assertSays((Struct) flat.entry(entry, null, Map.of(), Map.of()).value(), value);
    if (!topic.endsWith(".unreadable")) {
      assertJson((Map<?, ?>) json.entry(entry, null, Map.of(), Map.of()).value(), entry);
    }
    return value;
  }

  private static void assertJson(Map<?, ?> found, LogEntry entry) {
    JsonNode body = entry.body();
    if (body.path("joinServerContext") instanceof ObjectNode context) {
      context.remove("appSKey");
    }
    Object said = entry.log() == LogKind.EVENTS ? found : found.get("body");
    // Text, since a tree tells numbers of one value by their sizes.
    assertThat(JSON.valueToTree(said).toString()).isEqualTo(parsed(body.toString()).toString());
  }

  private static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void eachFrameBecomesTheRecordOfV4() throws Exception {
    Set<String> types = new TreeSet<>();
    int count = 0;
    for (Golden.Call call : Recorded.of(Recorded.FRAMES).toList()) {
      for (Golden.Message message : call.messages()) {
        LogEntry entry =
            ProtoMapping.frame(DEVICE, StreamDeviceFrameLogsResponse.parseFrom(message.bytes()));
        count++;
        types.add(entry.kind());
        Struct value = record(entry, "c.device.frames");
        RecordedFormV3.assertFrame(message.json(), DEVICE, value);
        assertThat(CanonicalTexts.assertIn(value)).isPositive();
      }
    }
    assertThat(types)
        .contains(
            "JoinRequest",
            "JoinAccept",
            "UnconfirmedDataUp",
            "UnconfirmedDataDown",
            "ConfirmedDataDown");
    assertThat(count).isGreaterThan(300);
  }

  @Test
  void aFrameHasTheSameIdOnEachReplayAndNoOtherHasIt() throws InvalidProtocolBufferException {
    Map<EntryId, String> byId = new HashMap<>();
    Map<String, EntryId> byContent = new HashMap<>();
    int replayed = 0;
    for (Golden.Call call : Recorded.of(Recorded.FRAMES).toList()) {
      String device = call.requestJson().path("dev_eui").asText();
      for (Golden.Message message : call.messages()) {
        EntryId id =
            ProtoMapping.frame(device, StreamDeviceFrameLogsResponse.parseFrom(message.bytes()))
                .id();
        assertThat(id).isInstanceOf(EntryId.Digest.class);
        assertThat(EntryId.parse(id.text())).isEqualTo(id);
        String content = message.json().toString();
        String before = byId.put(id, content);
        assertThat(before == null || before.equals(content)).isTrue();
        EntryId sameContent = byContent.put(content, id);
        assertThat(sameContent == null || sameContent.equals(id)).isTrue();
        replayed += sameContent == null ? 0 : 1;
      }
    }
    assertThat(replayed).isGreaterThan(20);
  }

  @Test
  void aGatewaysFrameIsAsThatOfADeviceWithOneReception() throws InvalidProtocolBufferException {
    Map<String, EntryId> byContent = new HashMap<>();
    Set<String> types = new TreeSet<>();
    int replayed = 0;
    for (Golden.Call call : Recorded.of("/api.GatewayService/StreamFrameLogs").toList()) {
      String gatewayId = call.requestJson().path("gateway_id").asText();
      for (Golden.Message message : call.messages()) {
        LogEntry entry =
            ProtoMapping.frame(
                gatewayId, StreamGatewayFrameLogsResponse.parseFrom(message.bytes()));
        LogEntry same =
            ProtoMapping.frame(gatewayId, StreamDeviceFrameLogsResponse.parseFrom(message.bytes()));
        assertThat(entry.log()).isEqualTo(LogKind.GATEWAY_FRAMES);
        assertThat(entry.devEui()).isEqualTo(gatewayId);
        assertThat(entry.id()).isEqualTo(same.id());
        assertThat(entry.time()).isEqualTo(same.time());
        assertThat(entry.kind()).isEqualTo(same.kind());
        assertThat(entry.properties()).isEqualTo(same.properties());
        assertThat(entry.body()).isEqualTo(same.body());
        if (message.json().has("uplink_frame")) {
          assertThat(entry.body().path("rx_info")).hasSize(1);
        }
        types.add(entry.kind());
        EntryId before = byContent.put(message.json().toString(), entry.id());
        assertThat(before == null || before.equals(entry.id())).isTrue();
        replayed += before == null ? 0 : 1;
      }
    }
    assertThat(types).contains("JoinRequest", "UnconfirmedDataUp", "UnconfirmedDataDown");
    assertThat(replayed).isPositive();
  }

  @Test
  void eventsOfServersWithoutIdsAreNamedByTheirContent() throws InvalidProtocolBufferException {
    Map<EntryId, String> byId = new HashMap<>();
    for (Golden.Call call : Recorded.of(Recorded.EVENTS).toList()) {
      for (Golden.Message message : call.messages()) {
        StreamDeviceEventLogsResponse event =
            StreamDeviceEventLogsResponse.parseFrom(message.bytes());
        LogEntry old = ProtoMapping.event(DEVICE, event.toBuilder().clearStreamId().build());
        assertThat(old.id()).isInstanceOf(EntryId.Digest.class);
        if (event.hasPublishedAt()) {
          String content = event.getType() + event.getPayloadJson();
          String before = byId.put(old.id(), content);
          assertThat(before == null || before.equals(content)).isTrue();
        }
      }
    }
    assertThat(byId).hasSizeGreaterThan(100);
  }

  @Test
  void whatNobodyHasAPlaceForIsPassedOn() {
    StreamDeviceEventLogsResponse event =
        StreamDeviceEventLogsResponse.newBuilder()
            .setType("ack")
            .setStreamId("1795521743810-0")
            .setPayloadJson("{\"acknowledged\":true,\"novelty\":{\"a\":1},\"nothing\":null}")
            .build();

    Struct value = record(ProtoMapping.event(DEVICE, event), "c.device.ack");

    assertThat(value.getBoolean("acknowledged")).isTrue();
    assertThat(Json.read(value.getString("unknown_fields")))
        .isEqualTo(Json.read("{\"novelty\":{\"a\":1}}"));
  }

  @Test
  void aBodyThatIsNoEventIsKeptAsText() {
    for (String text :
        Arrays.asList(
            "", "no JSON", "[]", "{\"devEUI\":\"?\"}", "{\"data\":1}", "{\"rxInfo\":3}")) {
      LogEntry entry =
          ProtoMapping.event(
              DEVICE,
              StreamDeviceEventLogsResponse.newBuilder()
                  .setType("up")
                  .setStreamId("1795521743810-0")
                  .setPayloadJson(text)
                  .build());
      Struct value = record(entry, "c.device.unreadable");
      assertThat(value.getString("body")).isEqualTo(text);
      assertThat(value.getString("error")).isNotBlank();
    }
  }
}
