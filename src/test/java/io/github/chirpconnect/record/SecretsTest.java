package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.format.ValueFormat;
import io.github.chirpconnect.record.golden.RecordedEntities;
import io.github.chirpconnect.record.golden.RecordedEntries;
import io.github.chirpconnect.record.json.CanonicalJson;
import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.json.MessageMapping.Reading;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.schema.event.Events;
import io.github.chirpconnect.record.schema.event.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No key reaches a record unless it is asked for. */
class SecretsTest {
  private static final String CANARY = "c0ffee00c0ffee00c0ffee00c0ffee00";
  private static final int SMALL = 16_384;

  private final RecordFactory records = records(Integer.MAX_VALUE, false);

  private static RecordFactory records(int maxBytes, boolean includeSecrets) {
    return new RecordFactory(
        RecordForm.usual("c"), () -> Generation.V4, Clock.systemUTC(), maxBytes, includeSecrets);
  }

  private static SourceRecord record(RecordFactory records, LogEntry entry) {
    return records.entry(entry, null, Map.of(), Map.of());
  }

  /** Each message that a record is read from. */
  static Stream<MessageMapping> messages() {
    Stream<MessageMapping> frames =
        Stream.of(Frame.OF_DEVICE, Frame.OF_GATEWAY)
            .flatMap(frame -> Stream.of(frame.uplink(), frame.downlink()));
    Stream<MessageMapping> inventories =
        InventorySchemas.all().stream().map(inventory -> inventory.message());
    return Stream.of(Events.BY_KIND.values().stream(), frames, inventories)
        .flatMap(stream -> stream);
  }

  @Test
  void fieldsOfKeysAreNullUnlessTheyAreAskedFor() {
    int asked = 0;
    for (MessageMapping message : messages().toList()) {
      ObjectNode body = Samples.body(message.schema());
      NoSecrets.assertIn(read(message, body, false));
      String all = FieldTable.json(read(message, body, true)).toString();
      asked += all.contains("\"aes_key\":\"AQID\"") ? 1 : 0;
    }
    assertThat(asked).as("up and join have a key").isEqualTo(2);
  }

  /** With what is put beside the body, which is always there. */
  private static Struct read(MessageMapping message, ObjectNode body, boolean secrets) {
    Struct struct = message.read(body, new Reading(secrets));
    for (Field field : struct.schema().fields()) {
      if (!field.schema().isOptional() && struct.get(field) == null) {
        struct.put(field, "given");
      }
    }
    return struct;
  }

  /** Otherwise this test could not see one. */
  @Test
  void theRecordingsHaveKeys() {
    assertThat(NoSecrets.recordedKeys())
        .contains("04040404040404040404040404040404", "BAQEBAQEBAQEBAQEBAQEBA==")
        .hasSizeGreaterThan(9);
  }

  @Test
  void noRecordedEntryBringsAKeyToARecord() {
    List<LogEntry> entries = RecordedEntries.entries();
    entries.forEach(entry -> NoSecrets.assertIn((Struct) record(records, entry).value()));
    assertThat(entries).hasSizeGreaterThan(300);
  }

  @ParameterizedTest
  @EnumSource
  void noRecordedListBringsAKeyToARecord(Generation generation) throws InterruptedException {
    List<Entity> entities = RecordedEntities.of(generation);
    for (Entity entity : entities) {
      SourceRecord record = records.entity(entity).at(Map.of(), Map.of());
      assertThat(record.topic()).isEqualTo("c." + entity.feed().topics().get(0));
      NoSecrets.assertIn((Struct) record.value());
    }
    assertThat(entities).hasSizeGreaterThan(20);
  }

  /** Wherever a server may put it: by the name that it has today, or in a field that is new. */
  private static ObjectNode withKeys(ObjectNode body) {
    ObjectNode context = body.putObject("joinServerContext").put("sessionKeyId", "0102");
    context.putObject("appSKey").put("kekLabel", CANARY).put("aesKey", CANARY);
    context.put("nwkSEncKey", CANARY);
    body.put("f_nwk_s_int_key", CANARY).putObject("variables").put("a", CANARY);
    body.putObject("session").putArray("list").addObject().put("mcAppSKey", CANARY).put("b", 1);
    body.withObjectProperty("deviceInfo").putObject("variables").put("token", CANARY);
    return body;
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "join", "ack", "txack", "status", "log", "location", "new"})
  void noEventBringsAKeyToARecordHoweverItIsPassedOn(String kind) {
    String large = "\"" + "x".repeat(SMALL) + "\"";
    for (String more : List.of("{}", "{\"time\":7,\"description\":8}", "{\"big\":" + large + "}")) {
      ObjectNode body = withKeys((ObjectNode) FieldTable.json(more));
      LogEntry entry = Samples.entry(LogKind.EVENTS, kind, Instant.EPOCH, "1-0", body.toString());
      for (int max : List.of(SMALL, Integer.MAX_VALUE)) {
        Struct value = (Struct) record(records(max, false), entry).value();
        NoSecrets.assertIn(value);
        assertThat(FieldTable.json(value).toString()).as(kind + more).doesNotContain("c0ffee");
      }
    }
  }

  @Test
  void noFrameBringsAKeyToARecord() {
    for (String more : List.of("{}", "{\"phy_payload\":7}")) {
      ObjectNode body = withKeys((ObjectNode) FieldTable.json(more));
      for (LogKind log : List.of(LogKind.FRAMES, LogKind.GATEWAY_FRAMES)) {
        LogEntry entry = Samples.entry(log, "x", Instant.EPOCH, "1-0", body.toString());
        Struct value = (Struct) records.entry(entry, null, Map.of(), Map.of()).value();
        assertThat(FieldTable.json(value).toString()).doesNotContain("c0ffee").contains("0102");
      }
    }
  }

  @Test
  void noInventoryBringsAKeyToARecordHoweverItIsPassedOn() {
    for (Entity entity : Samples.entities()) {
      List<ObjectNode> bodies = new ArrayList<>();
      bodies.add(withKeys(entity.body().deepCopy()));
      bodies.add(withKeys(entity.body().deepCopy()).put("name", 7).put("items", 7));
      bodies.add(withKeys(entity.body().deepCopy()).put("name", "x".repeat(2 * SMALL)));
      for (ObjectNode body : bodies) {
        for (boolean asked : new boolean[] {false, true}) {
          Struct value =
              (Struct)
                  records(SMALL, asked)
                      .entity(Samples.entity(entity.feed(), body))
                      .at(Map.of(), Map.of())
                      .value();
          assertThat(FieldTable.json(value).toString()).doesNotContain("c0ffee");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"struct", "flat", "json"})
  void noFormatBringsAKeyToARecord(String format) {
    RecordForm form = RecordForm.usual("c").with(ValueFormat.named(format, "", "all=a:json"));
    RecordFactory made =
        new RecordFactory(form, () -> Generation.V4, Clock.systemUTC(), SMALL, false);
    List<SourceRecord> all = new ArrayList<>();
    for (String more : List.of("{}", "{\"time\":7}", "{\"fCnt\":1,\"new\":{\"a\":2}}")) {
      String body = withKeys((ObjectNode) FieldTable.json(more)).toString();
      for (String kind : List.of("up", "join", "log", "new")) {
        LogEntry event = Samples.entry(LogKind.EVENTS, kind, Instant.EPOCH, "1-0", body);
        all.add(record(made, event));
      }
      LogEntry frame = Samples.entry(LogKind.FRAMES, "x", Instant.EPOCH, "1-0", body);
      all.add(record(made, frame));
    }
    for (Entity entity : Samples.entities()) {
      ObjectNode body = withKeys(entity.body().deepCopy());
      all.add(made.entity(Samples.entity(entity.feed(), body)).at(Map.of(), Map.of()));
    }
    for (SourceRecord record : all) {
      byte[] bytes =
          ConvertersTest.json(false)
              .fromConnectData(record.topic(), record.valueSchema(), record.value());
      assertThat(new String(bytes, StandardCharsets.UTF_8)).doesNotContain("c0ffee");
    }
  }

  @Test
  void aKeyThatIsAskedForIsRead() {
    ObjectNode body = (ObjectNode) FieldTable.json("{}");
    body.putObject("joinServerContext").putObject("appSKey").put("aesKey", "AQID");
    LogEntry entry = Samples.entry(LogKind.EVENTS, "up", Instant.EPOCH, "1-0", body.toString());
    Struct asked = (Struct) record(records(SMALL, true), entry).value();
    assertThat(asked.getStruct("join_server_context").getStruct("app_s_key").getBytes("aes_key"))
        .containsExactly(1, 2, 3);
    Struct usual = (Struct) record(records, entry).value();
    assertThat(usual.getStruct("join_server_context").get("app_s_key")).isNull();
    assertThat(usual.get("unknown_fields")).isNull();
  }

  /**
   * A codec's output, tags and a gateway's metadata are the users' own, whatever they are called.
   */
  @Test
  void whatUsersCallAKeyStays() {
    String body =
        "{\"deviceInfo\":{\"tags\":{\"key\":\"a\"}},\"object\":{\"token\":1},\"fCnt\":-1}";
    LogEntry entry = Samples.entry(LogKind.EVENTS, "up", Instant.EPOCH, "1-0", body);
    assertThat(((Struct) record(records, entry).value()).get("body"))
        .isEqualTo(CanonicalJson.ofText(body));
  }

  @Test
  void textWithoutAKeyIsPassedOnAsItIsAndTextThatIsNoJsonOnlyIfItNamesNone() {
    for (String text :
        List.of("", "not JSON", "{\"a\": 1.50, \"sessionKeyId\":\"x\"}", "[\"key\"]")) {
      assertThat(Secrets.removedFrom(text)).isEqualTo(text);
    }
    assertThat(Secrets.removedFrom("{\"a\":1.50,\"appSKey\":\"x\"}")).isEqualTo("{\"a\":1.50}");
    assertThat(Secrets.removedFrom("{\"appSKey\":\"x\",")).isEmpty();
    JsonNode tree = FieldTable.json("[{\"a\":{\"Nwk_Key\":1,\"b\":2}}]");
    assertThat(Secrets.removeFrom(tree)).containsExactly("Nwk_Key");
    assertThat(tree.toString()).isEqualTo("[{\"a\":{\"b\":2}}]");
  }
}
