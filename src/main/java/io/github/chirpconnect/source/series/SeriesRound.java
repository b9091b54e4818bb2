package io.github.chirpconnect.source.series;

import io.github.chirpconnect.source.offset.PositionShape;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses which series to request next: all devices and gateways in turn, in rounds. Of each it
 * chooses the series with a closed bucket in which the entity was active.
 */
final class SeriesRound {
  /** A round passes over all entities, which costs time even if little is due. */
  static final long ROUND_MS = 10_000;

  /**
   * A series to be requested.
   *
   * @param index of the series among those of its owner
   */
  record Due(SeriesOwner owner, int index, PolledSeries series) {
    /** The beginning of the first bucket that was not read. */
    long unread() {
      return owner.unread(index);
    }
  }

  private final Map<PositionShape, List<PolledSeries>> series;
  private final Map<PositionShape, Map<String, SeriesOwner>> owners =
      new EnumMap<>(PositionShape.class);

  private List<SeriesOwner> round = List.of();
  private int turn;
  private int index;
  private long began = -ROUND_MS;

  /**
   * @param series of devices and of gateways
   */
  SeriesRound(Map<PositionShape, List<PolledSeries>> series) {
    this.series = series;
    series.keySet().forEach(shape -> owners.put(shape, new LinkedHashMap<>()));
  }

  List<PolledSeries> series(PositionShape shape) {
    return series.get(shape);
  }

  /** Null if it is not known. */
  SeriesOwner owner(PositionShape shape, String id) {
    return owners.get(shape).get(id);
  }

  void add(SeriesOwner owner) {
    owners.get(owner.shape()).put(owner.id(), owner);
  }

  /** Null if it was not known. */
  SeriesOwner remove(PositionShape shape, String id) {
    SeriesOwner owner = owners.get(shape).remove(id);
    if (owner != null) {
      owner.leave();
    }
    return owner;
  }

  /**
   * The next due series; null if none is due before a new round may begin.
   *
   * @param now by the steady clock
   * @param settled everything before this moment is counted, by the wall clock
   */
  Due next(long now, long settled) {
    if (turn >= round.size()) {
      if (now - began < ROUND_MS) {
        return null;
      }
      began = now;
      turn = 0;
      index = 0;
      round = new ArrayList<>();
      owners.values().forEach(some -> round.addAll(some.values()));
    }
    for (; turn < round.size(); turn++, index = 0) {
      SeriesOwner owner = round.get(turn);
      if (owner.isGone()) {
        continue;
      }
      List<PolledSeries> all = series(owner.shape());
      while (index < all.size()) {
        int at = index++;
        if (!owner.rests(at, now) && isDue(owner, at, all.get(at), settled)) {
          return new Due(owner, at, all.get(at));
        }
      }
    }
    return null;
  }

  private static boolean isDue(SeriesOwner owner, int index, PolledSeries series, long settled) {
    long from = Math.max(owner.unread(index), series.keptSince(settled));
    return owner.wasSeenSince(from) && series.mayBeOver(from, settled);
  }
}
