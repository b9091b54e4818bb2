package io.github.chirpconnect.record.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;

/**
 * The sources of one flat record's columns.
 *
 * @param object the codec's object; missing if there is none
 * @param best the best reception
 */
record Row(Struct struct, JsonNode object, Optional<Struct> best) {

  /** A field of nested messages; null if one of them is absent. */
  Object at(String... path) {
    Object value = struct;
    for (String name : path) {
      if (!(value instanceof Struct message)) {
        return null;
      }
      value = message.get(name);
    }
    return value;
  }
}
