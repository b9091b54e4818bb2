package io.github.chirpconnect.source.offset;

import io.github.chirpconnect.api.LogKind;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The source partitions and offsets of this connector, and the check of those that a user brings.
 *
 * <ul>
 *   <li>{@code {"dev_eui": "<EUI>"}}: {@code {"events": "<ids>", "frames": "<ids>"}}, both
 *       optional: the last entries of the device's logs that were handed to Kafka. See {@link
 *       EntryIdText}.
 *   <li>{@code {"feed": "devices", "bucket": "<0-255>"}}: {@code {"ledger": "<devices>", "since":
 *       "<devices>", "topic": "<topic>"}}, the last two optional: the devices whose records were
 *       handed to Kafka. See {@link Ledger}.
 * </ul>
 *
 * An offset of null forgets the partition: the device's logs are read from the start of what the
 * server keeps, the bucket's devices are written again.
 */
public final class Offsets {
  static final String DEV_EUI = "dev_eui";
  private static final Pattern EUI = Pattern.compile("[0-9a-f]{16}");

  /** As the connector writes it: Connect finds a partition by its text, so 007 is not 7. */
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,2}");

  private Offsets() {}

  public static Map<String, String> devicePartition(String devEui) {
    return Map.of(DEV_EUI, devEui);
  }

  /** The field of a device's offset for one of its logs. */
  public static String field(LogKind log) {
    return switch (log) {
      case EVENTS -> "events";
      case FRAMES -> "frames";
    };
  }

  static boolean isEui(String text) {
    return EUI.matcher(text).matches();
  }

  /**
   * Checks offsets that a user wants to set. A partition that is none of this connector's may be
   * removed: one that had the connector's name before it has left it behind, and a reset of all
   * offsets removes that too.
   *
   * @throws ConnectException naming the partition and the field that is wrong, and what is expected
   */
  public static void check(Map<Map<String, ?>, Map<String, ?>> offsets) {
    offsets.forEach(
        (partition, offset) -> {
          if (partition == null) {
            throw new ConnectException("A partition is missing (null)");
          }
          boolean own = partition.containsKey(DEV_EUI) || partition.containsKey(Ledger.FEED);
          if (offset == null && !own) {
            return;
          }
          if (partition.containsKey(DEV_EUI)) {
            checkDevice(partition, offset);
          } else if (partition.containsKey(Ledger.FEED)) {
            checkLedger(partition, offset);
          } else {
            throw wrong(partition, "partition", "has neither dev_eui nor feed and bucket");
          }
        });
  }

  private static void checkDevice(Map<String, ?> partition, Map<String, ?> offset) {
    only(partition, partition, "partition", List.of(DEV_EUI));
    if (!isEui(string(partition, partition, DEV_EUI))) {
      throw wrong(partition, DEV_EUI, "must be 16 lower-case hex digits");
    }
    if (offset == null) {
      return;
    }
    only(partition, offset, "offset", List.of(field(LogKind.EVENTS), field(LogKind.FRAMES)));
    for (String field : offset.keySet()) {
      try {
        EntryIdText.read(string(partition, offset, field));
      } catch (IllegalArgumentException e) {
        throw wrong(partition, field, e.getMessage());
      }
    }
  }

  private static void checkLedger(Map<String, ?> partition, Map<String, ?> offset) {
    only(partition, partition, "partition", List.of(Ledger.FEED, Ledger.BUCKET));
    if (!Objects.equals(partition.get(Ledger.FEED), "devices")) {
      throw wrong(partition, Ledger.FEED, "must be devices");
    }
    String bucket = string(partition, partition, Ledger.BUCKET);
    if (!NUMBER.matcher(bucket).matches() || Integer.parseInt(bucket) >= Shards.BUCKETS) {
      throw wrong(
          partition,
          Ledger.BUCKET,
          "must be a number from 0 to " + (Shards.BUCKETS - 1) + ", without leading zeros");
    }
    if (offset == null) {
      return;
    }
    only(partition, offset, "offset", List.of(Ledger.LEDGER, Ledger.SINCE, Ledger.TOPIC));
    for (String field : offset.keySet()) {
      string(partition, offset, field);
    }
    string(partition, offset, Ledger.LEDGER);
    try {
      Ledger.parse(Integer.parseInt(bucket), offset);
    } catch (IllegalArgumentException e) {
      throw wrong(partition, Ledger.LEDGER, e.getMessage());
    }
  }

  private static void only(
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

  private static String string(Map<String, ?> partition, Map<String, ?> fields, String field) {
    if (fields.get(field) instanceof String text) {
      return text;
    }
    throw wrong(partition, field, "must be a string");
  }

  private static ConnectException wrong(Map<String, ?> partition, String field, String message) {
    return new ConnectException("Offset of partition " + partition + ": " + field + " " + message);
  }
}
