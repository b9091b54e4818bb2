package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.sink.command.Command;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * How many of a device's commands may have been sent, as far as its queue shows. The previous task
 * sent them in order, so their items are in the queue in that order. Others may have queued items
 * anywhere between them, and items may have left the queue. So the commands are matched as a
 * subsequence of the queue, not as one piece.
 *
 * <p>An item shows only its content: it may belong to an earlier command or to another client. So a
 * match means "may have been sent"; only a missing match proves something.
 */
final class QueueAlignment {
  private QueueAlignment() {}

  /**
   * The largest number of leading commands that may have been sent if the last of them is still in
   * the queue.
   *
   * @param stays whether the command at this index, if it was sent, must still be in the queue
   * @return 0 when the queue holds nothing that could be one of the commands
   */
  static int reach(List<Command> commands, List<QueuedDownlink> queue, IntPredicate stays) {
    int count = commands.size();
    while (count > 0 && !mayEndWith(count - 1, commands, queue, stays)) {
      count--;
    }
    return count;
  }

  /**
   * Whether this command may be in the queue, together with all earlier ones that must be there.
   */
  private static boolean mayEndWith(
      int last, List<Command> commands, List<QueuedDownlink> queue, IntPredicate stays) {
    int at = lastBefore(queue.size(), queue, commands.get(last));
    for (int i = last; i > 0 && at >= 0 && !commands.get(i).emptiesQueue(); i--) {
      if (stays.test(i - 1)) {
        at = lastBefore(at, queue, commands.get(i - 1));
      }
    }
    return at >= 0;
  }

  /** The last position before {@code end} of an item that may be the command's; -1 for none. */
  private static int lastBefore(int end, List<QueuedDownlink> queue, Command command) {
    int at = end - 1;
    while (at >= 0 && !command.mayBe(queue.get(at))) {
      at--;
    }
    return at;
  }
}
