package io.github.chirpconnect.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.record.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Computes the fingerprint of a content: equal for equal content, and the same in each process. It
 * covers the names and values of the fields that are set, in the schema's order, and maps by key.
 * So a field that is added to the schema later changes nothing as long as it is null. The object is
 * reused, because an inventory has 100,000 rows. Not thread-safe.
 */
final class Fingerprint {
  /** Increment when the algorithm changes; every entity is then emitted once more. */
  private static final String VERSION = "2";

  private static final int BYTES = 8;

  /** Written in place of a length, so that it differs from every text. */
  private static final int END = -1;

  private static final Base64.Encoder BASE_64 = Base64.getUrlEncoder().withoutPadding();

  private final MessageDigest digest = sha256();

  /** The bytes of the content so far. */
  private byte[] content = new byte[1_024];

  private int length;

  /** Begins another content. */
  void begin() {
    length = 0;
  }

  String text() {
    digest.update(content, 0, length);
    byte[] first = Arrays.copyOf(digest.digest(), BYTES);
    return VERSION + BASE_64.encodeToString(first);
  }

  /** Adds JSON that does not fit the schema. */
  void add(JsonNode json) {
    add(CanonicalJson.ofAny(json));
  }

  private void add(Struct struct) {
    for (Field field : struct.schema().fields()) {
      add(field.name(), struct.get(field));
    }
  }

  /** Adds a field, if it is set. */
  void add(String name, Object value) {
    if (value != null && !(value instanceof Date)) { // a time counts by its text: all digits
      add(name);
      addValue(value);
    }
  }

  private void addValue(Object value) {
    if (value instanceof String text) {
      add(text);
    } else if (value instanceof Struct struct) {
      add(struct);
      number(END);
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((key, item) -> add((String) key, item));
      number(END);
    } else if (value instanceof Collection<?> items) {
      items.forEach(this::addValue);
      number(END);
    } else if (value instanceof byte[] bytes) {
      add(bytes);
    } else if (value instanceof Float number) {
      number(Float.BYTES); // by its bits: Java versions differ in text
      number(Float.floatToIntBits(number));
    } else if (value instanceof Double number) {
      long bits = Double.doubleToLongBits(number);
      number(Double.BYTES);
      number((int) (bits >>> Integer.SIZE));
      number((int) bits);
    } else {
      add(value.toString());
    }
  }

  void add(String text) {
    add(text.getBytes(StandardCharsets.UTF_8));
  }

  /** With their number, so that different contents give different bytes. */
  private void add(byte[] bytes) {
    number(bytes.length);
    reserve(bytes.length);
    System.arraycopy(bytes, 0, content, length, bytes.length);
    length += bytes.length;
  }

  private void number(int number) {
    reserve(Integer.BYTES);
    for (int shift = 24; shift >= 0; shift -= 8) {
      content[length++] = (byte) (number >>> shift);
    }
  }

  private void reserve(int bytes) {
    if (bytes > content.length - length) {
      content = Arrays.copyOf(content, Math.max(2 * content.length, length + bytes));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
