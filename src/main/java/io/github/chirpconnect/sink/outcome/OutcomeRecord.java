package io.github.chirpconnect.sink.outcome;

import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.record.json.TableText;
import io.github.chirpconnect.record.schema.Downlinks;
import io.github.chirpconnect.sink.command.ConnectValues;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * One record of the outcome topic. Its key is its {@link #id}, so that compaction keeps one of each
 * command. Written at least once: repetitions have the same id.
 *
 * @param commandId the sender's own name for the command
 * @param target null if the command's record does not tell
 * @param state see {@link Outcome.Kind} and {@link Intent}
 * @param queueItemId v4: the id that ChirpStack's txack and ack events name; null on v3 and for a
 *     multicast group
 * @param fCntDown the frame counter that the item had when it was queued; null for a device of v4.
 *     v3 may renumber the items of a device, so txack and ack events name it for certain only while
 *     one item is queued. Of a multicast group's call that is about to be made: the group's frame
 *     counter before it
 * @param topic of the command's record, as {@code partition}, {@code offset}, {@code timestamp} and
 *     {@code key} are
 * @param timestamp null if the command's record has none
 * @param key as text
 * @param time when it was decided
 * @see OutcomeFormat
 */
public record OutcomeRecord(
    String commandId,
    Target target,
    String state,
    String queueItemId,
    Long fCntDown,
    String reason,
    String topic,
    int partition,
    long offset,
    Long timestamp,
    String key,
    Instant time) {

  /**
   * Longest id or key that is written. A record that is too large for Kafka would be retried until
   * the task fails, and again after each restart.
   */
  private static final int LONGEST_TEXT = 10_000;

  static OutcomeRecord of(PendingCommand pending, Outcome outcome, Instant time) {
    return of(pending, outcome.kind().text(), outcome, time);
  }

  private static OutcomeRecord of(
      PendingCommand pending, String state, Outcome outcome, Instant time) {
    SinkRecord record = pending.record();
    return new OutcomeRecord(
        shortened(pending.parsed().id(), LONGEST_TEXT),
        pending.target(),
        state,
        outcome.queueItemId(),
        outcome.fCntDown(),
        outcome.reason(),
        record.originalTopic(),
        record.originalKafkaPartition(),
        record.originalKafkaOffset(),
        record.timestamp(),
        shortened(text(record.key()), LONGEST_TEXT),
        time);
  }

  /**
   * A command's call is about to be made, or is taken back since it was certainly not carried out.
   *
   * @param groupCounter the frame counter of its multicast group before the call; null where it is
   *     not known or has no meaning
   */
  static OutcomeRecord of(PendingCommand pending, Intent intent, Long groupCounter, Instant time) {
    return of(pending, intent.text(), new Outcome(null, null, groupCounter, null), time);
  }

  /** Names the command: its topic, partition and offset. */
  public String id() {
    return topic + "-" + partition + "-" + offset;
  }

  /** Names what was queued, as records of the source's feed do; the command if nothing was. */
  public String downlink() {
    if (queueItemId != null) {
      return queueItemId;
    }
    boolean named = fCntDown != null && target != null && !isSending();
    return named ? Downlinks.named(target.id(), fCntDown) : id();
  }

  /** Where the command's record is. */
  public TopicPartition source() {
    return new TopicPartition(topic, partition);
  }

  /** Whether it belongs to this record, and not to one of a topic that was created again. */
  public boolean isOf(PendingCommand pending) {
    return source().equals(pending.partition())
        && offset == pending.offset()
        && Objects.equals(timestamp, pending.record().timestamp());
  }

  /** What became of the command; empty if this says only that its call is made. */
  public Optional<Outcome> outcome() {
    return Outcome.Kind.of(state).map(kind -> new Outcome(kind, queueItemId, fCntDown, reason));
  }

  /** Whether the command's call may have been made after this was written. */
  public boolean isSending() {
    return state.equals(Intent.SENDING.text());
  }

  /** Whether it takes back an announcement. */
  public boolean isWaiting() {
    return state.equals(Intent.WAITING.text());
  }

  Struct struct() {
    Struct struct = new Struct(Downlinks.SCHEMA);
    for (Field field : Downlinks.SCHEMA.fields()) {
      struct.put(field, value(field.name()));
    }
    return struct;
  }

  /** The value of a field of {@link Downlinks#SCHEMA}; null if it has none. */
  Object value(String field) {
    return switch (field) {
      case "id" -> id();
      case Downlinks.DOWNLINK -> downlink();
      case "state" -> state;
      case "dev_eui" -> target == null || target.isGroup() ? null : target.id();
      case "multicast_group_id" -> target == null || !target.isGroup() ? null : target.id();
      case "time" -> Date.from(time);
      case "time_text" -> time.toString();
      case "queue_item_id" -> queueItemId;
      case "f_cnt_down" -> fCntDown;
      case Downlinks.CERTAINTY -> Downlinks.CERTAIN;
      case "reason" -> reason;
      case "command_id" -> commandId;
      case "command_topic" -> topic;
      case "command_partition" -> partition;
      case "command_offset" -> offset;
      case "command_timestamp" -> timestamp;
      case "command_key" -> key;
      default -> null;
    };
  }

  /**
   * Reads an outcome back.
   *
   * @return null if the value is none: a tombstone, or a record of the source's feed {@code
   *     downlinks}, which names no command
   */
  public static OutcomeRecord read(SchemaAndValue written) {
    if (written.value() instanceof Struct struct) {
      return read(name -> field(struct, name));
    }
    return written.value() instanceof Map<?, ?> map ? read(map::get) : null;
  }

  private static Object field(Struct struct, String name) {
    Field field = struct.schema().field(name);
    return field == null ? null : struct.get(field);
  }

  private static OutcomeRecord read(Fields fields) {
    if (!(fields.get("command_topic") instanceof String topic)
        || !(fields.get("command_partition") instanceof Number partition)
        || !(fields.get("command_offset") instanceof Number offset)
        || fields.text("state") == null) {
      return null;
    }
    return new OutcomeRecord(
        fields.text("command_id"),
        target(fields),
        fields.text("state"),
        fields.text("queue_item_id"),
        fields.number("f_cnt_down"),
        fields.text("reason"),
        topic,
        partition.intValue(),
        offset.longValue(),
        fields.number("command_timestamp"),
        fields.text("command_key"),
        fields.time());
  }

  private static Target target(Fields fields) {
    String group = fields.text("multicast_group_id");
    if (group != null) {
      return Target.group(group);
    }
    String device = fields.text("dev_eui");
    return device == null ? null : Target.device(device);
  }

  /** The fields of a record, in whatever form a converter returns it. */
  @FunctionalInterface
  private interface Fields {
    /** Null for what is null, and for what is not there. */
    Object get(String name);

    default String text(String name) {
      return get(name) instanceof String text ? text : null;
    }

    default Long number(String name) {
      return get(name) instanceof Number number ? number.longValue() : null;
    }

    /** The text has all digits of it. */
    default Instant time() {
      String text = text("time_text");
      return text == null ? null : Instant.parse(text);
    }
  }

  /**
   * Cuts a text that is too long, and replaces what databases do not take: outcomes are rows too.
   */
  static String shortened(String text, int most) {
    if (text == null) {
      return null;
    }
    String beginning = text.length() <= most ? text : text.substring(0, most) + "…";
    return TableText.of(beginning);
  }

  private static String text(Object key) {
    if (key instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    if (key instanceof ByteBuffer buffer) {
      return new String(ConnectValues.bytesOf(buffer), StandardCharsets.UTF_8);
    }
    return key == null ? null : key.toString();
  }
}
