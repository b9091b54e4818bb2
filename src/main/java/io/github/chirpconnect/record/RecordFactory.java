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
 * Makes Connect's records from what the server says: key, value, headers, topic and timestamp.
 * Never fails because of a server: an entry that does not fit its schema becomes an {@link
 * OtherEntry}. Safe for use by many threads.
 */
public final class RecordFactory {
  public static final String HEADER_FEED = "chirpstack.feed";
  public static final String HEADER_KIND = "chirpstack.kind";
  public static final String HEADER_API = "chirpstack.api";
  public static final String HEADER_ID = "chirpstack.id";
  public static final String HEADER_GAP = "chirpstack.gap";

  /** On the deletion of an entity that has moved: the topic where it is now. */
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

  /** With the default forms. */
  public RecordFactory(
      String topicPrefix, Supplier<Generation> generation, Clock clock, long maxBytes) {
    this(RecordForm.usual(topicPrefix), generation, clock, maxBytes, false);
  }

  /**
   * @param generation for the header {@code chirpstack.api}; requested for each record, since it is
   *     known only after the server's first answer
   * @param maxBytes the approximate largest size of a value. A larger one goes to another topic
   *     without its large parts, because a record that Kafka's producer refuses fails the task, and
   *     with it all other devices. For logs that topic is {@code device.unreadable} instead of
   *     {@code device.up}; for inventories {@code devices.unreadable} instead of {@code devices},
   *     and so on
   * @param includeSecrets whether session keys and the like are in the records; otherwise they are
   *     null
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
   * A new or changed entity. A body that does not fit its schema, or is too large, goes to the
   * topic {@code <topic of its feed>.unreadable}.
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
   * The records for a deletion: a last record, a tombstone, or both. Only the last of them has the
   * new offset, because each may be the last one that reaches Kafka.
   *
   * @param former the offset before the deletion
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
   * Repeats the last record of a deleted entity. It removes a partition from the offsets, and has
   * no meaning for readers.
   *
   * @param deletion the same as before
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

  /** Without value and schema: with a schema, converters would write something. */
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
   * Computes fingerprints of a feed's entities.
   *
   * @param volatileFields names of its schema's fields that are left out, see {@link
   *     InventorySchema#content}; a time includes its text
   * @throws IllegalArgumentException if a name is not such a field; the message lists them
   */
  public Fingerprints fingerprints(Feed feed, Set<String> volatileFields) {
    return entities.fingerprints(feed, volatileFields);
  }

  /**
   * An entry of a log.
   *
   * @param gap the header {@code chirpstack.gap}; null if nothing is missing before the entry
   */
  public SourceRecord entry(
      LogEntry entry, String gap, Map<String, String> partition, Map<String, String> offset) {
    Mapped mapped = map(entry, gap);
    return entry(entry, mapped, Key.of(mapped.feed(), entry.devEui()), gap, partition, offset);
  }

  /** Maps an entry of a log, from which several records may be made. */
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

  /** One number of a series. Its key identifies the bucket. */
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

  /** Chooses key, value and topic. */
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
   * The event's time if it is close to the time at which the server wrote the entry, which the id
   * contains. An event's time may come from a gateway, whose clock may be wrong. If the id contains
   * no time, the entry's time is the server's own.
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
