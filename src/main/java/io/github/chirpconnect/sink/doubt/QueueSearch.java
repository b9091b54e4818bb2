package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.sink.command.Command;
import java.util.List;
import java.util.Optional;

/** Finds a command's item in its target's queue. */
final class QueueSearch {
  private QueueSearch() {}

  /** How messages name an item: v3's have no id. */
  static String name(QueuedDownlink item) {
    return item.id() != null ? item.id() : "frame counter " + item.fCntDown();
  }

  /** The first item that may be the command's. */
  static Optional<QueuedDownlink> first(List<QueuedDownlink> queue, Command command) {
    return queue.stream().filter(command::mayBe).findFirst();
  }
}
