package io.github.chirpconnect.record;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.golden.RecordedEntries;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/** Every recorded entry, and one of each schema that no recording has. */
public final class AllRecords {
  private AllRecords() {}

  /**
   * @param format the source's {@code value.format}
   */
  public static List<SourceRecord> of(String format) {
    return of(FormatsTest.factory(format));
  }

  static List<SourceRecord> of(RecordFactory records) {
    List<SourceRecord> all = new ArrayList<>();
    for (LogEntry entry : RecordedEntries.entries()) {
      all.add(records.entry(entry, null, Map.of(), Map.of()));
    }
    for (String kind : List.of("integration", "up")) {
      all.add(
          records.entry(
              Samples.entry(LogKind.EVENTS, kind, Instant.EPOCH, "1-0", "[]"),
              null,
              Map.of(),
              Map.of()));
    }
    all.add(
        records.entry(
            Samples.entry(LogKind.EVENTS, "log", null, "1-0", "{\"new\":[1]}"),
            null,
            Map.of(),
            Map.of()));
    Samples.entities().forEach(entity -> all.add(records.entity(entity).at(Map.of(), Map.of())));
    all.add(
        records
            .entity(
                Samples.entity(
                    Feed.TENANTS, JsonNodeFactory.instance.objectNode().put("name", true)))
            .at(Map.of(), Map.of()));
    for (String kind : List.of("up", "status")) {
      all.addAll(EntryRecordsTest.rows(kind, records));
    }
    all.addAll(DownlinkRowsTest.rows(records));
    Samples.metrics().forEach(row -> all.add(records.metric(row, Map.of(), Map.of())));
    for (String body : List.of("{\"phy_payload\":null}", "[]")) {
      all.add(
          records.entry(
              Samples.entry(LogKind.GATEWAY_FRAMES, "Proprietary", Instant.EPOCH, "1-0", body),
              null,
              Map.of(),
              Map.of()));
    }
    return all;
  }
}
