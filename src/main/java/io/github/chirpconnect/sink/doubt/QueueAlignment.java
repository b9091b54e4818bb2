package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.sink.command.Command;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * How many of a device's commands may have been sent, as far as its queue shows. The task before
 * sent them in order, so what it sent and what still waits are items of the queue in that order.
 * Others queue items too, before, between and behind them, and an item may have left the queue. So
 * the commands are looked for as a subsequence, not as a piece of the queue.
 *
 * <p>An item shows content and no more: it may as well be an earlier command's, or somebody else's.
 * So what is found may have been sent, and only what is not found can be shown not to be there.
 */
final class QueueAlignment {
  private QueueAlignment() {}

  /**
   * The largest number of commands, from the first one on, that may have been sent such that the
   * last of them is still in the queue.
   *
   * @param stays whether the command at this index, if it was sent, is in the queue for certain
   * @return 0 when the queue holds nothing that could be one of the commands
   */
  static int reach(List<Command> commands, List<QueuedDownlink> queue, IntPredicate stays) {
    int count = commands.size();
    while (count > 0 && !mayEndWith(count - 1, commands, queue, stays)) {
      count--;
    }
    return count;
  }

  /** Whether the command may be in the queue, with all before it that would be there as well. */
  private static boolean mayEndWith(
      int last, List<Command> commands, List<QueuedDownlink> queue, IntPredicate stays) {
    int at = lastBefore(queue.size(), queue, commands.get(last));
    for (int i = last; i > 0 && at >= 0 && !emptiesQueue(commands.get(i)); i--) {
      if (stays.test(i - 1)) {
        at = lastBefore(at, queue, commands.get(i - 1));
      }
    }
    return at >= 0;
  }

  /** The last place before an end where the command may be; -1 when there is none. */
  private static int lastBefore(int end, List<QueuedDownlink> queue, Command command) {
    int at = end - 1;
    while (at >= 0 && !QueueSearch.mayBe(queue.get(at), command)) {
      at--;
    }
    return at;
  }

  private static boolean emptiesQueue(Command command) {
    return command instanceof Command.Flush
        || (command instanceof Command.Enqueue enqueue && enqueue.downlink().flushQueue());
  }
}
