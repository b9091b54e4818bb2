package io.github.chirpconnect.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.record.RecordForm;
import io.github.chirpconnect.record.format.ValueFormat;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;

/** What a recorded uplink costs as a record in each form, beside the struct. */
final class FormatBenchmark {
  private static final int WARM_UPS = 5;
  private static final int ROUNDS = 9;
  private static final int RECORDS = 20_000;
  private static final int RECORD_BYTES = 900_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private FormatBenchmark() {}

  static void run() throws Exception {
    List<LogEntry> uplinks = uplinks();
    for (boolean written : new boolean[] {false, true}) {
      for (String format : List.of("flat", "json")) {
        Benchmarks.print(
            "struct and " + format + (written ? ", written as JSON, ns" : ", ns"),
            Comparison.of(
                WARM_UPS,
                ROUNDS,
                () -> nanos(uplinks, "struct", written),
                () -> nanos(uplinks, format, written)));
      }
    }
  }

  private static List<LogEntry> uplinks() {
    List<LogEntry> uplinks = new ArrayList<>();
    for (Golden.Call call : Golden.calls("v4/streams.jsonl")) {
      if (call.method().endsWith("/StreamDeviceEvents")) {
        call.messages().forEach(message -> add(message.json(), uplinks));
      }
    }
    if (uplinks.isEmpty()) {
      throw new IllegalStateException("no uplinks were recorded");
    }
    return uplinks;
  }

  private static void add(JsonNode item, List<LogEntry> uplinks) {
    if (item.path("description").asText().equals("up")) {
      uplinks.add(
          new LogEntry(
              "0102030405060708",
              LogKind.EVENTS,
              EntryId.parse(item.path("id").asText()),
              Instant.parse(item.path("time").asText()),
              "up",
              item.path("body").asText(),
              Map.of(),
              FormatBenchmark::parse));
    }
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** For each record, from the entry's text. */
  private static double nanos(List<LogEntry> uplinks, String format, boolean written) {
    RecordFactory records =
        new RecordFactory(
            RecordForm.usual("bench").with(ValueFormat.named(format, "io.debezium.data.Json", "")),
            () -> Generation.V4,
            Clock.systemUTC(),
            RECORD_BYTES,
            false);
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", false), false);
    long bytes = 0;
    long start = System.nanoTime();
    for (int i = 0; i < RECORDS; i++) {
      SourceRecord record =
          records.entry(uplinks.get(i % uplinks.size()), null, Map.of(), Map.of());
      bytes +=
          written
              ? converter.fromConnectData(record.topic(), record.valueSchema(), record.value())
                  .length
              : 1;
    }
    double nanos = (double) (System.nanoTime() - start) / RECORDS;
    if (bytes < RECORDS) {
      throw new IllegalStateException("records are missing");
    }
    return nanos;
  }
}
