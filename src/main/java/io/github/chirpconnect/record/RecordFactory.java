package io.github.chirpconnect.record;

import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.schema.event.OtherEntry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.connect.data.Schema;
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

  private static final Schema KEY = Schema.STRING_SCHEMA;

  /** Brokers refuse an hour ahead by default, and a refused record fails the task. */
  private static final Duration AHEAD_MAX = Duration.ofMinutes(5);

  /** A record older than its topic's retention is deleted as soon as it is written. */
  private static final Duration BEHIND_MAX = Duration.ofDays(1);

  private final String topicPrefix;
  private final Supplier<Generation> generation;
  private final Clock clock;
  private final LogEntryMapper entries;
  private final EntityMapper entities;

  /** A factory whose records have no secrets. */
  public RecordFactory(
      String topicPrefix, Supplier<Generation> generation, Clock clock, long maxBytes) {
    this(topicPrefix, generation, clock, maxBytes, false);
  }

  /**
   * @param topicPrefix of all topics: {@code <prefix>.devices}, {@code <prefix>.device.up}
   * @param generation named by the header {@code chirpstack.api}; asked for with each record, which
   *     exists only after the server has said something
   * @param maxBytes about how large a value may become: what would be larger goes to a topic of its
   *     own without its large parts, since a record that Kafka's producer refuses fails the task,
   *     and with it all other devices. Of logs that is {@code <prefix>.device.unreadable}, of an
   *     inventory {@code <prefix>.devices.unreadable} and its like
   * @param includeSecrets whether session keys and the like are in the records, or null
   */
  public RecordFactory(
      String topicPrefix,
      Supplier<Generation> generation,
      Clock clock,
      long maxBytes,
      boolean includeSecrets) {
    this.topicPrefix = topicPrefix;
    this.generation = generation;
    this.clock = clock;
    Oversize oversize = new Oversize(maxBytes);
    this.entries = new LogEntryMapper(includeSecrets, oversize);
    this.entities = new EntityMapper(includeSecrets, oversize);
  }

  /**
   * What an inventory lists: new, or changed. A body that does not fit its schema, and one that is
   * too large, goes to {@code <prefix>.<topic of its feed>.unreadable}.
   */
  public SourceRecord entity(
      Entity entity, Map<String, String> partition, Map<String, String> offset) {
    Mapped mapped = entities.map(entity);
    return record(mapped, entity.id(), clock.millis(), headers(mapped.feed()), partition, offset);
  }

  /** A tombstone: neither value nor schema, or converters would write something. */
  public SourceRecord gone(
      Feed feed, String id, Map<String, String> partition, Map<String, String> offset) {
    return new SourceRecord(
        partition,
        offset,
        topic(InventorySchemas.of(feed).topic()),
        null,
        KEY,
        id,
        null,
        null,
        clock.millis(),
        headers(feed));
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
    Mapped mapped = entries.map(entry, gap);
    Headers headers =
        headers(mapped.feed())
            .add(HEADER_KIND, mapped.kind(), Schema.STRING_SCHEMA)
            .add(HEADER_ID, entry.id().text(), Schema.STRING_SCHEMA);
    if (gap != null) {
      headers.add(HEADER_GAP, gap, Schema.STRING_SCHEMA);
    }
    return record(mapped, entry.devEui(), timestamp(entry), headers, partition, offset);
  }

  /**
   * One number of a series. Its key names the bucket: a number that grows is written again under
   * the same one.
   */
  public SourceRecord metric(
      MetricRow row, Map<String, String> partition, Map<String, String> offset) {
    Mapped mapped = row.mapped();
    return record(mapped, row.key(), clock.millis(), headers(mapped.feed()), partition, offset);
  }

  private SourceRecord record(
      Mapped mapped,
      String key,
      long timestamp,
      Headers headers,
      Map<String, String> partition,
      Map<String, String> offset) {
    return new SourceRecord(
        partition,
        offset,
        topic(mapped.topic()),
        null,
        KEY,
        key,
        mapped.value().schema(),
        mapped.value(),
        timestamp,
        headers);
  }

  private String topic(String tail) {
    return topicPrefix + "." + tail;
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
