package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.github.chirpconnect.feed.Feed;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/** The source's own keys: their defaults, validators and documents. */
final class SourceDefinition {
  private static final String GROUP = "Source";

  private SourceDefinition() {}

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

  static ConfigDef define(ConfigDef def) {
    int order = 0;
    return def.define(
            SourceConfig.FEEDS,
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
            SourceConfig.TOPIC_PREFIX,
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
            SourceConfig.DEVICE_STREAMS_MAX,
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
            SourceConfig.DEVICE_FRAME_STREAMS_MAX,
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
            SourceConfig.GATEWAY_STREAMS_MAX,
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
            SourceConfig.REDIS_POOL_SIZE,
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
            SourceConfig.INVENTORY_INTERVAL,
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
            SourceConfig.INVENTORY_ACTIVITY,
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
            SourceConfig.INVENTORY_VOLATILE_FIELDS,
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
            SourceConfig.INVENTORY_DELETE_MAX_SHARE,
            Type.DOUBLE,
            0.2,
            Validators.share(),
            LOW,
            "Largest share of all known devices (of all tasks) that is taken for deleted at once. If more are missing, the connector assumes a mistake (a wrong URL, an empty database): it deletes nothing, and logs that once an hour until it is resolved.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Deletes at once (share)")
        .define(
            SourceConfig.INVENTORY_FORGET_AFTER,
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
            SourceConfig.METRICS_AGGREGATION,
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
            SourceConfig.METRICS_CALLS_PER_SECOND,
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
            SourceConfig.DEVICE_QUEUE_INTERVAL,
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
            SourceConfig.DEVICE_QUEUE_CALLS_PER_SECOND,
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
            SourceConfig.QUEUE_MAX_RECORDS,
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
            SourceConfig.QUEUE_MAX_BYTES,
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
            SourceConfig.POLL_MAX_RECORDS,
            Type.INT,
            2000,
            between(1, 100_000),
            LOW,
            "Largest number of records per poll. What one uplink becomes is never divided: with the feed measurements a poll may have a few more.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Records at once")
        .define(
            SourceConfig.POLL_LINGER,
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
            SourceConfig.RECORD_MAX_BYTES,
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
            SourceConfig.INCLUDE_SECRETS,
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
}
