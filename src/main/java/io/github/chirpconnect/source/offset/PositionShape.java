package io.github.chirpconnect.source.offset;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Feed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How far the logs and series of one device or gateway were read. All fields are optional.
 *
 * <ul>
 *   <li>{@code {"dev_eui": "<EUI>"}}: {@code {"events": "<ids>", "events_part": "<id>/<place>",
 *       "frames": "<ids>", "device_metrics": "<buckets>", "link_metrics": "<buckets>"}}
 *   <li>{@code {"gateway_id": "<id>"}}: {@code {"frames": "<ids>", "gateway_metrics": "<buckets>"}}
 * </ul>
 *
 * The ids are those of the last entries that were handed to Kafka, see {@link EntryIdText}, and of
 * the event behind them, if some of its records were but not all, see {@link EntryPart}; the
 * buckets are the last ones, see {@link SeriesPosition}.
 */
public enum PositionShape implements OffsetShape {
  DEVICE("device", "dev_eui", List.of("events", "frames"), Feed.DEVICE_METRICS, Feed.LINK_METRICS),
  GATEWAY("gateway", "gateway_id", List.of("frames"), Feed.GATEWAY_METRICS);

  static final String PART_OF_EVENT = "events_part";

  private static final Pattern EUI = Pattern.compile("[0-9a-f]{16}");

  private final String word;
  private final String sign;
  private final Map<String, Consumer<String>> fields = new LinkedHashMap<>();

  PositionShape(String word, String sign, List<String> logs, Feed... series) {
    this.word = word;
    this.sign = sign;
    for (String log : logs) {
      fields.put(log, EntryIdText::read);
      if (log.equals("events")) {
        fields.put(PART_OF_EVENT, EntryPart::read);
      }
    }
    Stream.of(series).forEach(feed -> fields.put(field(feed), SeriesPosition::read));
  }

  /** Whose logs they are. */
  public static PositionShape of(LogKind log) {
    return switch (log) {
      case EVENTS, FRAMES -> DEVICE;
      case GATEWAY_FRAMES -> GATEWAY;
    };
  }

  /** Whose positions follow the entities of an inventory feed; empty where there are none. */
  public static Optional<PositionShape> of(Feed feed) {
    return switch (feed) {
      case DEVICES -> Optional.of(DEVICE);
      case GATEWAYS -> Optional.of(GATEWAY);
      default -> Optional.empty();
    };
  }

  /** Whose series a feed is. */
  public static PositionShape ofSeries(Feed feed) {
    return feed.owner().flatMap(PositionShape::of).orElseThrow();
  }

  /** The field of an offset for a log, and its name in messages. */
  public static String field(LogKind log) {
    return switch (log) {
      case EVENTS -> "events";
      case FRAMES, GATEWAY_FRAMES -> "frames";
    };
  }

  /** The field of an offset for a feed of series. */
  static String field(Feed feed) {
    return feed.id().replace('-', '_');
  }

  public Map<String, String> partition(String owner) {
    return Map.of(sign, owner);
  }

  String owner(Map<String, ?> partition) {
    return (String) partition.get(sign);
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
    OffsetShape.only(partition, offset, "offset", List.copyOf(fields.keySet()));
    for (String field : offset.keySet()) {
      try {
        fields.get(field).accept(OffsetShape.string(partition, offset, field));
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
