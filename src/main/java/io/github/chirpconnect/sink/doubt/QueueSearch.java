package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.sink.command.Command;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds a command's item in its target's queue. */
final class QueueSearch {
  private QueueSearch() {}

  /** The items behind the last known one: a queue is in the order of queueing. */
  static List<QueuedDownlink> afterKnown(
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
  static Optional<QueuedDownlink> first(List<QueuedDownlink> queue, Command command) {
    return queue.stream().filter(command::mayBe).findFirst();
  }
}
