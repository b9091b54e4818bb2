package io.github.chirpconnect.source.offset;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Feed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How far the logs of one device or gateway were read.
 *
 * <ul>
 *   <li>{@code {"dev_eui": "<EUI>"}}: {@code {"events": "<ids>", "frames": "<ids>"}}, both optional
 *   <li>{@code {"gateway_id": "<id>"}}: {@code {"frames": "<ids>"}}
 * </ul>
 *
 * The ids are those of the last entries that were handed to Kafka, see {@link EntryIdText}.
 */
public enum PositionShape implements OffsetShape {
  DEVICE("device", "dev_eui", List.of("events", "frames")),
  GATEWAY("gateway", "gateway_id", List.of("frames"));

  private static final Pattern EUI = Pattern.compile("[0-9a-f]{16}");

  private final String word;
  private final String sign;
  private final List<String> fields;

  PositionShape(String word, String sign, List<String> fields) {
    this.word = word;
    this.sign = sign;
    this.fields = fields;
  }

  /** Whose logs they are. */
  public static PositionShape of(LogKind log) {
    return switch (log) {
      case EVENTS, FRAMES -> DEVICE;
      case GATEWAY_FRAMES -> GATEWAY;
    };
  }

  /** Whose logs follow the entities of an inventory feed; empty where there are none. */
  public static Optional<PositionShape> of(Feed feed) {
    return switch (feed) {
      case DEVICES -> Optional.of(DEVICE);
      case GATEWAYS -> Optional.of(GATEWAY);
      default -> Optional.empty();
    };
  }

  /** The field of an offset for a log, and its name in messages. */
  public static String field(LogKind log) {
    return switch (log) {
      case EVENTS -> "events";
      case FRAMES, GATEWAY_FRAMES -> "frames";
    };
  }

  public Map<String, String> partition(String owner) {
    return Map.of(sign, owner);
  }

  String owner(Map<String, ?> partition) {
    return (String) partition.get(sign);
  }

  List<String> fields() {
    return fields;
  }

  @Override
  public String sign() {
    return sign;
  }

  @Override
  public void check(Map<String, ?> partition, Map<String, ?> offset) {
    OffsetShape.only(partition, partition, "partition", List.of(sign));
    if (!EUI.matcher(OffsetShape.string(partition, partition, sign)).matches()) {
      throw OffsetShape.wrong(partition, sign, "must be 16 lower-case hex digits");
    }
    if (offset == null) {
      return;
    }
    OffsetShape.only(partition, offset, "offset", fields);
    for (String field : offset.keySet()) {
      try {
        EntryIdText.read(OffsetShape.string(partition, offset, field));
      } catch (IllegalArgumentException e) {
        throw OffsetShape.wrong(partition, field, e.getMessage());
      }
    }
  }

  /** What its owner is, for messages. */
  @Override
  public String toString() {
    return word;
  }
}
