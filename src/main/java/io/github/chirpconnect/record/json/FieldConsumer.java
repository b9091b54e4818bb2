package io.github.chirpconnect.record.json;

import org.apache.kafka.connect.data.Field;

/**
 * Receives the fields of a message as they are read: a struct, which Connect validates with each
 * field, or something that only looks at the values.
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
