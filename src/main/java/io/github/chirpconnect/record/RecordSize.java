package io.github.chirpconnect.record;

import java.util.Collection;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * Estimates the bytes of a value as JSON without its schema. Of the usual converters' forms this
 * one is the largest, as far as it grows with the content. A schema adds the same to each record.
 * Text that contains JSON, such as {@code object}, counts with its quotes escaped.
 */
final class RecordSize {
  private static final int SHORT_VALUE = 12;
  private static final int ESCAPE = 6;
  private static final int PUNCTUATION = 4;

  private RecordSize() {}

  static long of(Object value) {
    return of(value, RecordSize::ofText);
  }

  /** No less than {@link #of}, and does not look at each character. */
  static long atMost(Object value) {
    return of(value, text -> (long) ESCAPE * text.length());
  }

  private static long of(Object value, ToLongFunction<String> ofText) {
    if (value instanceof String text) {
      return ofText.applyAsLong(text) + PUNCTUATION;
    }
    if (value instanceof byte[] bytes) {
      return bytes.length * 4L / 3 + PUNCTUATION;
    }
    if (value instanceof Struct struct) {
      long size = PUNCTUATION;
      for (Field field : struct.schema().fields()) {
        size += field.name().length() + PUNCTUATION + of(struct.get(field), ofText);
      }
      return size;
    }
    if (value instanceof Map<?, ?> map) {
      long size = PUNCTUATION;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        size += of(entry.getKey(), ofText) + of(entry.getValue(), ofText);
      }
      return size;
    }
    if (value instanceof Collection<?> items) {
      long size = PUNCTUATION;
      for (Object item : items) {
        size += of(item, ofText) + 1;
      }
      return size;
    }
    return value instanceof Number ? value.toString().length() : SHORT_VALUE;
  }

  /** In UTF-8, with what JSON escapes. */
  static long ofText(String text) {
    long size = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Both halves of a pair are escaped by Kafka's converter, though UTF-8 has four bytes for it.
      if (c < ' ' || Character.isSurrogate(c)) {
        size += ESCAPE;
      } else if (c < 0x80) {
        size += c == '"' || c == '\\' ? 2 : 1;
      } else {
        size += c < 0x800 ? 2 : 3;
      }
    }
    return size;
  }
}
