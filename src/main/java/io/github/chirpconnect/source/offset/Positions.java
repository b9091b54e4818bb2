package io.github.chirpconnect.source.offset;

import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Shape;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * How far the logs and series of each device or gateway were read, as {@link EntryIds} and {@link
 * SeriesPosition}: once for what was put into the queue, from where a stream that is opened again
 * goes on; once for what was delivered to Connect, which is what offsets say. Thread-safe.
 */
public final class Positions {
  /** Of one device or gateway. There are many: what it has no series of costs nothing. */
  private static final class Position {
    private Map<LogKind, EntryIds> read = Map.of();
    private Map<LogKind, EntryIds> delivered = Map.of();
    private Map<Feed, SeriesPosition> seriesRead = Map.of();
    private Map<Feed, SeriesPosition> seriesDelivered = Map.of();

    /** What was delivered of the event behind those, if that is not all of it; else null. */
    private EntryPart partDelivered;

    private boolean isDelivered() {
      return !delivered.isEmpty() || !seriesDelivered.isEmpty() || partDelivered != null;
    }

    /** Keeps one map of ids instead of two equal ones, as it is while nothing is in the queue. */
    private void share() {
      if (delivered.equals(read)) {
        delivered = read;
      }
    }

    /** The offset from now on. */
    private Map<String, String> offset() {
      return new PositionOffset(delivered, partDelivered, seriesDelivered);
    }
  }

  /**
   * The offset of a device or gateway. Each record has one, Connect stores the last one of many,
   * and its text can be thousands of characters long; so the text is made when it is read.
   */
  private static final class PositionOffset extends AbstractMap<String, String> {
    private final Map<LogKind, EntryIds> logs;
    private final EntryPart part;
    private final Map<Feed, SeriesPosition> series;

    private PositionOffset(
        Map<LogKind, EntryIds> logs, EntryPart part, Map<Feed, SeriesPosition> series) {
      this.logs = logs;
      this.part = part;
      this.series = series;
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
      Map<String, String> texts = new HashMap<>();
      logs.forEach((log, ids) -> texts.put(PositionShape.field(log), ids.text()));
      if (part != null) {
        texts.put(PositionShape.PART_OF_EVENT, part.text());
      }
      series.forEach((feed, position) -> texts.put(PositionShape.field(feed), position.text()));
      return texts.entrySet();
    }
  }

  private final OffsetStorageReader reader;
  private final Map<PositionShape, Map<String, Position>> owners =
      new EnumMap<>(PositionShape.class);

  /**
   * @param reader Connect's, of what is stored
   */
  public Positions(OffsetStorageReader reader) {
    this.reader = reader;
    for (PositionShape shape : PositionShape.values()) {
      owners.put(shape, new ConcurrentHashMap<>());
    }
  }

  /**
   * Reads the offsets that are not known yet in one request, since each request costs a round trip
   * to Kafka. Blocks.
   *
   * @throws org.apache.kafka.connect.errors.ConnectException when they cannot be read or are not
   *     this connector's
   */
  public void load(PositionShape shape, Collection<String> ids) {
    Map<String, Position> known = owners.get(shape);
    List<Map<String, String>> partitions = new ArrayList<>();
    for (String id : ids) {
      if (!known.containsKey(id)) {
        partitions.add(shape.partition(id));
      }
    }
    if (partitions.isEmpty()) {
      return;
    }
    Map<Map<String, String>, Map<String, Object>> offsets = reader.offsets(partitions);
    for (Map<String, String> partition : partitions) {
      known.put(shape.owner(partition), position(shape, partition, offsets.get(partition)));
    }
  }

  private static Position position(
      PositionShape shape, Map<String, String> partition, Map<String, Object> offset) {
    Position position = new Position();
    if (offset == null) {
      return position;
    }
    shape.check(partition, offset);
    for (LogKind log : LogKind.values()) {
      if (PositionShape.of(log) == shape
          && offset.get(PositionShape.field(log)) instanceof String text) {
        EntryIds ids = EntryIdText.read(text);
        position.read = with(position.read, log, ids);
        position.delivered = position.read;
      }
    }
    if (offset.get(PositionShape.PART_OF_EVENT) instanceof String text) {
      position.partDelivered = EntryPart.read(text);
    }
    Map<Feed, SeriesPosition> series = Map.of();
    for (Feed feed : Feed.values()) {
      if (feed.shape() == Shape.SERIES
          && PositionShape.ofSeries(feed) == shape
          && offset.get(PositionShape.field(feed)) instanceof String text) {
        series = with(series, feed, SeriesPosition.read(text));
      }
    }
    position.seriesRead = series;
    position.seriesDelivered = series;
    return position;
  }

  /** Where a log goes on. */
  public EntryIds read(String owner, LogKind log) {
    Position position = of(owner, log);
    synchronized (position) {
      return position.read.getOrDefault(log, EntryIds.NONE);
    }
  }

  /** An entry was put into the queue, or more was learned of those that were. */
  public void advance(String owner, LogKind log, EntryIds ids) {
    Position position = of(owner, log);
    synchronized (position) {
      position.read = with(position.read, log, ids);
      EntryIds delivered = position.delivered.get(log);
      if (delivered != null) {
        position.delivered = with(position.delivered, log, delivered.orTheSame(ids));
        position.share();
      }
    }
  }

  /**
   * An entry is delivered to Connect, with all records that are made of it; returns the owner's
   * offset from now on.
   */
  public Map<String, String> delivered(String owner, LogKind log, EntryIds ids) {
    Position position = of(owner, log);
    synchronized (position) {
      EntryIds delivered = ids.orTheSame(position.read.get(log));
      position.delivered = with(position.delivered, log, delivered);
      position.share();
      if (log == LogKind.EVENTS) {
        position.partDelivered = null;
      }
      return position.offset();
    }
  }

  /**
   * A device's event is delivered up to the record of this place, and more is to come; returns the
   * device's offset from now on.
   */
  public Map<String, String> deliveredPart(String devEui, EntryId event, int place) {
    Position position = of(devEui, LogKind.EVENTS);
    synchronized (position) {
      position.partDelivered = EntryPart.of(event, place);
      return position.offset();
    }
  }

  /** The place up to which an event was delivered before; -1 where nothing of it was. */
  public int partDelivered(String devEui, EntryId event) {
    Position position = of(devEui, LogKind.EVENTS);
    synchronized (position) {
      EntryPart part = position.partDelivered;
      return part != null && part.isOf(event) ? part.place() : -1;
    }
  }

  /** Where the series of a feed go on. */
  public SeriesPosition read(String owner, Feed feed) {
    Position position = of(owner, feed);
    synchronized (position) {
      return position.seriesRead.getOrDefault(feed, SeriesPosition.NONE);
    }
  }

  /** The rows of buckets up to this one were put into the queue. */
  public void advance(String owner, Feed feed, Aggregation aggregation, BucketPosition to) {
    Position position = of(owner, feed);
    synchronized (position) {
      position.seriesRead = with(position.seriesRead, feed, aggregation, to);
    }
  }

  /** A row is delivered to Connect; returns the owner's offset from now on. */
  public Map<String, String> delivered(
      String owner, Feed feed, Aggregation aggregation, BucketPosition to) {
    Position position = of(owner, feed);
    synchronized (position) {
      position.seriesDelivered = with(position.seriesDelivered, feed, aggregation, to);
      return position.offset();
    }
  }

  private static Map<Feed, SeriesPosition> with(
      Map<Feed, SeriesPosition> series, Feed feed, Aggregation aggregation, BucketPosition to) {
    SeriesPosition before = series.getOrDefault(feed, SeriesPosition.NONE);
    return with(series, feed, before.with(aggregation, to));
  }

  /** A copy, and small: a device has one log that is read, seldom two. */
  private static Map<LogKind, EntryIds> with(
      Map<LogKind, EntryIds> logs, LogKind log, EntryIds ids) {
    if (logs.isEmpty() || (logs.size() == 1 && logs.containsKey(log))) {
      return Map.of(log, ids);
    }
    Map<LogKind, EntryIds> changed = new EnumMap<>(logs);
    changed.put(log, ids);
    return changed;
  }

  /** A copy: offsets that were handed out stay as they are. */
  private static Map<Feed, SeriesPosition> with(
      Map<Feed, SeriesPosition> series, Feed feed, SeriesPosition position) {
    Map<Feed, SeriesPosition> changed = new HashMap<>(series);
    changed.put(feed, position);
    return Map.copyOf(changed);
  }

  /** Forgets a device or gateway; returns whether Connect has an offset of it. */
  public boolean forget(PositionShape shape, String owner) {
    Position position = owners.get(shape).remove(owner);
    if (position == null) {
      return false;
    }
    synchronized (position) {
      return position.isDelivered();
    }
  }

  private Position of(String owner, LogKind log) {
    return of(PositionShape.of(log), owner);
  }

  private Position of(String owner, Feed feed) {
    return of(PositionShape.ofSeries(feed), owner);
  }

  private Position of(PositionShape shape, String owner) {
    return owners.get(shape).computeIfAbsent(owner, unused -> new Position());
  }
}
