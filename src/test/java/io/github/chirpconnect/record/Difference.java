package io.github.chirpconnect.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What a converter gave back otherwise than it got it.
 *
 * @param path the topic, then the fields down to the value
 * @param schema of the value
 */
public record Difference(String path, Schema schema, Object written, Object read) {

  /** Finds none where only the form of bytes has changed: Connect allows two. */
  public static List<Difference> between(SourceRecord record, Object read) {
    List<Difference> differences = new ArrayList<>();
    compare(
        new Difference(record.topic(), record.valueSchema(), record.value(), read), differences);
    return differences;
  }

  private static void compare(Difference pair, List<Difference> differences) {
    if (pair.written == null || pair.read == null) {
      if (pair.written != pair.read) {
        differences.add(pair);
      }
      return;
    }
    switch (pair.schema.type()) {
      case STRUCT -> {
        for (Field field : pair.schema.fields()) {
          compare(
              new Difference(
                  pair.path + "." + field.name(),
                  field.schema(),
                  ((Struct) pair.written).get(field),
                  ((Struct) pair.read).get(field.name())),
              differences);
        }
      }
      case ARRAY -> {
        List<?> written = (List<?>) pair.written;
        List<?> read = (List<?>) pair.read;
        if (written.size() != read.size()) {
          differences.add(pair);
          return;
        }
        for (int i = 0; i < written.size(); i++) {
          compare(
              new Difference(
                  pair.path + "[]", pair.schema.valueSchema(), written.get(i), read.get(i)),
              differences);
        }
      }
      case BYTES -> {
        if (!bytes(pair.written).equals(bytes(pair.read))) {
          differences.add(pair);
        }
      }
      default -> {
        if (!Objects.equals(pair.written, pair.read)) {
          differences.add(pair);
        }
      }
    }
  }

  private static ByteBuffer bytes(Object value) {
    return value instanceof byte[] array ? ByteBuffer.wrap(array) : (ByteBuffer) value;
  }
}
