package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.ApiException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Distinguishes streams for which the server had no room from streams that ended because its Redis
 * failed. Each stream waits equally long for room, so those opened at different times end at
 * different times. If they end at the same time nevertheless, there was another reason. So a
 * refusal takes effect only a moment later.
 *
 * <p>Not thread-safe.
 */
final class EndsTogether {
  /** Streams that end within this time ended together. */
  static final long INSTANT_MS = 300;

  /** Streams that were opened at least this far apart were not opened together. */
  private static final long APART_MS = 2 * INSTANT_MS;

  private static final long AT_ONCE_MS = 1_000;

  /**
   * The end of a stream.
   *
   * @param refused the server seems to have had no room for it
   * @param heard it has delivered entries
   */
  record End(
      LogReader follower,
      ApiException reason,
      boolean refused,
      boolean heard,
      long openedAt,
      long endedAt) {}

  private final Deque<End> ends = new ArrayDeque<>();
  private final List<End> undecided = new ArrayList<>();

  void add(End end) {
    ends.addLast(end);
    if (end.refused()) {
      undecided.add(end);
    }
  }

  boolean isUndecided() {
    return !undecided.isEmpty();
  }

  /** Refusals whose meaning is known now. */
  List<End> decided(long now) {
    while (!ends.isEmpty() && now - ends.peekFirst().endedAt() > 3 * INSTANT_MS) {
      ends.removeFirst();
    }
    List<End> decided =
        undecided.stream().filter(end -> now - end.endedAt() >= INSTANT_MS).toList();
    undecided.removeAll(decided);
    return decided;
  }

  /**
   * Whether streams that were opened at other times ended together with this one. A stream that
   * ends immediately after its opening has its own reason.
   */
  boolean endedWithOthers(End end) {
    return ends.stream()
        .anyMatch(
            other ->
                other.endedAt() - other.openedAt() >= AT_ONCE_MS
                    && Math.abs(other.endedAt() - end.endedAt()) <= INSTANT_MS
                    && Math.abs(other.openedAt() - end.openedAt()) > APART_MS);
  }
}
