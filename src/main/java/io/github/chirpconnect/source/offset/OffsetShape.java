package io.github.chirpconnect.source.offset;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;

/** One kind of source partition: which there are, and what their offsets say. */
interface OffsetShape {
  /** The field that each partition of this kind has, and no other. */
  String sign();

  /** Whether a partition is meant to be of this kind. */
  default boolean owns(Map<String, ?> partition) {
    return partition.containsKey(sign());
  }

  /**
   * Checks what a user wants to set, or what Connect has stored. A partition is permitted only as
   * the connector writes it: Connect finds it by its text.
   *
   * @param offset null to forget the partition
   * @throws ConnectException naming the partition and the field that is wrong, and what is expected
   */
  void check(Map<String, ?> partition, Map<String, ?> offset);

  /** Refuses fields that this kind does not have. */
  static void only(
      Map<String, ?> partition, Map<String, ?> fields, String what, List<String> known) {
    for (String field : fields.keySet()) {
      if (!known.contains(field)) {
        throw wrong(
            partition,
            String.valueOf(field),
            "is not a field of this " + what + "; known: " + String.join(", ", known));
      }
    }
  }

  static String string(Map<String, ?> partition, Map<String, ?> fields, String field) {
    if (fields.get(field) instanceof String text) {
      return text;
    }
    throw wrong(partition, field, "must be a string");
  }

  static ConnectException wrong(Map<String, ?> partition, String field, String message) {
    return new ConnectException("Offset of partition " + partition + ": " + field + " " + message);
  }
}
