package io.github.chirpconnect.source.offset;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code {"feed": "<inventory feed>", "bucket": "<0-255>"}}: {@code {"ledger": "<entities>",
 * "since": "<entities>", "topic": "<topic>", "topics": "<topics>"}}, all but the first optional:
 * the entities whose records were handed to Kafka. See {@link Ledger}.
 */
public final class LedgerShape implements OffsetShape {
  static final LedgerShape INSTANCE = new LedgerShape();

  static final String FEED = "feed";
  static final String BUCKET = "bucket";
  static final String LEDGER = "ledger";
  static final String SINCE = "since";
  static final String TOPIC = "topic";
  static final String TOPICS = "topics";

  /** As the connector writes it: Connect finds a partition by its text, so 007 is not 7. */
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,2}");

  private LedgerShape() {}

  /**
   * The source partition of a bucket. Connect finds a partition by its JSON, fields in the order of
   * the map, so that order must be the same in each process; that of {@code Map.of} is not. Connect
   * itself reads and shows partitions as hash maps, and what a user sets is written in that order.
   */
  public static Map<String, String> partition(Feed feed, int bucket) {
    Map<String, String> partition = new HashMap<>();
    partition.put(FEED, feed.id());
    partition.put(BUCKET, Integer.toString(bucket));
    return partition;
  }

  /** All source partitions of a feed, for all tasks. */
  public static List<Map<String, String>> partitions(Feed feed) {
    List<Map<String, String>> partitions = new ArrayList<>();
    for (int bucket = 0; bucket < Shards.BUCKETS; bucket++) {
      partitions.add(partition(feed, bucket));
    }
    return partitions;
  }

  public static int bucket(Map<String, String> partition) {
    return Integer.parseInt(partition.get(BUCKET));
  }

  /** The entities of an offset that are not deleted. */
  public static Set<String> present(int bucket, Map<String, ?> offset) {
    Map<String, Written> entities = LedgerText.parse(bucket, offset);
    entities.values().removeIf(Written::isGone);
    return entities.keySet();
  }

  @Override
  public String sign() {
    return FEED;
  }

  @Override
  public void check(Map<String, ?> partition, Map<String, ?> offset) {
    OffsetShape.only(partition, partition, "partition", List.of(FEED, BUCKET));
    String name = OffsetShape.string(partition, partition, FEED);
    if (Feed.byId(name).filter(feed -> feed.shape() == Shape.INVENTORY).isEmpty()) {
      throw OffsetShape.wrong(
          partition,
          FEED,
          "must be one of "
              + Feed.of(Shape.INVENTORY).map(Feed::id).collect(Collectors.joining(", ")));
    }
    String bucket = OffsetShape.string(partition, partition, BUCKET);
    if (!NUMBER.matcher(bucket).matches() || Integer.parseInt(bucket) >= Shards.BUCKETS) {
      throw OffsetShape.wrong(
          partition,
          BUCKET,
          "must be a number from 0 to " + (Shards.BUCKETS - 1) + ", without leading zeros");
    }
    if (offset == null) {
      return;
    }
    OffsetShape.only(partition, offset, "offset", List.of(LEDGER, SINCE, TOPIC, TOPICS));
    for (String field : offset.keySet()) {
      OffsetShape.string(partition, offset, field);
    }
    OffsetShape.string(partition, offset, LEDGER);
    try {
      LedgerText.parse(Integer.parseInt(bucket), offset);
    } catch (IllegalArgumentException e) {
      throw OffsetShape.wrong(partition, LEDGER, e.getMessage());
    }
  }
}
