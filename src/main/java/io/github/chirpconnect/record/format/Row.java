package io.github.chirpconnect.record.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;

/**
 * What the columns of one flat record are made of.
 *
 * @param object what the codec decoded; missing where there is none
 * @param best of the receptions
 */
record Row(Struct struct, JsonNode object, Optional<Struct> best) {

  /** A field of messages in messages; null where one of them is not there. */
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
