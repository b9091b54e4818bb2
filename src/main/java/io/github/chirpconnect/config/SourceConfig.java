package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Configuration of the source connector and its tasks. */
public final class SourceConfig extends AbstractConfig {
  public static final String FEEDS = "feeds";
  public static final String TOPIC_PREFIX = "topic.prefix";
  public static final String DEVICE_STREAMS_MAX = "device.streams.max";
  public static final String DEVICE_FRAME_STREAMS_MAX = "device.frame.streams.max";
  public static final String REDIS_POOL_SIZE = "chirpstack.redis.pool.size";
  public static final String INVENTORY_INTERVAL = "inventory.interval.ms";
  public static final String INVENTORY_VOLATILE_FIELDS = "inventory.volatile.fields";
  public static final String INVENTORY_DELETE_MAX_SHARE = "inventory.delete.max.share";
  public static final String INVENTORY_FORGET_AFTER = "inventory.forget.after.ms";
  public static final String QUEUE_MAX_RECORDS = "queue.max.records";
  public static final String QUEUE_MAX_BYTES = "queue.max.bytes";
  public static final String POLL_MAX_RECORDS = "poll.max.records";
  public static final String POLL_LINGER = "poll.linger.ms";
  public static final String RECORD_MAX_BYTES = "record.max.bytes";

  public static final String FEED_DEVICES = "devices";
  public static final String FEED_DEVICE_EVENTS = "device-events";
  public static final String FEED_DEVICE_FRAMES = "device-frames";

  /** Set by the connector for each of its tasks; not for users. */
  public static final String TASK_INDEX = "internal.task.index";

  public static final String TASK_COUNT = "internal.task.count";

  /** More than a v3 server with the smallest pool bears: for that its size has to be known. */
  private static final int EVENT_STREAMS_OF_ANY_POOL = 8;

  private static final int FRAME_STREAMS_OF_ANY_POOL = 4;

  /** For tests, which cannot wait a minute; not for users. */
  public static final String PROBE_INTERVAL = "internal.probe.interval.ms";

  /** The fields of the devices feed that can be volatile: all but the id. */
  public static final List<String> DEVICE_FIELDS =
      List.of(
          "name",
          "description",
          "tenant_id",
          "tenant_name",
          "application_id",
          "application_name",
          "device_profile_id",
          "device_profile_name",
          "created_at",
          "updated_at",
          "last_seen_at",
          "device_status",
          "tags",
          "activity");

  private static final List<String> ALL_FEEDS =
      List.of(FEED_DEVICES, FEED_DEVICE_EVENTS, FEED_DEVICE_FRAMES);
  private static final String GROUP = "Source";

  /** What users configure. */
  public static final ConfigDef DEF = define(ConnectionConfig.define(new ConfigDef()));

  private static final ConfigDef TASK_DEF =
      define(ConnectionConfig.define(new ConfigDef()))
          .defineInternal(TASK_INDEX, Type.INT, 0, LOW)
          .defineInternal(TASK_COUNT, Type.INT, 1, LOW)
          .defineInternal(PROBE_INTERVAL, Type.LONG, 60_000L, LOW);

  private final ConnectionConfig connection;

  public SourceConfig(Map<String, String> properties) {
    super(TASK_DEF, properties, false);
    this.connection = ConnectionConfig.of(this);
  }

  private static ConfigDef define(ConfigDef def) {
    int order = 0;
    return def.define(
            FEEDS,
            Type.LIST,
            List.of(FEED_DEVICES, FEED_DEVICE_EVENTS),
            Validators.someOf(ALL_FEEDS),
            HIGH,
            "What to read: devices (inventory), device-events (uplinks, joins, acknowledgements, status, logs, locations), device-frames (LoRaWAN frames).",
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
            "Topics are <prefix>.devices, <prefix>.device.up, .join, .ack, .txack, .status, .log, .location, and <prefix>.device.frames; "
                + "<prefix>.device.unreadable gets what fits no schema, as text.",
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
            "How often the inventory is read: how soon new, changed and deleted devices are noticed, and, with more devices than device.streams.max, "
                + "how soon those that have sent something.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Inventory interval (ms)")
        .define(
            INVENTORY_VOLATILE_FIELDS,
            Type.LIST,
            List.of("last_seen_at", "device_status"),
            Validators.anyOf(DEVICE_FIELDS),
            LOW,
            "Fields of the inventory whose change alone is not worth a record. They are part of the records that are written for other reasons.",
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
            "The share of all known devices, those of all tasks, that may be missing at once and still be taken for deleted. More is taken for a "
                + "mistake (a wrong URL, an empty database): nothing is deleted, and it is logged once an hour until it is resolved.",
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
            "How long the connector remembers how far it has read the logs of a device that is gone. One that comes back within this time, because "
                + "its application is read again or it was created anew, goes on from there; later, what the server still holds of its logs is read "
                + "from the start. By default as long as ChirpStack keeps a log in which nothing is written.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Forget devices after (ms)")
        .define(
            QUEUE_MAX_RECORDS,
            Type.INT,
            10_000,
            between(1, 10_000_000),
            LOW,
            "Records of one task that wait for Kafka before the server is slowed down.",
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
            "Bytes of one task that wait for Kafka before the server is slowed down.",
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
            "Records handed to Connect at once.",
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
            "How long more records are waited for after the first. With exactly-once delivery each batch is a transaction, so larger batches are faster.",
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
                + "<prefix>.device.unreadable without its large parts, with its id, kind, size and the reason: a record that Kafka refuses would fail "
                + "the task and stop all its devices. Keep it 100 kB below the producer's max.request.size (1 MiB by default) and the topics' "
                + "max.message.bytes.",
            GROUP,
            ++order,
            ConfigDef.Width.MEDIUM,
            "Record size (bytes)");
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

  public Set<String> feeds() {
    return new LinkedHashSet<>(getList(FEEDS));
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

  static int streamsCeiling(Integer pool, boolean events) {
    if (pool != null) {
      return pool / 2;
    }
    return events ? EVENT_STREAMS_OF_ANY_POOL : FRAME_STREAMS_OF_ANY_POOL;
  }

  public Duration inventoryInterval() {
    return Duration.ofMillis(getLong(INVENTORY_INTERVAL));
  }

  public Set<String> volatileFields() {
    return Set.copyOf(getList(INVENTORY_VOLATILE_FIELDS));
  }

  public double deleteMaxShare() {
    return getDouble(INVENTORY_DELETE_MAX_SHARE);
  }

  /** How long the position of a device that is gone is kept. */
  public Duration inventoryForgetAfter() {
    return Duration.ofMillis(getLong(INVENTORY_FORGET_AFTER));
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
