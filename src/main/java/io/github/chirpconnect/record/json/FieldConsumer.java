package io.github.chirpconnect.record.json;

import org.apache.kafka.connect.data.Field;

/**
 * Takes the fields of a message as they are read: a struct, where Connect validates each field, or
 * a reader that needs only the values.
 */
@FunctionalInterface
public interface FieldConsumer {
  /**
   * May be called more than once for a field; the last value counts. A message or list may be put
   * before it is complete.
   *
   * @param value of the field's type, or null
   */
  void put(Field field, Object value);
}
