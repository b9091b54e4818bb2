package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * Topics and keys of the source's records, and what a deletion writes.
 *
 * @param prefix of topics
 * @param template of their names
 * @param keyFormat {@code string}, {@code struct} or {@code row}
 * @param deletes {@code tombstone}, {@code record} or {@code both}
 */
public record TopicConfig(String prefix, String template, String keyFormat, String deletes) {
  public static final String TEMPLATE = "topic.template";
  public static final String KEY_FORMAT = "key.format";
  public static final String DELETES = "deletes";

  /** The forms of keys that are structs. */
  static final List<String> KEYS_WITH_FIELDS = List.of("struct", "row");

  private static final String GROUP = "Topics";

  static TopicConfig of(AbstractConfig config) {
    return new TopicConfig(
        config.getString(SourceConfig.TOPIC_PREFIX),
        config.getString(TEMPLATE),
        config.getString(KEY_FORMAT),
        config.getString(DELETES));
  }

  static ConfigDef define(ConfigDef def) {
    int order = 0;
    return def.define(
            TEMPLATE,
            Type.STRING,
            "${prefix}.${topic}",
            Validators.nonBlank("the name of a topic, with variables such as ${topic}"),
            MEDIUM,
            "How topics are called. ${prefix} is topic.prefix, ${topic} what follows <prefix>. in the names there, such as device.up; "
                + "${feed} is the feed, ${kind} the kind of an event or frame; ${tenant_id}, ${tenant_name}, ${application_id} and "
                + "${application_name} say where something is. A text without variables is one topic for all. Values become lower-case letters, "
                + "digits and dashes, so names that differ in other signs share a topic; what is not known becomes none. Prefer ids: when a "
                + "name changes, the records go on in another topic. See docs/topics.md.",
            GROUP,
            ++order,
            ConfigDef.Width.LONG,
            "Topic template")
        .define(
            KEY_FORMAT,
            Type.STRING,
            "string",
            Validators.oneOf("string", "struct", "row"),
            MEDIUM,
            "string: the key is a text, such as a device's EUI. struct: it is a struct with the same parts as fields, such as dev_eui, for sinks "
                + "that make columns of it. row: as struct, but events, frames and measurements have their id in it too, for sinks that make the "
                + "primary key of a table of it; Kafka then keeps no order among the events of a device. Choose before the first record: with another form the same key is another one to Kafka.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Form of keys")
        .define(
            DELETES,
            Type.STRING,
            "tombstone",
            Validators.oneOf("tombstone", "record", "both"),
            MEDIUM,
            "What is written of an entity of an inventory that is gone. tombstone: its key without a value. record: a last record with its id, "
                + "deleted=true and deleted_at, all else null, for sinks that only append. both: the record, then the tombstone.",
            GROUP,
            ++order,
            ConfigDef.Width.SHORT,
            "Deletes");
  }
}
