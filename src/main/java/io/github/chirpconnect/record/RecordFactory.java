package io.github.chirpconnect.record;

import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.key.Key;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.schema.event.OtherEntry;
import io.github.chirpconnect.record.topic.OwnPlace;
import io.github.chirpconnect.record.topic.Whereabouts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What the server says as records for Connect: key, value, headers, topic and timestamp. Never
 * fails for what a server says: an entry that does not fit its schema becomes a record of {@link
 * OtherEntry}. Safe for use by many threads.
 */
public final class RecordFactory {
  public static final String HEADER_FEED = "chirpstack.feed";
  public static final String HEADER_KIND = "chirpstack.kind";
  public static final String HEADER_API = "chirpstack.api";
  public static final String HEADER_ID = "chirpstack.id";
  public static final String HEADER_GAP = "chirpstack.gap";

  /** On what says that an entity is gone from a topic: the one where it is now. */
  public static final String HEADER_MOVED_TO = "chirpstack.moved.to";

  /** Brokers refuse an hour ahead by default, and a refused record fails the task. */
  private static final Duration AHEAD_MAX = Duration.ofMinutes(5);

  /** A record older than its topic's retention is deleted as soon as it is written. */
  private static final Duration BEHIND_MAX = Duration.ofDays(1);

  private final RecordForm form;
  private final Supplier<Generation> generation;
  private final Clock clock;
  private final Oversize oversize;
  private final LogEntryMapper entries;
  private final EntityMapper entities;

  /** A factory of records as they usually are. */
  public RecordFactory(
      String topicPrefix, Supplier<Generation> generation, Clock clock, long maxBytes) {
    this(RecordForm.usual(topicPrefix), generation, clock, maxBytes, false);
  }

  /**
   * @param generation named by the header {@code chirpstack.api}; asked for with each record, which
   *     exists only after the server has said something
   * @param maxBytes about how large a value may become: what would be larger goes to a topic of its
   *     own without its large parts, since a record that Kafka's producer refuses fails the task,
   *     and with it all other devices. Of logs that is {@code device.unreadable}, of an inventory
   *     {@code devices.unreadable} and its like, in place of {@code device.up} or {@code devices}
   * @param includeSecrets whether session keys and the like are in the records, or null
   */
  public RecordFactory(
      RecordForm form,
      Supplier<Generation> generation,
      Clock clock,
      long maxBytes,
      boolean includeSecrets) {
    this.form = form;
    this.generation = generation;
    this.clock = clock;
    this.oversize = new Oversize(maxBytes, form.values());
    this.entries = new LogEntryMapper(includeSecrets, oversize);
    this.entities = new EntityMapper(includeSecrets, oversize);
  }

  /**
   * What an inventory lists: new, or changed. A body that does not fit its schema, and one that is
   * too large, goes to the topic {@code <topic of its feed>.unreadable}.
   */
  public EntityRecord entity(Entity entity) {
    Mapped mapped = entities.map(entity);
    Place place = OwnPlace.of(entity);
    String usual = InventorySchemas.of(entity.feed()).topic();
    String topic = topic(mapped, place);
    return new EntityRecord(
        form.topics().name(entity.feed(), null, usual, place),
        mapped.topic().equals(usual),
        (partition, offset) ->
            record(
                topic,
                Key.of(entity.feed(), entity.id()),
                mapped,
                clock.millis(),
                headers(mapped.feed()),
                partition,
                offset));
  }

  /**
   * What says that an entity is gone: a record, a tombstone, or one after the other. The last one
   * alone has the offset that says so, since what comes before it may be all that reaches Kafka.
   *
   * @param former the offset as it was
   */
  public List<SourceRecord> gone(
      Deletion deletion,
      Map<String, String> partition,
      Map<String, String> former,
      Map<String, String> offset) {
    List<SourceRecord> records = new ArrayList<>();
    if (form.deletes().haveRecord()) {
      records.add(
          lastRecord(deletion, partition, form.deletes().haveTombstone() ? former : offset));
    }
    if (form.deletes().haveTombstone()) {
      records.add(tombstone(deletion, partition, offset));
    }
    return records;
  }

  /**
   * What was said last of an entity that is gone, once more: a record that takes a partition out of
   * the offsets, and has no meaning for who reads it.
   *
   * @param deletion as it was then
   */
  public SourceRecord goneAgain(Deletion deletion, Map<String, String> partition) {
    return form.deletes().haveTombstone()
        ? tombstone(deletion, partition, null)
        : lastRecord(deletion, partition, null);
  }

  private SourceRecord lastRecord(
      Deletion deletion, Map<String, String> partition, Map<String, String> offset) {
    return record(
        deletion.topic(),
        Key.of(deletion.feed(), deletion.id()),
        LastRecord.of(deletion),
        clock.millis(),
        headers(deletion),
        partition,
        offset);
  }

  /** Neither value nor schema, or converters would write something. */
  private SourceRecord tombstone(
      Deletion deletion, Map<String, String> partition, Map<String, String> offset) {
    SchemaAndValue key = form.keys().of(Key.of(deletion.feed(), deletion.id()), null);
    return new SourceRecord(
        partition,
        offset,
        deletion.topic(),
        null,
        key.schema(),
        key.value(),
        null,
        null,
        clock.millis(),
        headers(deletion));
  }

  /**
   * What names the contents of a feed's entities.
   *
   * @param volatileFields names of its schema's fields that do not count, see {@link
   *     InventorySchema#content}; a time counts together with its text
   * @throws IllegalArgumentException for a name that is no such field; the message lists them
   */
  public Fingerprints fingerprints(Feed feed, Set<String> volatileFields) {
    return entities.fingerprints(feed, volatileFields);
  }

  /**
   * An entry of a log.
   *
   * @param gap what is missing before it, as the header {@code chirpstack.gap} says it; null when
   *     nothing is
   */
  public SourceRecord entry(
      LogEntry entry, String gap, Map<String, String> partition, Map<String, String> offset) {
    Mapped mapped = map(entry, gap);
    return entry(entry, mapped, Key.of(mapped.feed(), entry.devEui()), gap, partition, offset);
  }

  /** An entry of a log, before it is decided which records are made of it. */
  Mapped map(LogEntry entry, String gap) {
    return entries.map(entry, gap);
  }

  /** Whether a value that was made of an entry is small enough for a record. */
  boolean fits(Mapped mapped, LogEntry entry) {
    return oversize.of(mapped, entry.text()) == Oversize.NONE;
  }

  /** One of the records that are made of an entry. */
  SourceRecord entry(
      LogEntry entry,
      Mapped mapped,
      Key key,
      String gap,
      Map<String, String> partition,
      Map<String, String> offset) {
    Headers headers =
        headers(mapped.feed())
            .add(HEADER_KIND, mapped.kind(), Schema.STRING_SCHEMA)
            .add(HEADER_ID, entry.id().text(), Schema.STRING_SCHEMA);
    if (gap != null) {
      headers.add(HEADER_GAP, gap, Schema.STRING_SCHEMA);
    }
    return record(
        topic(mapped, place(mapped, entry.devEui())),
        key,
        mapped,
        timestamp(entry),
        headers,
        partition,
        offset);
  }

  /**
   * One number of a series. Its key names the bucket: a number that grows is written again under
   * the same one.
   */
  public SourceRecord metric(
      MetricRow row, Map<String, String> partition, Map<String, String> offset) {
    Mapped mapped = row.mapped();
    return record(
        topic(mapped, mapped.place()),
        row.key(),
        mapped,
        clock.millis(),
        headers(mapped.feed()),
        partition,
        offset);
  }

  /** Where what was mapped becomes key, value and topic. */
  private SourceRecord record(
      String topic,
      Key about,
      Mapped mapped,
      long timestamp,
      Headers headers,
      Map<String, String> partition,
      Map<String, String> offset) {
    SchemaAndValue key = form.keys().of(about, mapped.value());
    SchemaAndValue value = form.values().of(mapped);
    return new SourceRecord(
        partition,
        offset,
        topic,
        null,
        key.schema(),
        key.value(),
        value.schema(),
        value.value(),
        timestamp,
        headers);
  }

  private Place place(Mapped mapped, String owner) {
    return form.topics().followPlaces()
        ? Whereabouts.completed(
            mapped.place(), form.whereabouts().of(mapped.feed().owner().orElseThrow(), owner))
        : mapped.place();
  }

  private String topic(Mapped mapped, Place place) {
    return form.topics().name(mapped.feed(), mapped.kind(), mapped.topic(), place);
  }

  private Headers headers(Deletion deletion) {
    Headers headers = headers(deletion.feed());
    if (deletion.movedTo() != null) {
      headers.add(HEADER_MOVED_TO, deletion.movedTo(), Schema.STRING_SCHEMA);
    }
    return headers;
  }

  private Headers headers(Feed feed) {
    return new ConnectHeaders()
        .add(HEADER_FEED, feed.id(), Schema.STRING_SCHEMA)
        .add(HEADER_API, generation.get().toString(), Schema.STRING_SCHEMA);
  }

  /**
   * The event's time if it is near the time at which the server wrote the entry, which the id
   * names: an event's may be that of a gateway, whose clock may be anywhere. Where the id names no
   * time, the entry's is the server's own.
   */
  private long timestamp(LogEntry entry) {
    Instant now = clock.instant();
    Instant said = entry.time();
    if (entry.id() instanceof EntryId.Sequenced id) {
      Instant written = Instant.ofEpochMilli(id.millis());
      boolean near =
          said != null
              && !said.isBefore(written.minus(BEHIND_MAX))
              && !said.isAfter(written.plus(AHEAD_MAX));
      if (!near || !isPermitted(said, now)) {
        said = written;
      }
    }
    return (said != null && isPermitted(said, now) ? said : now).toEpochMilli();
  }

  private static boolean isPermitted(Instant time, Instant now) {
    return !time.isBefore(Instant.EPOCH) && !time.isAfter(now.plus(AHEAD_MAX));
  }
}
