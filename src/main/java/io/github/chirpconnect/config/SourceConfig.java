package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;

import io.github.chirpconnect.feed.Feed;
import java.time.Duration;
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

  /** What users configure. */
  public static final ConfigDef DEF = define();

  private static final ConfigDef TASK_DEF =
      define()
          .defineInternal(TASK_INDEX, Type.INT, 0, LOW)
          .defineInternal(TASK_COUNT, Type.INT, 1, LOW)
          .defineInternal(PROBE_INTERVAL, Type.LONG, 60_000L, LOW)
          .defineInternal(METRICS_SETTLE, Type.LONG, 120_000L, LOW);

  private final ConnectionConfig connection;
  private final TopicConfig topics;
  private final ActivityConfig activity;
  private final ValueConfig valueForm;

  public SourceConfig(Map<String, String> properties) {
    super(TASK_DEF, properties, false);
    this.connection = ConnectionConfig.of(this);
    this.activity = ActivityConfig.of(this);
    this.topics = TopicConfig.of(this);
    this.valueForm = ValueConfig.of(this);
  }

  private static ConfigDef define() {
    ConfigDef def = SourceDefinition.define(ConnectionConfig.define(new ConfigDef()));
    def = ValueConfig.define(TopicConfig.define(ActivityConfig.define(def)));
    return MeasurementsConfig.define(def);
  }

  public ConnectionConfig connection() {
    return connection;
  }

  public ActivityConfig activity() {
    return activity;
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

  /** The feeds whose data the server is asked for, be it for what is derived from them alone. */
  public Set<Feed> origins() {
    return feeds().stream()
        .map(Feed::origin)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Feed.class)));
  }

  /** Whether the streams of a feed are counted by {@code device.streams.max}. */
  static boolean sharesDeviceStreams(Feed feed) {
    return feed == Feed.DEVICE_EVENTS || feed == Feed.DEVICE_FRAMES;
  }

  public TopicConfig topics() {
    return topics;
  }

  /** In which form values are written. */
  public ValueConfig valueForm() {
    return valueForm;
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
        origins().contains(Feed.DEVICE_FRAMES) ? Math.min(deviceFrameStreamsMax(), frames) : 0;
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

  public MeasurementsConfig measurements() {
    return MeasurementsConfig.of(this);
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
