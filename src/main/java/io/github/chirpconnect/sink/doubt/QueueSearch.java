package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.sink.command.Command;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds a downlink again in a device's queue. */
public final class QueueSearch {
  /** Databases keep fewer digits of a second than a command may have. */
  private static final Duration ROUNDING = Duration.ofMillis(1);

  private QueueSearch() {}

  /** An object is encoded by the device's codec: nobody here knows into what. */
  public static boolean canMatch(Command command) {
    return command instanceof Command.Enqueue enqueue && enqueue.downlink().data() != null;
  }

  /**
   * Whether an equal item can be no other command's: a frame counter is used once, so a second item
   * of the same payload and counter would never be sent.
   */
  static boolean isUnique(Command command) {
    return command instanceof Command.Enqueue enqueue
        && enqueue.downlink().encryptedFCntDown() != null;
  }

  /** What was queued after all items that are known: a queue is in the order of queueing. */
  public static List<QueuedDownlink> afterKnown(
      List<QueuedDownlink> queue, Predicate<QueuedDownlink> known) {
    int from = 0;
    for (int i = 0; i < queue.size(); i++) {
      if (known.test(queue.get(i))) {
        from = i + 1;
      }
    }
    return queue.subList(from, queue.size());
  }

  /** The first item that could be the command's. */
  public static Optional<QueuedDownlink> first(List<QueuedDownlink> queue, Command command) {
    return queue.stream().filter(item -> mayBe(item, command)).findFirst();
  }

  /**
   * Whether the item could be the command's. What a codec makes of an object may be any payload on
   * the object's port.
   */
  public static boolean mayBe(QueuedDownlink item, Command command) {
    return command instanceof Command.Enqueue enqueue && mayBe(item, enqueue.downlink());
  }

  private static boolean mayBe(QueuedDownlink item, Downlink downlink) {
    return item.fPort() == downlink.fPort()
        && item.confirmed() == downlink.confirmed()
        && (downlink.data() == null || Arrays.equals(item.data(), downlink.data()))
        && sameMoment(item.expiresAt(), downlink.expiresAt())
        && (downlink.encryptedFCntDown() == null
            || Objects.equals(item.fCntDown(), downlink.encryptedFCntDown()));
  }

  private static boolean sameMoment(Instant one, Instant other) {
    if (one == null) {
      return other == null;
    }
    return other != null && Duration.between(one, other).abs().compareTo(ROUNDING) <= 0;
  }
}
