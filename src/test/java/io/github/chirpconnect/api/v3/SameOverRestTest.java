package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsResponse;
import io.github.chirpconnect.record.RecordFactory;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** An entry that was recorded over gRPC and over REST is the same record, whichever way it came. */
class SameOverRestTest {
  private static final String DEVICE = "0102030405060708";

  private final RecordFactory records =
      new RecordFactory(
          "c",
          () -> Generation.V3,
          Clock.fixed(Instant.parse("2026-11-24T14:00:00Z"), ZoneOffset.UTC),
          Long.MAX_VALUE);

  @Test
  void anEvent() throws IOException {
    Map<String, SourceRecord> overGrpc = new HashMap<>();
    for (Golden.Call call : Recorded.of(Recorded.EVENTS).toList()) {
      for (Golden.Message message : call.messages()) {
        put(
            overGrpc,
            ProtoMapping.event(DEVICE, StreamDeviceEventLogsResponse.parseFrom(message.bytes())));
      }
    }
    Map<String, SourceRecord> overRest = new HashMap<>();
    for (JsonNode result : linesOf("/events")) {
      put(
          overRest,
          ProtoMapping.event(
              DEVICE, read(result, StreamDeviceEventLogsResponse.newBuilder()).build()));
    }
    assertSame(overGrpc, overRest, 10);
  }

  @Test
  void aFrame() throws IOException {
    Map<String, SourceRecord> overGrpc = new HashMap<>();
    for (Golden.Call call : Recorded.of(Recorded.FRAMES).toList()) {
      for (Golden.Message message : call.messages()) {
        put(
            overGrpc,
            ProtoMapping.frame(DEVICE, StreamDeviceFrameLogsResponse.parseFrom(message.bytes())));
      }
    }
    Map<String, SourceRecord> overRest = new HashMap<>();
    for (JsonNode result : linesOf("/frames")) {
      put(
          overRest,
          ProtoMapping.frame(
              DEVICE, read(result, StreamDeviceFrameLogsResponse.newBuilder()).build()));
    }
    assertSame(overGrpc, overRest, 1);
  }

  private void put(Map<String, SourceRecord> byId, LogEntry entry) {
    byId.put(entry.id().text(), records.entry(entry, null, Map.of(), Map.of()));
  }

  private static void assertSame(
      Map<String, SourceRecord> overGrpc, Map<String, SourceRecord> overRest, int atLeast) {
    overRest.keySet().retainAll(overGrpc.keySet());
    assertThat(overRest).as("recorded both ways").hasSizeGreaterThanOrEqualTo(atLeast);
    assertThat(overRest)
        .allSatisfy((id, record) -> assertThat(record).as(id).isEqualTo(overGrpc.get(id)));
  }

  private static List<JsonNode> linesOf(String pathEnd) {
    return Golden.lines("v3/rest.jsonl").stream()
        .filter(call -> call.path("path").asText().endsWith(pathEnd))
        .flatMap(
            call -> {
              List<JsonNode> results = new ArrayList<>();
              call.path("lines")
                  .forEach(
                      line -> {
                        String text = line.path("text").asText();
                        if (text.startsWith("{\"result\":")) {
                          results.add(Json.read(text).path("result"));
                        }
                      });
              return results.stream();
            })
        .toList();
  }

  private static <B extends Message.Builder> B read(JsonNode result, B builder) throws IOException {
    JsonFormat.parser().merge(result.toString(), builder);
    return builder;
  }
}
