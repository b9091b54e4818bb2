package io.github.chirpconnect.record;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.common.LogOnce;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.derived.DerivedRow;
import io.github.chirpconnect.record.derived.DerivedRows;
import io.github.chirpconnect.record.derived.RowMaker;
import io.github.chirpconnect.record.key.Key;
import io.github.chirpconnect.record.measurement.Measurements;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private static final int KEY_SHOWN = 120;

  /** The place of an entry's own record. */
  private static final int ITSELF = 0;

  private final RecordFactory records;
  private final boolean events;
  private final List<Derived> derived;

  /** By feed and key. */
  private final LogOnce tooLong = new LogOnce(LOG);

  /**
   * A derived feed.
   *
   * @param gaps by device, for entries without rows: such a gap also precedes the device's next row
   */
  private record Derived(RowMaker maker, Map<String, String> gaps) {}

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

    /** Its dataset: the entry's own, or one that is derived from it. */
    public Feed feed() {
      return mapped.feed();
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
   * @param derived the derived feeds that are wanted; in the order of the places of their rows of
   *     the same event
   */
  public EntryRecords(RecordFactory records, boolean events, List<RowMaker> derived) {
    this.records = records;
    this.events = events;
    this.derived =
        derived.stream().map(maker -> new Derived(maker, new ConcurrentHashMap<>())).toList();
  }

  /**
   * @param gap the header {@code chirpstack.gap}; null if nothing is missing before the entry
   * @param first whether no entry of the log was read before, so that nothing is known of those
   *     before it
   */
  public Parts of(LogEntry entry, String gap, boolean first) {
    boolean isEvent = entry.log() == LogKind.EVENTS;
    if (isEvent) {
      derived.forEach(feed -> feed.maker().next(entry, gap == null && !first));
    }
    if (isEvent && gap != null) {
      derived.forEach(feed -> feed.gaps().put(entry.devEui(), gap));
    }
    List<Derived> wanted =
        isEvent
            ? derived.stream().filter(feed -> feed.maker().isMadeOf(entry)).toList()
            : List.of();
    boolean itself = events || !isEvent;
    if (!itself && wanted.isEmpty()) {
      return new Parts(List.of(), 0);
    }
    Mapped mapped = records.map(entry, gap);
    List<Part> parts = new ArrayList<>();
    if (itself) {
      parts.add(new Part(entry, gap, ITSELF, mapped, Key.of(mapped.feed(), entry.devEui())));
    }
    int leftOut = 0;
    for (Derived feed : wanted) {
      leftOut += addRows(feed, entry, mapped, parts);
    }
    return new Parts(parts, leftOut);
  }

  /** Returns how many rows are left out. */
  private int addRows(Derived feed, LogEntry entry, Mapped event, List<Part> parts) {
    String gap = feed.gaps().get(entry.devEui());
    DerivedRows rows = feed.maker().of(event, gap);
    if (!rows.all().isEmpty()) {
      feed.gaps().remove(entry.devEui());
    }
    int leftOut = rows.leftOut();
    for (DerivedRow row : rows.all()) {
      if (feed.maker().isIndexable(row) && records.fits(row.mapped(), entry)) {
        parts.add(new Part(entry, gap, row.place(), row.mapped(), row.key()));
      } else {
        leftOut++;
        note(entry, row);
      }
    }
    return leftOut;
  }

  private void note(LogEntry entry, DerivedRow row) {
    String key = row.key().text();
    String shown = key.length() > KEY_SHOWN ? key.substring(0, KEY_SHOWN) + "…" : key;
    tooLong.warn(
        row.mapped().feed() + shown,
        "The record {} of the feed {}, made of the event {} of device {}, is left out: its name has more than {} characters, or it"
            + " would be larger than record.max.bytes",
        shown,
        row.mapped().feed(),
        entry.id().text(),
        entry.devEui(),
        Measurements.LONGEST_NAME);
  }
}
