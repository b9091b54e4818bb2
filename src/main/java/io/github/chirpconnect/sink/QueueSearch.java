package io.github.chirpconnect.sink;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.QueuedDownlink;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds a downlink again in a device's queue. */
final class QueueSearch {
  /** Databases keep fewer digits of a second than a command may have. */
  private static final Duration ROUNDING = Duration.ofMillis(1);

  private QueueSearch() {}

  /** An object is encoded by the device's codec: nobody here knows into what. */
  static boolean canMatch(Command command) {
    return command instanceof Command.Enqueue enqueue && enqueue.downlink().data() != null;
  }

  /** The first item that could be the command's. */
  static Optional<QueuedDownlink> first(List<QueuedDownlink> queue, Command command) {
    return canMatch(command)
        ? queue.stream().filter(item -> matches(item, downlink(command))).findFirst()
        : Optional.empty();
  }

  /**
   * The first item that could be the command's and was queued after all that are known: a queue is
   * in the order of queueing, and one device's commands go one after the other.
   */
  static Optional<QueuedDownlink> firstAfterKnown(
      List<QueuedDownlink> queue, Command command, Predicate<String> known) {
    int from = 0;
    for (int i = 0; i < queue.size(); i++) {
      if (known.test(queue.get(i).id())) {
        from = i + 1;
      }
    }
    return first(queue.subList(from, queue.size()), command);
  }

  private static Downlink downlink(Command command) {
    return ((Command.Enqueue) command).downlink();
  }

  private static boolean matches(QueuedDownlink item, Downlink downlink) {
    return item.fPort() == downlink.fPort()
        && item.confirmed() == downlink.confirmed()
        && Arrays.equals(item.data(), downlink.data())
        && sameMoment(item.expiresAt(), downlink.expiresAt())
        && (downlink.encryptedFCntDown() == null
            || Objects.equals(item.fCntDown(), downlink.encryptedFCntDown()));
  }

  private static boolean sameMoment(Instant one, Instant other) {
    if (one == null || other == null) {
      return one == other;
    }
    return Duration.between(one, other).abs().compareTo(ROUNDING) <= 0;
  }
}
