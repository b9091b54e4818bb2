package io.github.chirpconnect.source.offset;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The source partitions and offsets of this connector, and the check of those that a user sets:
 * {@link PositionShape} for logs and series, {@link LedgerShape} for inventories.
 *
 * <p>An offset of null forgets the partition: a log is read from the oldest entry that the server
 * keeps; the entities of a bucket are written again.
 */
public final class Offsets {
  private static final List<OffsetShape> SHAPES =
      List.of(PositionShape.DEVICE, PositionShape.GATEWAY, LedgerShape.INSTANCE);

  private Offsets() {}

  /**
   * Checks offsets that a user wants to set. Partitions of another kind may be removed: an earlier
   * connector of the same name may have left them, and a reset of all offsets includes them.
   *
   * @throws ConnectException naming the partition, the invalid field and what is expected
   */
  public static void check(Map<Map<String, ?>, Map<String, ?>> offsets) {
    offsets.forEach(Offsets::check);
  }

  private static void check(Map<String, ?> partition, Map<String, ?> offset) {
    if (partition == null) {
      throw new ConnectException("A partition is missing (null)");
    }
    for (OffsetShape shape : SHAPES) {
      if (shape.owns(partition)) {
        shape.check(partition, offset);
        return;
      }
    }
    if (offset != null) {
      throw OffsetShape.wrong(
          partition,
          "partition",
          "has none of "
              + SHAPES.stream().map(OffsetShape::sign).collect(Collectors.joining(", "))
              + ": it is none of this connector's");
    }
  }
}
