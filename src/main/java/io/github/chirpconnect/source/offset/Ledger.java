package io.github.chirpconnect.source.offset;

import io.github.chirpconnect.feed.Feed;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * What Connect was given of one inventory feed: the fingerprint of each entity whose record was
 * handed over, by bucket. It lives in source offsets, one partition a bucket, so that a restart
 * neither repeats a record nor forgets that an entity was there.
 *
 * <p>The text of a bucket is {@code 1:} and {@code <id>=<fingerprint>} for each entity, in the
 * order in which they were first handed over (a first walk puts 100,000 of them), separated by
 * semicolons. An entity that is gone stays for a while: {@code <id>=-} and the milliseconds since
 * 1970 in base 36. One that was not written to this topic yet has an empty fingerprint. Connect
 * keeps every offset in memory and sends it whole, so a bucket may not exceed {@value #MAX_BYTES}
 * bytes.
 *
 * <p>Each record carries all that was handed over up to itself, since any of them may be the last
 * of its bucket that reaches Kafka: Connect stores no offset of a record that a transform drops, or
 * that fails in a way that is tolerated. The text is large, and a first walk would write it once an
 * entity. So it is written anew now and then; between, records share it, and a second text of the
 * same form says what was handed over since.
 *
 * <p>An offset says for which topic it was written: in another topic nothing is there yet. Where
 * entities of one feed have topics of their own, it says by which rule they have; then an entry
 * ends in {@code @} and the place, in base 36, of the topic where its last record is in a list of
 * topics that the offset has, too. Nothing else tells where an entity was that is gone, or has
 * moved. Where another rule applied, the entity's former topic is kept in the same way until it is
 * written: it may be gone by now.
 *
 * <p>Not thread-safe.
 */
public final class Ledger {
  /** The most that a bucket's offset may need; Kafka's default for a message is 1 MiB. */
  public static final int MAX_BYTES = 256 << 10;

  /** Where so much was handed over since, a new text is cheaper. */
  static final int SINCE_BYTES = 2_048;

  private static final class Bucket {
    private final Map<String, Written> entities;

    /** As it was at some time; null when it has to be written anew. */
    private String text;

    private final StringBuilder since = new StringBuilder();

    /** The same as a text, for records that share it; null when it has to be made anew. */
    private String sinceText;

    /** Of both. */
    private TopicTable topics = new TopicTable();

    private Bucket(Map<String, Written> entities) {
      this.entities = entities;
    }

    private void renew() {
      topics = new TopicTable();
      text = LedgerText.of(entities, topics);
      since.setLength(0);
      sinceText = null;
    }

    private void append(String id, Written written) {
      if (!since.isEmpty()) {
        since.append(LedgerText.SEPARATOR);
      }
      LedgerText.append(since, id, written, topics);
      sinceText = null;
    }

    private String sinceText() {
      if (sinceText == null) {
        sinceText = since.toString();
      }
      return sinceText;
    }
  }

  private final Feed feed;
  private final String pattern;
  private final boolean isOneTopic;
  private final Map<Integer, Bucket> buckets = new HashMap<>();
  private String formerPattern;

  /**
   * @param pattern the topic that the feed's entities are written to; where they have topics of
   *     their own, what names the rule by which they have
   * @param isOneTopic whether it is the topic
   */
  public Ledger(Feed feed, String pattern, boolean isOneTopic) {
    this.feed = feed;
    this.pattern = pattern;
    this.isOneTopic = isOneTopic;
  }

  /**
   * @throws IllegalArgumentException when it is no offset of a ledger, or not of this bucket
   */
  public void load(int bucket, Map<String, ?> offset) {
    Map<String, Written> entities = LedgerText.parse(bucket, offset);
    if (offset.get(LedgerShape.TOPIC) instanceof String former && !former.equals(pattern)) {
      // A rule is no topic; by one, each entry names its own.
      String formerTopic = TopicTable.isTopic(former) ? former : null;
      entities.replaceAll((id, written) -> written.elsewhere(formerTopic));
      boolean toBeWritten = entities.values().stream().anyMatch(Written::isToBeWritten);
      formerPattern = toBeWritten ? former : formerPattern;
    } else if (!isOneTopic) {
      entities.replaceAll(
          (id, written) -> written.topic() == null ? written.elsewhere(null) : written);
    }
    buckets.put(bucket, new Bucket(entities));
  }

  /** The topic or rule by which some of its entities were written, when it was another; or null. */
  public String formerPattern() {
    return formerPattern;
  }

  /** The topic that entities are written to, or the rule. */
  public String pattern() {
    return pattern;
  }

  /** The entities that are not gone, with their fingerprints. */
  public Map<String, String> present() {
    Map<String, String> all = new HashMap<>();
    for (Bucket bucket : buckets.values()) {
      bucket.entities.forEach(
          (id, written) -> {
            if (!written.isGone()) {
              all.put(id, written.state());
            }
          });
    }
    return all;
  }

  /** The entities that are gone and not forgotten, and since when. */
  public Map<String, Instant> departed() {
    Map<String, Instant> departed = new HashMap<>();
    for (Bucket bucket : buckets.values()) {
      bucket.entities.forEach(
          (id, written) -> {
            if (written.isGone()) {
              departed.put(id, written.goneAt());
            }
          });
    }
    return departed;
  }

  /** Since when an entity is gone; empty for one that is not, or is forgotten. */
  public Optional<Instant> goneAt(String id) {
    return written(id).filter(Written::isGone).map(Written::goneAt);
  }

  /**
   * The topic where an entity's last record is, whatever it says; empty when that is not known,
   * since nothing was written.
   */
  public Optional<String> lastTopic(String id) {
    Optional<String> own = written(id).map(Written::topic);
    return own.isEmpty() && isOneTopic ? Optional.of(pattern) : own;
  }

  /** The topic that an entity is in by the present rule; empty for one that is gone or in none. */
  public Optional<String> presentTopic(String id) {
    return written(id)
        .filter(written -> !written.isGone() && !written.isToBeWritten())
        .flatMap(written -> lastTopic(id));
  }

  private Optional<Written> written(String id) {
    Bucket bucket = buckets.get(Shards.bucketOf(id));
    return Optional.ofNullable(bucket == null ? null : bucket.entities.get(id));
  }

  /** The source partition of the bucket of an entity. */
  public Map<String, String> partition(String id) {
    return LedgerShape.partition(feed, Shards.bucketOf(id));
  }

  /**
   * An entity is handed over; returns the offset of its record.
   *
   * @param topic where its last record is from now on
   * @throws ConnectException when the bucket has grown too large
   */
  public Map<String, String> put(String id, String fingerprint, String topic) {
    return put(id, new Written(fingerprint, isOneTopic && topic.equals(pattern) ? null : topic));
  }

  /** What says that an entity is gone is handed over; returns the offset of that record. */
  public Map<String, String> gone(String id, Instant at) {
    return put(id, written(id).orElse(new Written("", null)).gone(at));
  }

  private Map<String, String> put(String id, Written written) {
    int number = Shards.bucketOf(id);
    Bucket bucket = current(number);
    if (bucket.since.length() > SINCE_BYTES) {
      bucket.renew();
    }
    bucket.entities.put(id, written);
    bucket.append(id, written);
    return offset(number, bucket);
  }

  /** The offset of the bucket of an entity as it is now: nothing more is handed over by it. */
  public Map<String, String> offset(String id) {
    int number = Shards.bucketOf(id);
    return offset(number, current(number));
  }

  private Bucket current(int number) {
    Bucket bucket = buckets.computeIfAbsent(number, unused -> new Bucket(new LinkedHashMap<>()));
    if (bucket.text == null) {
      bucket.renew();
    }
    return bucket;
  }

  /** Nothing is kept of an entity; the bucket's next record says so. */
  public void forget(String id) {
    Bucket bucket = buckets.get(Shards.bucketOf(id));
    if (bucket != null && bucket.entities.remove(id) != null) {
      bucket.text = null;
    }
  }

  private Map<String, String> offset(int number, Bucket bucket) {
    String text = bucket.text;
    String since = bucket.sinceText();
    Map<String, String> offset =
        bucket.topics.isEmpty()
            ? Map.of(LedgerShape.LEDGER, text, LedgerShape.SINCE, since, LedgerShape.TOPIC, pattern)
            : Map.of(
                LedgerShape.LEDGER,
                text,
                LedgerShape.SINCE,
                since,
                LedgerShape.TOPIC,
                pattern,
                LedgerShape.TOPICS,
                bucket.topics.text());
    // All of it is ASCII.
    int bytes = offset.values().stream().mapToInt(String::length).sum();
    if (bytes > MAX_BYTES) {
      throw new ConnectException(
          "Bucket "
              + number
              + " of the feed "
              + feed
              + " needs "
              + bytes
              + " bytes of source offset, more than the "
              + MAX_BYTES
              + " that Kafka can be trusted with. Split the network over several connectors by "
              + "chirpstack.application.ids or chirpstack.tenant.ids");
    }
    return offset;
  }
}
