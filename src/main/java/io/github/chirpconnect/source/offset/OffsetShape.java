package io.github.chirpconnect.source.offset;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;

/** One kind of source partition: its partitions and the content of their offsets. */
interface OffsetShape {
  /** A field that every partition of this kind has, and partitions of other kinds lack. */
  String sign();

  /** Whether a partition is of this kind, valid or not. */
  default boolean owns(Map<String, ?> partition) {
    return partition.containsKey(sign());
  }

  /**
   * Checks what a user wants to set, or what Connect has stored. A partition must be exactly as the
   * connector writes it, because Connect finds it by its text.
   *
   * @param offset null to forget the partition
   * @throws ConnectException naming the partition, the invalid field and what is expected
   */
  void check(Map<String, ?> partition, Map<String, ?> offset);

  /** Refuses fields that this kind lacks. */
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
