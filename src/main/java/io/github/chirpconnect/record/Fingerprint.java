package io.github.chirpconnect.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.record.json.CanonicalJson;
import io.github.chirpconnect.record.json.MappingException;
import io.github.chirpconnect.record.json.Times;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Names a record's content: equal for equal content, whatever the order of its tags, and the same
 * in each process. Names and values of all fields that are there count, in the schema's order, maps
 * by key; so a field that is added to the schema later changes nothing as long as it is null.
 */
final class Fingerprint {
  /** Increment when the algorithm changes; every entity is then emitted once more. */
  private static final String VERSION = "2";

  private static final int BYTES = 8;

  /** Where a length would be, so that no text can be taken for it. */
  private static final byte[] END = {-1, -1, -1, -1};

  private final MessageDigest digest = sha256();

  private Fingerprint() {}

  /**
   * @param left names of fields that do not count; a time goes with its text
   */
  static String of(Struct struct, Set<String> left) {
    Fingerprint fingerprint = new Fingerprint();
    for (Field field : struct.schema().fields()) {
      if (!left.contains(contentName(field.name()))) {
        fingerprint.add(field.name(), struct.get(field));
      }
    }
    return fingerprint.text();
  }

  /** Of what no struct can be made of. */
  static String of(String id, JsonNode json) {
    Fingerprint fingerprint = new Fingerprint();
    fingerprint.add(id);
    fingerprint.add(canonical(json));
    return fingerprint.text();
  }

  private static String canonical(JsonNode json) {
    try {
      return CanonicalJson.of(json);
    } catch (MappingException e) {
      return json.toString(); // has a number that no double holds
    }
  }

  private static String contentName(String field) {
    return field.endsWith(Times.TEXT_SUFFIX)
        ? field.substring(0, field.length() - Times.TEXT_SUFFIX.length())
        : field;
  }

  private String text() {
    byte[] first = Arrays.copyOf(digest.digest(), BYTES);
    return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(first);
  }

  private void add(String name, Object value) {
    if (value != null && !(value instanceof Date)) { // a time counts by its text: all digits
      add(name);
      addValue(value);
    }
  }

  private void addValue(Object value) {
    if (value instanceof Struct struct) {
      List<Field> fields = struct.schema().fields();
      fields.forEach(field -> add(field.name(), struct.get(field)));
      digest.update(END);
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((key, item) -> add((String) key, item));
      digest.update(END);
    } else if (value instanceof Collection<?> items) {
      items.forEach(this::addValue);
      digest.update(END);
    } else if (value instanceof byte[] bytes) {
      add(Base64.getEncoder().encodeToString(bytes));
    } else if (value instanceof Float number) {
      add(Integer.toHexString(Float.floatToIntBits(number))); // Java versions differ in text
    } else if (value instanceof Double number) {
      add(Long.toHexString(Double.doubleToLongBits(number)));
    } else {
      add(value.toString());
    }
  }

  /** With its length, so that no two texts run into the same bytes. */
  private void add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
