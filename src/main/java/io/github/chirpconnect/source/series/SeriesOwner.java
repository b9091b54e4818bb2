package io.github.chirpconnect.source.series;

import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.source.offset.PositionShape;
import java.util.Arrays;

/** A device or gateway whose series are read. There are many, so it is small. */
final class SeriesOwner {
  static final long NEVER = Long.MIN_VALUE;

  private final PositionShape shape;
  private final String id;

  /** For each series: the beginning of the first bucket that was not read. */
  private final long[] unread;

  private Place place;
  private long lastSeenAt = NEVER;

  /**
   * For each series that the server has refused: the time, by the steady clock, before which it is
   * not requested again. Null if none was refused.
   */
  private long[] restsUntil;

  private boolean gone;

  SeriesOwner(PositionShape shape, String id, long[] unread) {
    this.shape = shape;
    this.id = id;
    this.unread = unread;
  }

  PositionShape shape() {
    return shape;
  }

  String id() {
    return id;
  }

  Place place() {
    return place;
  }

  /**
   * @param lastSeenAt the server's time in milliseconds since 1970, or {@link #NEVER}
   */
  void listed(Place place, long lastSeenAt) {
    this.place = place;
    this.lastSeenAt = lastSeenAt;
  }

  long unread(int series) {
    return unread[series];
  }

  void readUntil(int series, long time) {
    unread[series] = time;
  }

  boolean wasSeenSince(long time) {
    return lastSeenAt >= time;
  }

  void rest(int series, long until) {
    if (restsUntil == null) {
      restsUntil = new long[unread.length];
      Arrays.fill(restsUntil, NEVER);
    }
    restsUntil[series] = until;
  }

  boolean rests(int series, long now) {
    return restsUntil != null && now < restsUntil[series];
  }

  /** It is gone; nothing more is read. */
  void leave() {
    gone = true;
  }

  boolean isGone() {
    return gone;
  }
}
