package io.github.chirpconnect.sink;

import io.github.chirpconnect.api.QueuedDownlink;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How many of a device's commands are in its queue already. Both are in order, and what was queued
 * last stands at the end of the queue: so the commands that were sent are the ones that the end of
 * the queue spells. An equal item further up is an earlier command of the same content, and says
 * nothing: {@code open, close} in the queue does not mean that the next {@code open} was sent.
 *
 * @param items for each command that was dealt with, in order, its item; null for one that can't be
 *     in the queue any more or could never be recognized there
 * @param complete whether all of them that the queue could show are there; if not, the first ones
 *     must have left the queue, which takes a device that was served
 */
record QueueAlignment(List<QueuedDownlink> items, boolean complete) {

  /**
   * The alignment that shows most of the commands; of incomplete ones that which supposes least.
   */
  static Optional<QueueAlignment> of(List<Command> commands, List<QueuedDownlink> queue) {
    Optional<QueueAlignment> incomplete = Optional.empty();
    for (int count = commands.size(); count > 0; count--) {
      Optional<QueueAlignment> found = ending(commands.subList(0, count), queue);
      if (found.isPresent()) {
        if (found.get().complete()) {
          return found;
        }
        incomplete = found;
      }
    }
    return incomplete;
  }

  /** Aligns the last of the commands with the last of the queue, and so on forward. */
  private static Optional<QueueAlignment> ending(
      List<Command> commands, List<QueuedDownlink> queue) {
    if (queue.isEmpty() || !QueueSearch.canMatch(commands.get(commands.size() - 1))) {
      return Optional.empty();
    }
    QueuedDownlink[] items = new QueuedDownlink[commands.size()];
    int at = queue.size() - 1;
    for (int i = commands.size() - 1; i >= 0; i--) {
      Command command = commands.get(i);
      if (QueueSearch.canMatch(command)) {
        if (at < 0) {
          return Optional.of(new QueueAlignment(Arrays.asList(items), false));
        }
        if (!QueueSearch.matches(queue.get(at), command)) {
          return Optional.empty();
        }
        items[i] = queue.get(at--);
      }
      if (emptiesQueue(command)) {
        break;
      }
    }
    return Optional.of(new QueueAlignment(Arrays.asList(items), true));
  }

  private static boolean emptiesQueue(Command command) {
    return command instanceof Command.Flush
        || (command instanceof Command.Enqueue enqueue && enqueue.downlink().flushQueue());
  }
}
