package io.github.chirpconnect.source.offset;

import io.github.chirpconnect.feed.Feed;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The ledger of one inventory feed: the fingerprint of each entity whose record was handed to
 * Connect, by bucket. It is stored in source offsets, one partition for each bucket. So a restart
 * repeats no record, and forgets no entity.
 *
 * <p>The text of a bucket is {@code 1:} and {@code <id>=<fingerprint>} for each entity, in the
 * order in which they were first handed over, separated by semicolons. A deleted entity stays for a
 * while: {@code <id>=-} and the milliseconds since 1970 in base 36. An entity that was not yet
 * written to this topic has an empty fingerprint. Connect keeps every offset in memory and sends it
 * whole, so a bucket must not exceed {@value #MAX_BYTES} bytes.
 *
 * <p>The offset of each record covers everything up to itself, because any record may be the last
 * of its bucket that reaches Kafka: Connect stores no offset of a record that a transform drops, or
 * whose failure is tolerated. The text is large, and a first walk would write it for each entity.
 * So it is rewritten only from time to time; the records in between share it, and a second text of
 * the same form lists what was handed over since.
 *
 * <p>An offset names the topic for which it was written: another topic is still empty. If entities
 * of one feed have topics of their own, it names the rule instead. Then an entry ends in {@code @}
 * and, in base 36, the place of its last record's topic in a list that the offset also has: after a
 * move or a deletion nothing else tells that topic. If another rule applied before, the entity's
 * former topic is kept in the same way until the entity is written: it may have been deleted
 * meanwhile.
 *
 * <p>Not thread-safe.
 */
public final class Ledger {
  /** The largest size of a bucket's offset; Kafka's default for a message is 1 MiB. */
  public static final int MAX_BYTES = 256 << 10;

  /** Beyond this size of the second text, rewriting the first is cheaper. */
  static final int SINCE_BYTES = 2_048;

  private static final class Bucket {
    private final Map<String, Written> entities;

    /** The first text; null if it has to be rewritten. */
    private String text;

    private final StringBuilder since = new StringBuilder();

    /** The same as a text, for records that share it; null when it has to be made anew. */
    private String sinceText;

    /** The topics that both texts name. */
    private TopicTable topics = new TopicTable();

    /** Whether the second text repeats nothing of the first. */
    private boolean isSinceNew = true;

    private Bucket(Map<String, Written> entities) {
      this.entities = entities;
    }

    private void renew() {
      if (text != null && isSinceNew) {
        text = LedgerText.join(text, sinceText());
      } else {
        topics = new TopicTable();
        text = LedgerText.of(entities, topics);
      }
      since.setLength(0);
      sinceText = null;
      isSinceNew = true;
    }

    private void put(String id, Written written) {
      isSinceNew &= entities.put(id, written) == null;
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
   * @param pattern the topic of the feed's entities; if they have topics of their own, the rule
   * @param isOneTopic whether it is the topic
   */
  public Ledger(Feed feed, String pattern, boolean isOneTopic) {
    this.feed = feed;
    this.pattern = pattern;
    this.isOneTopic = isOneTopic;
  }

  /**
   * @throws IllegalArgumentException if it is not the offset of a ledger, or not of this bucket
   */
  public void load(int bucket, Map<String, ?> offset) {
    Map<String, Written> entities = LedgerText.parse(bucket, offset);
    if (offset.get(LedgerShape.TOPIC) instanceof String former && !former.equals(pattern)) {
      // With a rule, each entry names its own topic.
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

  /** The former topic or rule of some of its entities; null if there is none. */
  public String formerPattern() {
    return formerPattern;
  }

  /** The present topic or rule. */
  public String pattern() {
    return pattern;
  }

  /** The entities that are not deleted, with their fingerprints. */
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

  /** The deleted entities that are not forgotten, with the time of deletion. */
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

  /** When an entity was deleted; empty if it was not, or is forgotten. */
  public Optional<Instant> goneAt(String id) {
    return written(id).filter(Written::isGone).map(Written::goneAt);
  }

  /** The topic of an entity's last record of any kind; empty if nothing was written. */
  public Optional<String> lastTopic(String id) {
    Optional<String> own = written(id).map(Written::topic);
    return own.isEmpty() && isOneTopic ? Optional.of(pattern) : own;
  }

  /** The topic of an entity by the present rule; empty if it is deleted or in none. */
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
   * An entity is handed over. Returns the offset of its record.
   *
   * @param topic of its last record from now on
   * @throws ConnectException if the bucket has become too large
   */
  public Map<String, String> put(String id, String fingerprint, String topic) {
    return put(id, new Written(fingerprint, isOneTopic && topic.equals(pattern) ? null : topic));
  }

  /** A deletion is handed over. Returns the offset of its last record. */
  public Map<String, String> gone(String id, Instant at) {
    return put(id, written(id).orElse(new Written("", null)).gone(at));
  }

  private Map<String, String> put(String id, Written written) {
    int number = Shards.bucketOf(id);
    Bucket bucket = current(number);
    if (bucket.since.length() > SINCE_BYTES) {
      bucket.renew();
    }
    bucket.put(id, written);
    return offset(number, bucket);
  }

  /** The present offset of an entity's bucket, for a record that adds nothing to it. */
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

  /** Forgets an entity; the bucket's next record stores that. */
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
    int bytes = 0;
    for (String value : offset.values()) {
      bytes += value.length();
    }
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
