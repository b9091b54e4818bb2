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

/** Finds a command's item in a device's queue. */
public final class QueueSearch {
  /** The server's database stores fewer fractional digits than a command may have. */
  private static final Duration ROUNDING = Duration.ofMillis(1);

  private QueueSearch() {}

  /**
   * Whether the item's payload is known: only the device's codec knows how it encodes an object.
   */
  public static boolean canMatch(Command command) {
    return command instanceof Command.Enqueue enqueue && enqueue.downlink().data() != null;
  }

  /**
   * Whether an equal item must be this command's. True for an encrypted payload: its frame counter
   * is used once.
   */
  static boolean isUnique(Command command) {
    return command instanceof Command.Enqueue enqueue
        && enqueue.downlink().encryptedFCntDown() != null;
  }

  /** The items behind the last known one: a queue is in the order of queueing. */
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

  /** The first item that may be the command's. */
  public static Optional<QueuedDownlink> first(List<QueuedDownlink> queue, Command command) {
    return queue.stream().filter(item -> mayBe(item, command)).findFirst();
  }

  /**
   * Whether the item may be the command's. An object may be encoded into any payload on its port.
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
