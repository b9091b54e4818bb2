package io.github.chirpconnect.harness.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record read from a topic.
 *
 * @param key as text; null for none
 * @param text the value as text; null for a tombstone
 * @param headers as text, the last of each name
 */
public record TopicRecord(
    String topic,
    int partition,
    long offset,
    Instant timestamp,
    String key,
    String text,
    Map<String, String> headers) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static TopicRecord of(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    record.headers().forEach(header -> headers.put(header.key(), text(header.value())));
    return new TopicRecord(
        record.topic(),
        record.partition(),
        record.offset(),
        Instant.ofEpochMilli(record.timestamp()),
        text(record.key()),
        text(record.value()),
        headers);
  }

  public boolean isTombstone() {
    return text == null;
  }

  /**
   * The value read as JSON.
   *
   * @throws AssertionError when it is a tombstone, or no JSON
   */
  public JsonNode json() {
    if (text == null) {
      throw new AssertionError("a tombstone where a value was expected: " + this);
    }
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + this, e);
    }
  }

  /** A header; null when it is not there. */
  public String header(String name) {
    return headers.get(name);
  }

  private static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }
}
