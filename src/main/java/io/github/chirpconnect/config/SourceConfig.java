package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Shape;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Configuration of the source connector and its tasks. */
public final class SourceConfig extends AbstractConfig {
  public static final String FEEDS = "feeds";
  public static final String TOPIC_PREFIX = "topic.prefix";
  public static final String DEVICE_STREAMS_MAX = "device.streams.max";
  public static final String DEVICE_FRAME_STREAMS_MAX = "device.frame.streams.max";
  public static final String GATEWAY_STREAMS_MAX = "gateway.streams.max";
  public static final String REDIS_POOL_SIZE = "chirpstack.redis.pool.size";
  public static final String INVENTORY_INTERVAL = "inventory.interval.ms";
  public static final String INVENTORY_ACTIVITY = "inventory.activity";
  public static final String INVENTORY_VOLATILE_FIELDS = "inventory.volatile.fields";
  public static final String INVENTORY_DELETE_MAX_SHARE = "inventory.delete.max.share";
  public static final String INVENTORY_FORGET_AFTER = "inventory.forget.after.ms";
  public static final String METRICS_AGGREGATION = "metrics.aggregation";
  public static final String METRICS_CALLS_PER_SECOND = "metrics.calls.per.second";
  public static final String DEVICE_QUEUE_INTERVAL = "device.queue.interval.ms";
  public static final String DEVICE_QUEUE_CALLS_PER_SECOND = "device.queue.calls.per.second";
  public static final String QUEUE_MAX_RECORDS = "queue.max.records";
  public static final String QUEUE_MAX_BYTES = "queue.max.bytes";
  public static final String POLL_MAX_RECORDS = "poll.max.records";
  public static final String POLL_LINGER = "poll.linger.ms";
  public static final String RECORD_MAX_BYTES = "record.max.bytes";
  public static final String INCLUDE_SECRETS = "include.secrets";

  /** Set by the connector for each of its tasks; not for users. */
  public static final String TASK_INDEX = "internal.task.index";

  public static final String TASK_COUNT = "internal.task.count";

  /** The limits for a v3 server with the smallest pool; higher ones need the pool's size. */
  private static final int EVENT_STREAMS_OF_ANY_POOL = 8;

  private static final int FRAME_STREAMS_OF_ANY_POOL = 4;

  /** For tests, which can't wait a minute; not for users. */
  public static final String PROBE_INTERVAL = "internal.probe.interval.ms";

  /** For tests, which cannot wait until an hour is over; not for users. */
  public static final String METRICS_SETTLE = "internal.metrics.settle.ms";

  private static final String GROUP = "Source";

  /** What users configure. */
  public static final ConfigDef DEF = define(ConnectionConfig.define(new ConfigDef()));

  private static final ConfigDef TASK_DEF =
      define(ConnectionConfig.define(new ConfigDef()))
          .defineInternal(TASK_INDEX, Type.INT, 0, LOW)
          .defineInternal(TASK_COUNT, Type.INT, 1, LOW)
          .defineInternal(PROBE_INTERVAL, Type.LONG, 60_000L, LOW)
          .defineInternal(METRICS_SETTLE, Type.LONG, 120_000L, LOW);

  private final ConnectionConfig connection;

  public SourceConfig(Map<String, String> properties) {
    super(TASK_DEF, properties, false);
    this.connection = ConnectionConfig.of(this);
  }

  private static String documentOfFeeds() {
    return Arrays.stream(Feed.values())
        .map(feed -> feed.id() + ": " + feed.document())
        .collect(Collectors.joining("; ", "", "."));
  }

  private static String documentOfTopics() {
    return Arrays.stream(Feed.values())
        .map(
            feed ->
                feed.id()
                    + ": "
                    + feed.topics().stream()
                        .map(topic -> "<prefix>." + topic)
                        .collect(Collectors.joining(", ")))
        .collect(Collectors.joining("; ", "", "."));
  }

  private static ConfigDef define(ConfigDef def) {
    int order = 0;
    return def.define(
            FEEDS,
            Type.LIST,
            List.of(Feed.DEVICES.id(), Feed.DEVICE_EVENTS.id()),
            Validators.someOf(Arrays.stream(Feed.values()).map(Feed::id).toList()),
            HIGH,
            "What to read. " + documentOfFeeds(),
            GROUP,
            ++order,
            ConfigDef.Width.LONG,
            "Feeds")
        .define(
            TOPIC_PREFIX,
            Type.STRING,
            "chirpstack",
            Validators.topicPrefix(),
            HIGH,
            "Prefix of all topic names, followed by a dot. "
                + documentOfTopics()
                + " <prefix>.device.unreadable gets what fits no schema, as text.",
            GROUP,
            ++order,
            ConfigDef.Width.MEDIUM,
            "Topic prefix")
        .define(
            DEVICE_STREAMS_MAX,
            Type.INT,
            null,
            Validators.unsetOr(between(1, 1_000_000)),
            MEDIUM,
            "Streams open at once, of the whole connector: they are divided among its tasks. By default 1000 on ChirpStack v4, where each costs the "
                + "server one look into Redis a second; 4 on v3, where it is those of events alone, and each holds one of the application server's "
                + "Redis connections (10 for each CPU, or redis.pool_size), without which it writes no events into any log. With more devices than "
                + "that, streams follow the devices that are active and a slow sweep visits the rest.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Open streams")
        .define(
            DEVICE_FRAME_STREAMS_MAX,
            Type.INT,
            2,
            between(1, 1_000_000),
            MEDIUM,
            "ChirpStack v3 only: streams of frames open at once, of the whole connector. Each holds one of the network server's Redis connections, "
                + "without which it handles no uplink of any device. On v4 device.streams.max is for both.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Open streams of frames (v3)")
        .define(
            GATEWAY_STREAMS_MAX,
            Type.INT,
            null,
            Validators.unsetOr(between(1, 1_000_000)),
            LOW,
            "Streams of gateways' frames open at once, of the whole connector: they are divided among its tasks. By default 200 on ChirpStack v4, "
                + "beside device.streams.max, and 2 on v3, where each holds one of the network server's Redis connections as those of "
                + "device.frame.streams.max do. The server keeps the last ten frames of a gateway and sends ten a second: a busy gateway brings "
                + "more, and then some are missing, which the header chirpstack.gap says.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Open streams of gateways")
        .define(
            REDIS_POOL_SIZE,
            Type.INT,
            null,
            Validators.unsetOr(between(2, 1_000_000)),
            LOW,
            "ChirpStack v3 only: how many Redis connections the application server and the network server have at least, each of its own: "
                + "redis.pool_size in their configuration, or 10 for each CPU. No more streams than half of that are opened. Where this is not set, no more "
                + "than 8 of events (device.streams.max) and 4 of frames (device.frame.streams.max). All connectors, and browsers that show a "
                + "device's page, share a server's pool.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Redis connections (v3)")
        .define(
            INVENTORY_INTERVAL,
            Type.LONG,
            60_000L,
            between(1_000, 86_400_000),
            MEDIUM,
            "How often the inventory is read. It limits how soon new, changed and deleted devices are noticed and, with more devices than device.streams.max, how soon active ones are.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Inventory interval (ms)")
        .define(
            INVENTORY_ACTIVITY,
            Type.BOOLEAN,
            false,
            LOW,
            "Whether the feed devices tells of each device if it is active: NEVER_SEEN, ACTIVE or INACTIVE, by the server's own rule: inactive "
                + "is a device that was last seen longer ago than 1.5 times the uplink interval of its device profile. A device that goes silent "
                + "is a record within two walks. Each walk then lists the device profiles as well, and asks for those that are new or changed.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Activity of devices")
        .define(
            INVENTORY_VOLATILE_FIELDS,
            Type.LIST,
            null,
            Validators.unsetOr(Validators.feedFields()),
            LOW,
            "Fields of inventory feeds, as <feed>.<field>, whose change alone is not worth a record, in place of those that move by "
                + "themselves: last_seen_at of each feed, devices.device_status and gateways.updated_at (v3 moves it with each of a gateway's "
                + "statistics). They are part of the records that are written for other reasons.",
            GROUP,
            ++order,
            ConfigDef.Width.LONG,
            "Volatile fields")
        .define(
            INVENTORY_DELETE_MAX_SHARE,
            Type.DOUBLE,
            0.2,
            between(0, 1),
            LOW,
            "Largest share of all known devices (of all tasks) that is taken for deleted at once. If more are missing, the connector assumes a mistake (a wrong URL, an empty database): it deletes nothing, and logs that once an hour until it is resolved.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Deletes at once (share)")
        .define(
            INVENTORY_FORGET_AFTER,
            Type.LONG,
            Duration.ofDays(31).toMillis(),
            between(0, Duration.ofDays(3_650).toMillis()),
            LOW,
            "How long the connector keeps the position in the logs of a deleted device. If the device comes back within this time, because its application is read again or it was created again, its logs continue from there; later they are read from the oldest entry that the server keeps. The default is the time for which ChirpStack keeps a log without new entries.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Forget devices after (ms)")
        .define(
            METRICS_AGGREGATION,
            Type.LIST,
            List.of("hour"),
            Validators.someOf(List.of("hour", "day", "month")),
            MEDIUM,
            "The lengths of time that metrics are read for: hour, day, month. Each is written once, two minutes or more after its end, and "
                + "begins and ends by the server's time zone. ChirpStack keeps hours for 2 days, days for 62 (v3: 90) and months for 2 years; what a "
                + "new connector finds of that is read, too. The duty cycle of gateways is kept by the minute and for 2 hours, and is read every "
                + "half an hour whatever is set here.",
            GROUP,
            ++order,
            ConfigDef.Width.MEDIUM,
            "Lengths of metrics")
        .define(
            METRICS_CALLS_PER_SECOND,
            Type.INT,
            10,
            between(1, 1_000),
            LOW,
            "How many calls for metrics are made in a second, by the whole connector: they are divided among its tasks, which make one at a time. "
                + "There is a call for each device or gateway, feed and length of time in which it was heard, and each costs the server one look into "
                + "Redis for each hour, day or month. What does not fit into an hour is read later, several hours in one call.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Calls for metrics")
        .define(
            DEVICE_QUEUE_INTERVAL,
            Type.LONG,
            600_000L,
            between(1_000, 86_400_000),
            LOW,
            "For the feed device-queues: how often the downlink queues of all devices are read. Those of devices that were heard since the last walk, "
                + "and those with downlinks waiting, are read after each walk (inventory.interval.ms).",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Device queues (ms)")
        .define(
            DEVICE_QUEUE_CALLS_PER_SECOND,
            Type.INT,
            10,
            between(1, 10_000),
            LOW,
            "For the feed device-queues: how many queues are read in a second, by all tasks together; each takes a call, and a task makes one call "
                + "after the other. With more devices than fit into device.queue.interval.ms, a round through all of them takes longer.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Device queues a second")
        .define(
            QUEUE_MAX_RECORDS,
            Type.INT,
            10_000,
            between(1, 10_000_000),
            LOW,
            "How many records of one task may wait for Kafka before the task slows the server down.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Queue (records)")
        .define(
            QUEUE_MAX_BYTES,
            Type.LONG,
            64L << 20,
            between(1 << 10, 16L << 30),
            LOW,
            "How many bytes of one task may wait for Kafka before the task slows the server down.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Queue (bytes)")
        .define(
            POLL_MAX_RECORDS,
            Type.INT,
            2000,
            between(1, 100_000),
            LOW,
            "Largest number of records per poll.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Records at once")
        .define(
            POLL_LINGER,
            Type.LONG,
            10L,
            between(0, 900),
            LOW,
            "How long a poll waits for more records after the first. With exactly-once delivery each batch is a transaction, so larger batches are faster.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Linger (ms)")
        .define(
            RECORD_MAX_BYTES,
            Type.INT,
            900_000,
            between(16_384, 1 << 30),
            LOW,
            "About how large a record's value may be, as JSON. What would be larger, such as a codec's object of a megabyte, goes to "
                + "<prefix>.device.unreadable, or for an inventory to the name of its topic and .unreadable, without its large parts, with its id, "
                + "size and the reason: a record that Kafka refuses would fail the task and stop all its devices. Keep it 100 kB below the producer's max.request.size (1 MiB by default) and the topics' "
                + "max.message.bytes.",
            GROUP,
            ++order,
            ConfigDef.Width.MEDIUM,
            "Record size (bytes)")
        .define(
            INCLUDE_SECRETS,
            Type.BOOLEAN,
            false,
            LOW,
            "Whether keys are in the records, such as join_server_context.app_s_key of up and join: who can read the topics can then decrypt what "
                + "devices send. Without it their fields are null, and what a newer server says under a name like that of a key, password, token "
                + "or variables is left out.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Keys in records");
  }

  public ConnectionConfig connection() {
    return connection;
  }

  /** Tenants to read; with {@link #applicationIds} empty as well: all that an admin key can see. */
  public List<String> tenantIds() {
    return getList(ConnectionConfig.TENANT_IDS);
  }

  /** Applications to read in addition to the tenants'. */
  public List<String> applicationIds() {
    return getList(ConnectionConfig.APPLICATION_IDS);
  }

  public Set<Feed> feeds() {
    Set<Feed> feeds = EnumSet.noneOf(Feed.class);
    getList(FEEDS).forEach(id -> feeds.add(Feed.byId(id).orElseThrow()));
    return feeds;
  }

  /** Whether a feed of this shape is wanted. */
  public boolean reads(Shape shape) {
    return feeds().stream().anyMatch(feed -> feed.shape() == shape);
  }

  /** Whether the streams of a feed are counted by {@code device.streams.max}. */
  static boolean sharesDeviceStreams(Feed feed) {
    return feed == Feed.DEVICE_EVENTS || feed == Feed.DEVICE_FRAMES;
  }

  public String topicPrefix() {
    return getString(TOPIC_PREFIX);
  }

  /**
   * Streams that the whole connector may hold open, on v3 of events alone; empty for what suits the
   * server's generation.
   */
  public OptionalInt deviceStreamsMax() {
    Integer streams = getInt(DEVICE_STREAMS_MAX);
    return streams == null ? OptionalInt.empty() : OptionalInt.of(streams);
  }

  /** Streams of frames that the whole connector may hold open on v3. */
  public int deviceFrameStreamsMax() {
    return getInt(DEVICE_FRAME_STREAMS_MAX);
  }

  /**
   * Streams of gateways' frames that the whole connector may hold open; empty for what suits the
   * server's generation.
   */
  public OptionalInt gatewayStreamsMax() {
    Integer streams = getInt(GATEWAY_STREAMS_MAX);
    return streams == null ? OptionalInt.empty() : OptionalInt.of(streams);
  }

  /**
   * Streams of events, of the whole connector, that are sure to leave a v3 server what it needs for
   * its own work.
   */
  public int eventStreamsCeiling() {
    return streamsCeiling(getInt(REDIS_POOL_SIZE), true);
  }

  /** As {@link #eventStreamsCeiling}, of frames. */
  public int frameStreamsCeiling() {
    return streamsCeiling(getInt(REDIS_POOL_SIZE), false);
  }

  /** As {@link #eventStreamsCeiling}, of gateways' frames: the devices' take from the same pool. */
  public int gatewayStreamsCeiling() {
    int frames = frameStreamsCeiling();
    int taken =
        feeds().contains(Feed.DEVICE_FRAMES) ? Math.min(deviceFrameStreamsMax(), frames) : 0;
    return Math.max(1, frames - taken);
  }

  static int streamsCeiling(Integer pool, boolean events) {
    if (pool != null) {
      return pool / 2;
    }
    return events ? EVENT_STREAMS_OF_ANY_POOL : FRAME_STREAMS_OF_ANY_POOL;
  }

  public Duration inventoryInterval() {
    return Duration.ofMillis(getLong(INVENTORY_INTERVAL));
  }

  /** Whether devices are told to be active or not. */
  public boolean inventoryActivity() {
    return getBoolean(INVENTORY_ACTIVITY);
  }

  /**
   * Fields of an inventory feed whose change alone is not worth a record; empty for those that its
   * schema names.
   */
  public Optional<Set<String>> volatileFields(Feed feed) {
    String prefix = feed.id() + ".";
    return Optional.ofNullable(getList(INVENTORY_VOLATILE_FIELDS))
        .map(
            fields ->
                fields.stream()
                    .filter(field -> field.startsWith(prefix))
                    .map(field -> field.substring(prefix.length()))
                    .collect(Collectors.toUnmodifiableSet()));
  }

  public double deleteMaxShare() {
    return getDouble(INVENTORY_DELETE_MAX_SHARE);
  }

  /** How long the position of a device that is gone is kept. */
  public Duration inventoryForgetAfter() {
    return Duration.ofMillis(getLong(INVENTORY_FORGET_AFTER));
  }

  /** {@code hour}, {@code day}, {@code month}. */
  public List<String> metricsAggregations() {
    return getList(METRICS_AGGREGATION);
  }

  /** Calls for metrics, of the whole connector. */
  public int metricsCallsPerSecond() {
    return getInt(METRICS_CALLS_PER_SECOND);
  }

  /** How long after its end a bucket is taken for complete. */
  public Duration metricsSettle() {
    return Duration.ofMillis(getLong(METRICS_SETTLE));
  }

  /** How often the downlink queues of all devices are read. */
  public Duration deviceQueueInterval() {
    return Duration.ofMillis(getLong(DEVICE_QUEUE_INTERVAL));
  }

  /** Reads of downlink queues, of the whole connector. */
  public int deviceQueueCallsPerSecond() {
    return getInt(DEVICE_QUEUE_CALLS_PER_SECOND);
  }

  public int queueMaxRecords() {
    return getInt(QUEUE_MAX_RECORDS);
  }

  public long queueMaxBytes() {
    return getLong(QUEUE_MAX_BYTES);
  }

  public int pollMaxRecords() {
    return getInt(POLL_MAX_RECORDS);
  }

  public Duration pollLinger() {
    return Duration.ofMillis(getLong(POLL_LINGER));
  }

  /** About how large a record's value may become. */
  public int recordMaxBytes() {
    return getInt(RECORD_MAX_BYTES);
  }

  /** Whether keys are in the records, or null. */
  public boolean includeSecrets() {
    return getBoolean(INCLUDE_SECRETS);
  }

  public boolean validateConnection() {
    return getBoolean(ConnectionConfig.VALIDATE_CONNECTION);
  }

  /** The connector's name: a key of Connect's own, which reaches a task with all others. */
  public String connectorName() {
    return String.valueOf(originals().getOrDefault("name", ""));
  }

  /** Which of {@link #taskCount} tasks this is, from 0. */
  public int taskIndex() {
    return getInt(TASK_INDEX);
  }

  public int taskCount() {
    return getInt(TASK_COUNT);
  }

  /** How often the server is asked whether the API key is alive while streams are open. */
  public Duration probeInterval() {
    return Duration.ofMillis(getLong(PROBE_INTERVAL));
  }
}
