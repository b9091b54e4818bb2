package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.record.EntryRecords;
import io.github.chirpconnect.source.handover.Handed;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.offset.Positions;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/** An entry of a log to be handed to Connect, with all records that are made of it. */
final class NewEntry implements Handed {
  private final ReplayFilter.Passed passed;
  private final Positions positions;
  private final EntryRecords records;
  private final SourceMetrics metrics;

  NewEntry(
      ReplayFilter.Passed passed,
      Positions positions,
      EntryRecords records,
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
    try {
      add(entry, batch);
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
  }

  /**
   * The last record carries the position behind the entry; the ones before it say that the entry is
   * not complete. So whichever record is the last to reach Kafka, exactly those after it come
   * again. An entry without records moves the position with the device's next entry.
   */
  private void add(LogEntry entry, List<SourceRecord> batch) {
    EntryRecords.Parts made = records.of(entry, passed.gap(), passed.ids().size() == 1);
    List<EntryRecords.Part> parts = toDeliver(entry, made.parts());
    Map<String, String> partition = PositionShape.of(entry.log()).partition(entry.devEui());
    int last = parts.size() - 1;
    for (EntryRecords.Part part : parts.subList(0, Math.max(0, last))) {
      batch.add(
          part.record(
              partition, positions.deliveredPart(entry.devEui(), entry.id(), part.place())));
    }
    Map<String, String> offset = positions.delivered(entry.devEui(), entry.log(), passed.ids());
    if (last >= 0) {
      SourceRecord record = parts.get(last).record(partition, offset);
      batch.add(record);
      metrics.entry(record.timestamp());
    }
    metrics.measurements(count(parts, Feed.MEASUREMENTS), made.leftOut());
    metrics.downlinks(count(parts, Feed.DOWNLINKS));
  }

  private static long count(List<EntryRecords.Part> parts, Feed feed) {
    return parts.stream().filter(part -> part.feed() == feed).count();
  }

  /** Leaves out the records that were delivered before the task was started. */
  private List<EntryRecords.Part> toDeliver(LogEntry entry, List<EntryRecords.Part> parts) {
    int delivered =
        entry.log() == LogKind.EVENTS ? positions.partDelivered(entry.devEui(), entry.id()) : -1;
    return delivered < 0 ? parts : parts.stream().filter(part -> part.place() > delivered).toList();
  }
}
