package io.github.chirpconnect.record.json;

import org.apache.kafka.connect.data.Field;

/**
 * Takes the fields of a message as they are read: a struct does, which Connect validates with each
 * field; and so does who only wants to see their values.
 */
@FunctionalInterface
public interface FieldConsumer {
  /**
   * Called more than once for a field whose first value does not stay; the last one counts. A
   * message or list may be put before it is complete.
   *
   * @param value of the field's type, or null
   */
  void put(Field field, Object value);
}
