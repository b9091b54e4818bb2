package io.github.chirpconnect.api.v4;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.record.CodecObject;
import io.github.chirpconnect.record.FieldCase;
import io.github.chirpconnect.record.FieldTable;
import io.github.chirpconnect.record.NoNullLists;
import io.github.chirpconnect.record.RecordFactory;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events as networks with v4 make them become the records that they should. */
class FieldCasesV4Test {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00.123Z");

  private final RecordFactory records =
      new RecordFactory("c", () -> Generation.V4, Clock.fixed(NOW, ZoneOffset.UTC), Long.MAX_VALUE);

  static List<FieldCase> cases() {
    return FieldCase.of(Generation.V4, NOW);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theRecordSaysWhatHappened(FieldCase given) {
    LogItem item =
        LogItem.newBuilder()
            .setId(NOW.toEpochMilli() + 7 + "-0")
            .setTime(ProtoMapping.timestamp(given.time()))
            .setDescription(given.kind())
            .setBody(given.body())
            .build();
    LogEntry entry = ProtoMapping.entry(LogKind.EVENTS, "0102030405060708", item);
    SourceRecord record = records.entry(entry, null, Map.of(), Map.of());
    Struct value = (Struct) record.value();
    assertThat(record.topic()).as(value.toString()).isEqualTo("c.device." + given.kind());
    given.assertRecord(
        FieldTable.json(value), Instant.ofEpochMilli(record.timestamp()), item.getId());
  }

  /** As {@code FieldCasesV3Test} does of what v3 says of the same. */
  @Test
  void whatACodecReturnedHasTheFormThatItHasOfV3() {
    CodecObject.all()
        .forEach(
            said -> {
              LogItem item =
                  LogItem.newBuilder()
                      .setId("1-0")
                      .setDescription("up")
                      .setBody("{\"object\":" + said.v4() + "}")
                      .build();
              LogEntry entry = ProtoMapping.entry(LogKind.EVENTS, "0102030405060708", item);
              Struct value = (Struct) records.entry(entry, null, Map.of(), Map.of()).value();
              assertThat(value.getString("object")).isEqualTo(said.canonical());
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "join", "ack", "txack", "log", "status", "location"})
  void whatAnEventLeavesOutIsNoNullList(String kind) {
    LogEntry entry =
        ProtoMapping.entry(
            LogKind.EVENTS,
            "0102030405060708",
            LogItem.newBuilder().setId("1-0").setDescription(kind).setBody("{}").build());
    SourceRecord record = records.entry(entry, null, Map.of(), Map.of());
    assertThat(record.topic()).doesNotEndWith("unreadable");
    NoNullLists.assertIn((Struct) record.value());
  }
}
