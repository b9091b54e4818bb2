package io.github.chirpconnect.record;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.record.key.Key;
import io.github.chirpconnect.record.measurement.Measurements;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records that an entry of a log becomes: its own, if its feed is wanted, and the rows that are
 * derived from it. Safe for use by many threads.
 */
public final class EntryRecords {
  private static final Logger LOG = LoggerFactory.getLogger(EntryRecords.class);

  private static final int NAME_SHOWN = 100;
  private static final int NOTED_MAX = 1_000;

  /** The place of an entry's own record. */
  private static final int ITSELF = 0;

  private final RecordFactory records;
  private final boolean events;
  private final Optional<Measurements> measurements;

  /** By device, of entries that made no rows: it is one before the device's next row as well. */
  private final Map<String, String> gaps = new ConcurrentHashMap<>();

  /** Rows that were left out, as far as was said. */
  private final Set<String> noted = ConcurrentHashMap.newKeySet();

  /** One of the records that an entry becomes. */
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

    /**
     * Rises from part to part, and is the same whenever the entry is read, with gaps or without.
     */
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
   * What an entry becomes.
   *
   * @param parts by their places; none where nothing of it is wanted
   * @param leftOut how many rows more there would be if there was no limit
   */
  public record Parts(List<Part> parts, int leftOut) {}

  /**
   * @param events whether events are wanted themselves; frames are whenever they are read
   */
  public EntryRecords(RecordFactory records, boolean events, Optional<Measurements> measurements) {
    this.records = records;
    this.events = events;
    this.measurements = measurements;
  }

  /**
   * @param gap what is missing before it, as the header {@code chirpstack.gap} says it; null when
   *     nothing is
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
    String message =
        "The measurement {} of uplink {} of device {} is left out: its name has more than {} characters, or its record would be larger"
            + " than record.max.bytes";
    String shown = name.length() > NAME_SHOWN ? name.substring(0, NAME_SHOWN) + "…" : name;
    Object[] arguments = {shown, entry.id().text(), entry.devEui(), Measurements.LONGEST_NAME};
    if (noted.size() < NOTED_MAX && noted.add(entry.devEui() + shown)) {
      LOG.warn(message, arguments);
    } else {
      LOG.debug(message, arguments);
    }
  }
}
