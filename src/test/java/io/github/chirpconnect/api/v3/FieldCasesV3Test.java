package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.Timestamp;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
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
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Events as networks with v3 make them become the records that they should. */
class FieldCasesV3Test {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00.123Z");

  private final RecordFactory records =
      new RecordFactory("c", () -> Generation.V3, Clock.fixed(NOW, ZoneOffset.UTC), Long.MAX_VALUE);

  /** With the ids of 3.17.2, and without any, as before. */
  static Stream<Arguments> cases() {
    return FieldCase.of(Generation.V3, NOW).stream()
        .flatMap(
            given ->
                List.of(NOW.toEpochMilli() + 7 + "-0", "").stream()
                    .map(id -> Arguments.of(given, id)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theRecordSaysWhatHappened(FieldCase given, String id) {
    Instant time = given.time();
    StreamDeviceEventLogsResponse event =
        StreamDeviceEventLogsResponse.newBuilder()
            .setType(given.kind())
            .setPayloadJson(given.body())
            .setStreamId(id)
            .setPublishedAt(
                Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()))
            .build();
    LogEntry entry = ProtoMapping.event("0102030405060708", event);
    SourceRecord record = records.entry(entry, null, Map.of(), Map.of());
    Struct value = (Struct) record.value();
    assertThat(record.topic()).as(value.toString()).isEqualTo("c.device." + given.kind());
    given.assertRecord(
        FieldTable.json(value), Instant.ofEpochMilli(record.timestamp()), entry.id().text());
  }

  /** As {@code FieldCasesV4Test} does of what v4 says of the same. */
  @Test
  void whatACodecReturnedHasTheFormThatItHasOfV4() {
    CodecObject.all()
        .forEach(
            said -> {
              StreamDeviceEventLogsResponse event =
                  StreamDeviceEventLogsResponse.newBuilder()
                      .setType("up")
                      .setPayloadJson(
                          JsonNodeFactory.instance
                              .objectNode()
                              .put("objectJSON", said.v3())
                              .toString())
                      .build();
              LogEntry entry = ProtoMapping.event("0102030405060708", event);
              Struct value = (Struct) records.entry(entry, null, Map.of(), Map.of()).value();
              assertThat(value.getString("object")).isEqualTo(said.canonical());
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "join", "ack", "txack", "error", "status", "location"})
  void whatAnEventLeavesOutIsNoNullList(String kind) {
    LogEntry entry =
        ProtoMapping.event(
            "0102030405060708",
            StreamDeviceEventLogsResponse.newBuilder().setType(kind).setPayloadJson("{}").build());
    SourceRecord record = records.entry(entry, null, Map.of(), Map.of());
    assertThat(record.topic()).doesNotEndWith("unreadable");
    NoNullLists.assertIn((Struct) record.value());
  }
}
