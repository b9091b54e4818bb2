package io.github.chirpconnect.record;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.common.WarnOnce;
import io.github.chirpconnect.record.key.Key;
import io.github.chirpconnect.record.measurement.Measurements;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the records of a log entry: its own, if its feed is wanted, and the rows that are derived
 * from it. Safe for use by many threads.
 */
public final class EntryRecords {
  private static final Logger LOG = LoggerFactory.getLogger(EntryRecords.class);

  private static final int NAME_SHOWN = 100;

  /** The place of an entry's own record. */
  private static final int ITSELF = 0;

  private final RecordFactory records;
  private final boolean events;
  private final Optional<Measurements> measurements;

  /** By device, for entries without rows: such a gap also precedes the device's next row. */
  private final Map<String, String> gaps = new ConcurrentHashMap<>();

  /** By device and name. */
  private final WarnOnce tooLong = new WarnOnce(LOG);

  /** One of the records of an entry. */
  public final class Part {
    private final LogEntry entry;
    private final String gap;
    private final int place;
    private final Mapped mapped;
    private final Key key;

    private Part(LogEntry entry, String gap, int place, Mapped mapped, Key key) {
      this.entry = entry;
      this.gap = gap;
      this.place = place;
      this.mapped = mapped;
      this.key = key;
    }

    /** Increases from part to part, and is the same whenever the entry is read. */
    public int place() {
      return place;
    }

    /** Whether it is a row of measurements, and not the entry's own record. */
    public boolean isRow() {
      return place != ITSELF;
    }

    public SourceRecord record(Map<String, String> partition, Map<String, String> offset) {
      return records.entry(entry, mapped, key, gap, partition, offset);
    }
  }

  /**
   * The records of an entry.
   *
   * @param parts in the order of their places; none if nothing of the entry is wanted
   * @param leftOut the number of rows that exceed the limit
   */
  public record Parts(List<Part> parts, int leftOut) {}

  /**
   * @param events whether the events themselves are wanted; frames always are when they are read
   */
  public EntryRecords(RecordFactory records, boolean events, Optional<Measurements> measurements) {
    this.records = records;
    this.events = events;
    this.measurements = measurements;
  }

  /**
   * @param gap the header {@code chirpstack.gap}; null if nothing is missing before the entry
   */
  public Parts of(LogEntry entry, String gap) {
    boolean measured = measurements.isPresent() && entry.log() == LogKind.EVENTS;
    boolean rows = measured && Measurements.isMadeOf(entry.kind());
    boolean itself = events || entry.log() != LogKind.EVENTS;
    if (measured && gap != null) {
      gaps.put(entry.devEui(), gap);
    }
    if (!itself && !rows) {
      return new Parts(List.of(), 0);
    }
    Mapped mapped = records.map(entry, gap);
    List<Part> parts = new ArrayList<>();
    if (itself) {
      parts.add(new Part(entry, gap, ITSELF, mapped, Key.of(mapped.feed(), entry.devEui())));
    }
    return rows ? withRows(entry, mapped, parts) : new Parts(parts, 0);
  }

  private Parts withRows(LogEntry entry, Mapped event, List<Part> parts) {
    String gap = gaps.get(entry.devEui());
    Measurements.Rows rows = measurements.orElseThrow().of(event, gap);
    if (!rows.all().isEmpty()) {
      gaps.remove(entry.devEui());
    }
    int leftOut = rows.leftOut();
    for (Measurements.Row row : rows.all()) {
      String name = row.mapped().value().getString("name");
      if (name.length() <= Measurements.LONGEST_NAME && records.fits(row.mapped(), entry)) {
        parts.add(new Part(entry, gap, row.place(), row.mapped(), row.key()));
      } else {
        leftOut++;
        note(entry, name);
      }
    }
    return new Parts(parts, leftOut);
  }

  private void note(LogEntry entry, String name) {
    String shown = name.length() > NAME_SHOWN ? name.substring(0, NAME_SHOWN) + "…" : name;
    tooLong.warn(
        entry.devEui() + shown,
        "The measurement {} of uplink {} of device {} is left out: its name has more than {} characters, or its record would be larger"
            + " than record.max.bytes",
        shown,
        entry.id().text(),
        entry.devEui(),
        Measurements.LONGEST_NAME);
  }
}
