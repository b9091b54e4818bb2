package io.github.chirpconnect.sink.outcome;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.chirpconnect.sink.command.ConnectValues;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * One record of the outcome topic. The key is the target's id, the value JSON with these fields in
 * snake_case, null ones included. Written at least once: repetitions have the same topic, partition
 * and offset of the command's record.
 *
 * @param id the sender's own name for the command
 * @param outcome see {@link Outcome.Kind}
 * @param queueItemId v4: the id that ChirpStack's txack and ack events name; null on v3
 * @param fCntDown v3: the frame counter that the item had when it was queued. The server may
 *     renumber it, so txack and ack events name it for certain only while one item is queued. Null
 *     on v4
 * @param key the key of the command's record, as text
 * @param time when it was decided, RFC 3339
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record OutcomeRecord(
    String id,
    String devEui,
    String outcome,
    String queueItemId,
    Long fCntDown,
    String reason,
    String topic,
    int partition,
    long offset,
    String key,
    String time) {

  /**
   * Longest id or key that is written. A record that is too large for Kafka would be retried until
   * the task fails, and again after each restart.
   */
  private static final int LONGEST_TEXT = 10_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  static OutcomeRecord of(PendingCommand pending, Outcome outcome, Instant time) {
    SinkRecord record = pending.record();
    return new OutcomeRecord(
        shortened(pending.parsed().id(), LONGEST_TEXT),
        pending.target() == null ? null : pending.target().id(),
        outcome.kind().text(),
        outcome.queueItemId(),
        outcome.fCntDown(),
        outcome.reason(),
        record.originalTopic(),
        record.originalKafkaPartition(),
        record.originalKafkaOffset(),
        shortened(text(record.key()), LONGEST_TEXT),
        time.toString());
  }

  byte[] keyBytes() {
    return devEui == null ? null : devEui.getBytes(StandardCharsets.UTF_8);
  }

  public byte[] valueBytes() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts and numbers are always JSON", e);
    }
  }

  /**
   * Cuts a text that is too long, and replaces a lone surrogate, which UTF-8 does not have, by a
   * question mark.
   */
  static String shortened(String text, int most) {
    if (text == null) {
      return null;
    }
    String beginning = text.length() <= most ? text : text.substring(0, most) + "…";
    return new String(beginning.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
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
