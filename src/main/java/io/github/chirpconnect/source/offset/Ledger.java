package io.github.chirpconnect.source.offset;

import io.github.chirpconnect.feed.Feed;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * What Connect was given of one inventory feed: the fingerprint of each entity whose record was
 * handed over, by bucket. It lives in source offsets, one partition a bucket, so that a restart
 * neither repeats a record nor forgets that an entity was there.
 *
 * <p>The text of a bucket is {@code 1:} and {@code <id>=<fingerprint>} for each entity, by id,
 * separated by semicolons. An entity that is gone stays for a while: {@code <id>=-} and the
 * milliseconds since 1970 in base 36. One that was not written to this topic yet has an empty
 * fingerprint. Connect keeps every offset in memory and sends it whole, so a bucket may not exceed
 * {@value #MAX_BYTES} bytes.
 *
 * <p>Each record carries all that was handed over up to itself, since any of them may be the last
 * of its bucket that reaches Kafka: Connect stores no offset of a record that a transform drops, or
 * that fails in a way that is tolerated. The text is large, and a first walk would write it once an
 * entity. So it is written anew now and then; between, records share it, and a second text of the
 * same form says what was handed over since.
 *
 * <p>An offset says for which topic it was written: in another topic nothing is there yet.
 *
 * <p>Not thread-safe.
 */
public final class Ledger {
  /** The most that a bucket's offset may need; Kafka's default for a message is 1 MiB. */
  public static final int MAX_BYTES = 256 << 10;

  /** Where so much was handed over since, a new text is cheaper. */
  static final int SINCE_BYTES = 2_048;

  private static final String NOT_WRITTEN = "";

  private static final class Bucket {
    private final SortedMap<String, String> entities;

    /** As it was at some time; null when it has to be written anew. */
    private String text;

    private final StringBuilder since = new StringBuilder();

    private Bucket(SortedMap<String, String> entities) {
      this.entities = entities;
    }
  }

  private final Feed feed;
  private final String topic;
  private final Map<Integer, Bucket> buckets = new HashMap<>();
  private String formerTopic;

  /**
   * @param topic that the feed's entities are written to
   */
  public Ledger(Feed feed, String topic) {
    this.feed = feed;
    this.topic = topic;
  }

  /**
   * @throws IllegalArgumentException when it is no offset of a ledger, or not of this bucket
   */
  public void load(int bucket, Map<String, ?> offset) {
    SortedMap<String, String> entities = LedgerText.parse(bucket, offset);
    if (offset.get(LedgerShape.TOPIC) instanceof String writtenTo && !writtenTo.equals(topic)) {
      entities.replaceAll((id, state) -> LedgerText.isGone(state) ? state : NOT_WRITTEN);
      formerTopic = entities.containsValue(NOT_WRITTEN) ? writtenTo : formerTopic;
    }
    buckets.put(bucket, new Bucket(entities));
  }

  /** The topic that some of its entities were written to, when that is another one; else null. */
  public String formerTopic() {
    return formerTopic;
  }

  /** The topic that they are written to. */
  public String topic() {
    return topic;
  }

  /** The entities that are not gone, with their fingerprints. */
  public Map<String, String> present() {
    Map<String, String> all = new HashMap<>();
    buckets.values().forEach(bucket -> all.putAll(bucket.entities));
    all.values().removeIf(LedgerText::isGone);
    return all;
  }

  /** The entities that are gone and not forgotten, and since when. */
  public Map<String, Instant> departed() {
    Map<String, Instant> departed = new HashMap<>();
    for (Bucket bucket : buckets.values()) {
      bucket.entities.forEach(
          (id, state) -> {
            if (LedgerText.isGone(state)) {
              departed.put(id, LedgerText.goneAt(state));
            }
          });
    }
    return departed;
  }

  /** The source partition of the bucket of an entity. */
  public Map<String, String> partition(String id) {
    return LedgerShape.partition(feed, Shards.bucketOf(id));
  }

  /**
   * An entity is handed over; returns the offset of its record.
   *
   * @throws ConnectException when the bucket has grown too large
   */
  public Map<String, String> put(String id, String fingerprint) {
    int number = Shards.bucketOf(id);
    Bucket bucket = buckets.computeIfAbsent(number, unused -> new Bucket(new TreeMap<>()));
    if (bucket.text == null || bucket.since.length() > SINCE_BYTES) {
      bucket.text = LedgerText.of(bucket.entities);
      bucket.since.setLength(0);
    }
    bucket.entities.put(id, fingerprint);
    if (!bucket.since.isEmpty()) {
      bucket.since.append(LedgerText.SEPARATOR);
    }
    bucket.since.append(LedgerText.entry(id, fingerprint));
    return offset(number, bucket.text, bucket.since.toString());
  }

  /** An entity's tombstone is handed over; returns the offset of that record. */
  public Map<String, String> gone(String id, Instant at) {
    return put(id, LedgerText.goneState(at));
  }

  /** Nothing is kept of an entity; the bucket's next record says so. */
  public void forget(String id) {
    Bucket bucket = buckets.get(Shards.bucketOf(id));
    if (bucket != null && bucket.entities.remove(id) != null) {
      bucket.text = null;
    }
  }

  private Map<String, String> offset(int bucket, String text, String since) {
    // All of it is ASCII.
    int bytes = text.length() + since.length();
    if (bytes > MAX_BYTES) {
      throw new ConnectException(
          "Bucket "
              + bucket
              + " of the feed "
              + feed
              + " needs "
              + bytes
              + " bytes of source offset, more than the "
              + MAX_BYTES
              + " that Kafka can be trusted with. Split the network over several connectors by "
              + "chirpstack.application.ids or chirpstack.tenant.ids");
    }
    return Map.of(LedgerShape.LEDGER, text, LedgerShape.SINCE, since, LedgerShape.TOPIC, topic);
  }
}
