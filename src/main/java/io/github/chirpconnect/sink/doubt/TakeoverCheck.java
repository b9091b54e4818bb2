package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.sink.command.Command;
import io.github.chirpconnect.sink.memory.SentItems;
import io.github.chirpconnect.sink.outcome.PartitionCommits;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds out whether the previous owner of a partition has sent a command already. A task can't ask
 * the previous one; it can read the target's queue.
 *
 * <ul>
 *   <li>The task remembers what it sent itself when it had the partition before. Commands before
 *       that in the lane had their outcome then, and are not sent after it.
 *   <li>If the queue holds an equal item, the command may have been sent. The item may also belong
 *       to an earlier, committed command or to another client. So the command is not sent, and its
 *       outcome is unknown. Only a payload that is encrypted for a frame counter is found for
 *       certain.
 *   <li>Commands before it in the lane are unknown as well, since a lane goes in order. But a
 *       command that would have to be in the queue and is not was not sent, or was refused.
 *   <li>All others are sent, although their items may have gone over the air already: nothing shows
 *       that they were sent, and refusing the first commands after each restart would be worse than
 *       a rare repetition after a crash. A task that is stopped leaves nothing in doubt.
 * </ul>
 *
 * <p>A target's queue is read once for all commands of a partition that are in doubt: before any of
 * them is sent, and late enough that calls of the previous task have ended.
 */
public final class TakeoverCheck {
  /** What to do about a command. */
  public sealed interface Decision {
    /** Read the target's queue now, and ask again. */
    record Look() implements Decision {}

    /** Read the device's state now, and ask again. */
    record AskState() implements Decision {}

    /** This task has sent it. */
    record Sent(Receipt receipt) implements Decision {}

    /** It is in the queue. */
    record Queued(QueuedDownlink item) implements Decision {}

    /** It may have been sent. */
    record Unknown(String reason) implements Decision {}

    /** Nothing shows that it was sent. */
    record Send() implements Decision {}
  }

  /** A multicast group has no state; its members are of class B or C. */
  private static final DeviceState AT_ANY_TIME = new DeviceState(null, "CLASS_C");

  private static final String ADVICE = " (in.doubt=resend sends such a command again)";

  private static final String PAST =
      "this task sent it, or a later command for the same target, when it had the partition before; so it was handled then"
          + ADVICE;

  private final SentItems sent;
  private final Predicate<PendingCommand> givenUpEarly;

  /** What was seen of each target, for each partition. */
  private final Map<PartitionCommits, Map<Target, Look>> looks = new HashMap<>();

  /**
   * @param givenUpEarly whether the previous task may have skipped a command that never got into
   *     the queue, and sent the next one of the lane
   */
  public TakeoverCheck(SentItems sent, Predicate<PendingCommand> givenUpEarly) {
    this.sent = sent;
    this.givenUpEarly = givenUpEarly;
  }

  /**
   * @param after the commands behind it in its lane
   */
  public Decision advise(PendingCommand pending, List<PendingCommand> after) {
    Optional<Receipt> receipt = sent.receipt(pending);
    if (receipt.isPresent()) {
      return new Decision.Sent(receipt.get());
    }
    boolean past = sent.wentPast(pending);
    List<PendingCommand> doubtful = doubtful(pending, after);
    Look look = looks.getOrDefault(pending.commits(), Map.of()).get(pending.target());
    if (look == null) {
      if (doubtful.stream().anyMatch(each -> !each.command().isRepeatable())) {
        return new Decision.Look();
      }
      return past ? new Decision.Unknown(PAST) : new Decision.Send();
    }
    Decision advice = past ? look.adviceOnPast(pending) : look.advice(pending, doubtful);
    if (advice instanceof Decision.Queued queued) {
      sent.add(pending, queued.item());
    }
    return advice;
  }

  /** The target's queue, as just read. */
  public void looked(PendingCommand pending, List<QueuedDownlink> queue) {
    Look look = new Look(pending.target().kind().text(), queue, sent.unaccounted(pending, queue));
    if (pending.target().isGroup()) {
      look.state = AT_ANY_TIME;
    }
    looks
        .computeIfAbsent(pending.commits(), commits -> new HashMap<>())
        .put(pending.target(), look);
    sent.seen(pending.target(), queue);
  }

  /** The device's state, as just read. */
  public void heard(PendingCommand pending, DeviceState state) {
    Look look = looks.getOrDefault(pending.commits(), Map.of()).get(pending.target());
    if (look != null) { // else forgotten meanwhile, with a change of partitions
      look.state = state;
    }
  }

  /** Forgets what was read for partitions that were revoked or have nothing in doubt any more. */
  public void tidy() {
    if (!looks.isEmpty()) {
      looks.keySet().removeIf(commits -> commits.isClosed() || commits.isBeyondDoubt());
    }
  }

  /** The commands in doubt of the same partition; another partition had another previous owner. */
  private static List<PendingCommand> doubtful(PendingCommand pending, List<PendingCommand> after) {
    return Stream.concat(
            Stream.of(pending),
            after.stream()
                .filter(next -> next.step() == PendingCommand.Step.CHECK_TAKEOVER)
                .filter(next -> next.commits() == pending.commits()))
        .toList();
  }

  /** What was read of a target. */
  private final class Look {
    /** The kind of the target, for messages. */
    private final String target;

    private final List<QueuedDownlink> whole;

    /** Without the items that are known to belong to other commands. */
    private final List<QueuedDownlink> queue;

    private final Map<PendingCommand, Decision> advice = new HashMap<>();
    private DeviceState state;

    /** A command was certainly not sent, so neither was any after it. */
    private boolean ended;

    Look(String target, List<QueuedDownlink> whole, List<QueuedDownlink> queue) {
      this.target = target;
      this.whole = whole;
      this.queue = queue;
    }

    /** For a command that is not sent in any case, since this task has sent a later one. */
    Decision adviceOnPast(PendingCommand pending) {
      Optional<QueuedDownlink> item =
          Optional.of(pending.command())
              .filter(Command::isUnique)
              .flatMap(command -> QueueSearch.first(whole, command));
      return item.isPresent() ? new Decision.Queued(item.get()) : new Decision.Unknown(PAST);
    }

    Decision advice(PendingCommand pending, List<PendingCommand> doubtful) {
      if (!advice.containsKey(pending)) {
        List<Command> commands = doubtful.stream().map(PendingCommand::command).toList();
        int most = ended ? 0 : QueueAlignment.reach(commands, queue, i -> false);
        int certain = most;
        if (most > 0) {
          certain = QueueAlignment.reach(commands, queue, i -> stays(doubtful.get(i)));
          if (certain < most && state == null) {
            return new Decision.AskState();
          }
        }
        decided(doubtful, certain);
      }
      return advice.remove(pending);
    }

    /**
     * Whether the command must be in the queue if the previous task has handled it. Not if an equal
     * item is there: the previous task, which could not tell it from the command's own, skipped the
     * command and sent the next.
     */
    private boolean stays(PendingCommand pending) {
      return pending.command().isRecognizable()
          && !givenUpEarly.test(pending)
          && QueueSearch.first(whole, pending.command()).isEmpty()
          && (state == null || !mayBeServed(pending));
    }

    /**
     * A class A device is served after an uplink, so not if it was silent since the command was
     * written. Allows twice the difference between clocks: once for the producer's and the
     * server's, and once because the previous task skipped a lost call if the device was heard that
     * much earlier.
     */
    private boolean mayBeServed(PendingCommand pending) {
      Long written = pending.record().timestamp();
      Instant seen = state.lastSeenAt();
      return !"CLASS_A".equals(state.deviceClass())
          || written == null
          || (seen != null
              && seen.isAfter(
                  Instant.ofEpochMilli(written)
                      .minus(PartitionCommits.CLOCKS_APART.multipliedBy(2))));
    }

    private void decided(List<PendingCommand> doubtful, int reach) {
      IntStream.range(0, doubtful.size())
          .forEach(
              i -> {
                PendingCommand each = doubtful.get(i);
                Optional<QueuedDownlink> item = QueueSearch.first(queue, each.command());
                advice.put(
                    each,
                    item.isPresent()
                        ? maySent(each.command(), item.get())
                        : i < reach
                            ? passedOver(doubtful.get(reach - 1).command())
                            : new Decision.Send());
              });
      ended |= state != null && doubtful.stream().skip(reach).anyMatch(this::stays);
    }

    private Decision passedOver(Command last) {
      return new Decision.Unknown(
          "it is not in the "
              + target
              + "'s queue, but an item that may be a later command of the "
              + target
              + " is, as "
              + QueueSearch.name(QueueSearch.first(queue, last).orElseThrow())
              + "; if so, this one was handled before"
              + ADVICE);
    }

    private Decision maySent(Command command, QueuedDownlink item) {
      if (command.isUnique()) {
        return new Decision.Queued(item);
      }
      return new Decision.Unknown(
          (command.isRecognizable()
                  ? "an equal item is in the " + target + "'s queue, as "
                  : "an encoded object can't be recognized, and an item on its port is in the device's queue, as ")
              + QueueSearch.name(item)
              + ", which may be this command's, sent before this task took over, or another's"
              + ADVICE);
    }
  }
}
