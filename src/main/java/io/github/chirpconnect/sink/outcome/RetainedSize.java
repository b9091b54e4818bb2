package io.github.chirpconnect.sink.outcome;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Estimates how much memory a pending record holds: the size of its content plus a fixed overhead.
 */
final class RetainedSize {
  private static final long RECORD = 400;
  private static final long VALUE = 32;

  private RetainedSize() {}

  static long of(SinkRecord record) {
    long size = RECORD + ofValue(record.key()) + ofValue(record.value());
    for (Header header : record.headers()) {
      size += VALUE + header.key().length() + ofValue(header.value());
    }
    return size;
  }

  private static long ofValue(Object value) {
    if (value instanceof CharSequence text) {
      return VALUE + text.length();
    }
    if (value instanceof byte[] bytes) {
      return VALUE + bytes.length;
    }
    if (value instanceof ByteBuffer buffer) {
      return VALUE + buffer.capacity();
    }
    long size = VALUE;
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        size += VALUE + ofValue(entry.getKey()) + ofValue(entry.getValue());
      }
    } else if (value instanceof List<?> list) {
      for (Object each : list) {
        size += ofValue(each);
      }
    } else if (value instanceof Struct struct) {
      for (Field field : struct.schema().fields()) {
        size += ofValue(struct.getWithoutDefault(field.name()));
      }
    }
    return size;
  }
}
