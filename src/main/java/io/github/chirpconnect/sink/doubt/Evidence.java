package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.sink.memory.SentItems;
import io.github.chirpconnect.sink.outcome.PartitionCommits;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What an equal item in a device's queue shows about a command whose call was lost. */
interface Evidence {

  /** The items that may be the command's. */
  List<QueuedDownlink> candidates(List<QueuedDownlink> queue);

  /**
   * Why such an item may be another's all the same; empty if it is taken for the command's.
   *
   * @param state of the device, before its queue was read
   */
  Optional<String> against(QueuedDownlink item, DeviceState state);

  /** Whether a later command of the device was sent already. */
  boolean wentPast();

  /** The call was made by this task. It comes after all that the task knows of the queue. */
  static Evidence ofOwnCall(PendingCommand pending, SentItems sent) {
    return new Evidence() {
      @Override
      public List<QueuedDownlink> candidates(List<QueuedDownlink> queue) {
        return sent.afterAllKnown(pending.target(), queue);
      }

      @Override
      public Optional<String> against(QueuedDownlink item, DeviceState state) {
        return Optional.empty();
      }

      @Override
      public boolean wentPast() {
        return false;
      }
    };
  }

  /**
   * The call was announced by another task. Outcomes tell which items are whose. What is left is
   * the command's, or another client's. But it may also belong to an earlier command whose outcome
   * was not read back, or not any more:
   *
   * <ul>
   *   <li>Not if an item of an earlier command of the device is known: a queue is served in order,
   *       so what is still there was queued after it.
   *   <li>Frame counters name items only until the server renumbers them, which it does when it
   *       serves the device. So there the device must not have been heard since.
   * </ul>
   *
   * @param whole whether all outcomes of the partition were read back
   */
  static Evidence ofOthersCall(PendingCommand pending, SentItems sent, boolean whole) {
    return new Evidence() {
      @Override
      public List<QueuedDownlink> candidates(List<QueuedDownlink> queue) {
        return sent.between(pending, queue);
      }

      @Override
      public Optional<String> against(QueuedDownlink item, DeviceState state) {
        Optional<Instant> last = sent.lastBefore(pending);
        if (last.isEmpty()) {
          return whole
              ? Optional.empty()
              : Optional.of(
                  "an equal item is in the device's queue, as "
                      + QueueSearch.name(item)
                      + ", which may be this command's, or an earlier one's, which the outcome topic"
                      + " does not hold any more or too far back");
        }
        boolean renumbered =
            item.id() == null
                && state.lastSeenAt() != null
                && state.lastSeenAt().isAfter(last.get().minus(PartitionCommits.CLOCKS_APART));
        return renumbered
            ? Optional.of(
                "an equal item is in the device's queue, with "
                    + QueueSearch.name(item)
                    + ", but the server may have renumbered an earlier one, since it heard the device at "
                    + state.lastSeenAt())
            : Optional.empty();
      }

      @Override
      public boolean wentPast() {
        return sent.laterWent(pending);
      }
    };
  }
}
