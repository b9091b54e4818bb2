package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.sink.command.Command;
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
 * Finds out whether the task that had a partition before has sent a command already. A task can't
 * ask its predecessor; it can look into the device's queue.
 *
 * <ul>
 *   <li>What this task itself sent before the partition left it and came back, it remembers. What
 *       comes before that in the lane is not sent after it: it was dealt with.
 *   <li>A command of which the queue holds an equal item may have been sent. The item may as well
 *       be an earlier command's that was committed, or somebody else's: nothing tells. Such a
 *       command is neither claimed nor sent: its outcome is unknown. Only a payload that is
 *       encrypted for a frame counter is found for certain.
 *   <li>Commands before it in the lane are unknown as well, since a lane goes in order; but where
 *       they would have to be in the queue and are not, they were not sent, or were refused.
 *   <li>All others are sent, although their items may have gone over the air already: nothing says
 *       that anybody has sent them before, and to refuse the first commands after each restart
 *       would be worse than a rare second one after a crash. A task that is stopped leaves nothing
 *       in doubt.
 * </ul>
 *
 * <p>One look for a device, for all commands of a partition that are in doubt: before anything of
 * them is sent, and late enough that a call of the predecessor has landed.
 */
public final class TakeoverCheck {
  /** Between the assignment and the look. */
  public static final long SETTLE_MS = 2_000;

  /** What to do about a command. */
  public sealed interface Decision {
    /** Read the device's queue now, and ask again. */
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

  private final SentItems sent;
  private final Predicate<PendingCommand> givenUpEarly;

  /** What was seen of each device, for each partition. */
  private final Map<PartitionCommits, Map<String, Look>> looks = new HashMap<>();

  /**
   * @param givenUpEarly whether the predecessor may have passed over a command although it never
   *     got into the queue, and gone on with the next one of the device
   */
  public TakeoverCheck(SentItems sent, Predicate<PendingCommand> givenUpEarly) {
    this.sent = sent;
    this.givenUpEarly = givenUpEarly;
  }

  /**
   * @param after what follows in the command's lane
   */
  public Decision advise(PendingCommand pending, List<PendingCommand> after) {
    Optional<Receipt> receipt = sent.receipt(pending);
    if (receipt.isPresent()) {
      return new Decision.Sent(receipt.get());
    }
    boolean past = sent.wentPast(pending);
    List<PendingCommand> doubtful = doubtful(pending, after);
    Look look = looks.getOrDefault(pending.commits(), Map.of()).get(pending.devEui());
    if (look == null) {
      if (doubtful.stream().anyMatch(each -> each.command() instanceof Command.Enqueue)) {
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

  /** The device's queue, as just read. */
  public void looked(PendingCommand pending, List<QueuedDownlink> queue) {
    looks
        .computeIfAbsent(pending.commits(), commits -> new HashMap<>())
        .put(pending.devEui(), new Look(queue, sent.unaccounted(pending, queue)));
    sent.seen(pending.devEui(), queue);
  }

  /** The device's state, as just read. */
  public void heard(PendingCommand pending, DeviceState state) {
    Look look = looks.getOrDefault(pending.commits(), Map.of()).get(pending.devEui());
    if (look != null) { // else forgotten meanwhile, with a change of partitions
      look.state = state;
    }
  }

  /** Drops what was seen of partitions that went, or of which nothing is in doubt any more. */
  public void tidy() {
    if (!looks.isEmpty()) {
      looks.keySet().removeIf(commits -> commits.isClosed() || commits.isBeyondDoubt());
    }
  }

  /** The commands of the same partition that are in doubt: others had another predecessor. */
  private static List<PendingCommand> doubtful(PendingCommand pending, List<PendingCommand> after) {
    return Stream.concat(
            Stream.of(pending),
            after.stream()
                .filter(next -> next.step() == PendingCommand.Step.CHECK_TAKEOVER)
                .filter(next -> next.commits() == pending.commits()))
        .toList();
  }

  /** What was seen of a device. */
  private final class Look {
    private final List<QueuedDownlink> whole;

    /** Without the items that are known to be others'. */
    private final List<QueuedDownlink> queue;

    private final Map<PendingCommand, Decision> advice = new HashMap<>();
    private DeviceState state;

    /** A command was certainly not sent, so none after it. */
    private boolean ended;

    Look(List<QueuedDownlink> whole, List<QueuedDownlink> queue) {
      this.whole = whole;
      this.queue = queue;
    }

    /** On a command that is not sent in any case: this task has sent a later one. */
    Decision adviceOnPast(PendingCommand pending) {
      Optional<QueuedDownlink> item =
          Optional.of(pending.command())
              .filter(QueueSearch::isUnique)
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
     * Whether the command, if the predecessor has dealt with it, would be in the queue for certain.
     * Not where an equal item is: a predecessor that could not tell it from the command's passed
     * over the command, and sent the next.
     */
    private boolean stays(PendingCommand pending) {
      return QueueSearch.canMatch(pending.command())
          && !givenUpEarly.test(pending)
          && QueueSearch.first(whole, pending.command()).isEmpty()
          && (state == null || !mayBeServed(pending));
    }

    /**
     * A class A device is served when it sends, so not if it was silent since the writing. Twice
     * the difference of clocks: the producer's and the server's, and the predecessor has passed
     * over a command that was cut off if the device was heard that much earlier.
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
          "it is not in the device's queue, but what may be a later command of the device is, as "
              + name(QueueSearch.first(queue, last).orElseThrow())
              + "; if it is, this one was dealt with before"
              + ADVICE);
    }

    private static Decision maySent(Command command, QueuedDownlink item) {
      if (QueueSearch.isUnique(command)) {
        return new Decision.Queued(item);
      }
      return new Decision.Unknown(
          (QueueSearch.canMatch(command)
                  ? "an equal item is in the device's queue, as "
                  : "an object can't be recognized once it is encoded, and an item on its port is in the device's queue, as ")
              + name(item)
              + ", which may be this command's, sent before this task took over, or another's"
              + ADVICE);
    }
  }

  private static final String ADVICE = " (in.doubt=resend sends such a command again)";

  private static final String PAST =
      "this task sent it, or a later command of the device, before the partition left it and came back; so it was"
          + " dealt with then"
          + ADVICE;

  /** v3's items have no id. */
  private static String name(QueuedDownlink item) {
    return item.id() != null ? item.id() : "frame counter " + item.fCntDown();
  }
}
