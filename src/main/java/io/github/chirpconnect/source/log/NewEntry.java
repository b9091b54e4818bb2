package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.source.handover.Handed;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.offset.Positions;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/** An entry of a log that is passed on to Connect. */
final class NewEntry implements Handed {
  private final ReplayFilter.Passed passed;
  private final Positions positions;
  private final RecordFactory records;
  private final SourceMetrics metrics;

  NewEntry(
      ReplayFilter.Passed passed,
      Positions positions,
      RecordFactory records,
      SourceMetrics metrics) {
    this.passed = passed;
    this.positions = positions;
    this.records = records;
    this.metrics = metrics;
  }

  /** About how much heap an entry holds. */
  static long bytes(LogEntry entry) {
    return (long) OVERHEAD + entry.text().length();
  }

  @Override
  public long bytes() {
    return bytes(passed.entry());
  }

  @Override
  public void addTo(List<SourceRecord> batch) {
    LogEntry entry = passed.entry();
    Map<String, String> partition = PositionShape.of(entry.log()).partition(entry.devEui());
    Map<String, String> offset = positions.delivered(entry.devEui(), entry.log(), passed.ids());
    SourceRecord record;
    try {
      record = records.entry(entry, passed.gap(), partition, offset);
    } catch (RuntimeException e) {
      throw new ConnectException(
          "Entry "
              + entry.id().text()
              + " of the "
              + PositionShape.field(entry.log())
              + " log of "
              + PositionShape.of(entry.log())
              + " "
              + entry.devEui()
              + " cannot be turned into a record: "
              + e.getMessage(),
          e);
    }
    batch.add(record);
    metrics.entry(record.timestamp());
  }
}
