package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.sink.memory.SentItems;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** What is asked about the commands of this task whose call was lost. */
public final class LostCalls {
  /** Why a command is not sent after a later one. */
  public static final String PAST =
      "a later command of its target was sent before this task took over, so this one was handled"
          + " then";

  private final SentItems sent;
  private final GroupCounters counters;
  private final LongSupplier steadyMillis;
  private final Map<PendingCommand, LostCall> open = new HashMap<>();

  /**
   * @param steadyMillis the steady clock
   */
  public LostCalls(SentItems sent, LongSupplier steadyMillis) {
    this.sent = sent;
    this.counters = new GroupCounters(steadyMillis);
    this.steadyMillis = steadyMillis;
  }

  /**
   * What has to be known before the command is sent, for the case that its call is lost: of a
   * multicast group, its frame counter. Its answer leads to {@link Question.Finding#notSent}.
   */
  public Optional<Question<?>> before(PendingCommand pending) {
    if (!pending.target().isGroup()
        || pending.command().isRepeatable()
        || counters.isFresh(pending.target())) {
      return Optional.empty();
    }
    return Optional.of(
        new Question<>(
            chirpStack -> GroupCounters.ask(chirpStack, pending.target()),
            (counter, finding) -> {
              counters.read(pending.target(), counter);
              finding.notSent();
            }));
  }

  /** The frame counter of the command's multicast group before its call, as far as it is known. */
  public Optional<Long> groupCounter(PendingCommand pending) {
    return pending.target().isGroup() ? counters.of(pending.target()) : Optional.empty();
  }

  /** The server carried a command out. */
  public void answered(PendingCommand pending, Optional<Receipt> receipt) {
    if (pending.target().isGroup() && receipt.isPresent()) {
      counters.took(pending.target(), receipt.get());
    }
  }

  /** The inquiry about a command's lost call, begun if there is none. */
  public LostCall of(PendingCommand pending) {
    return open.computeIfAbsent(pending, this::begin);
  }

  private LostCall begin(PendingCommand pending) {
    return pending.target().isGroup()
        ? new LostGroupCall(pending, counters, () -> 0)
        : new LostDeviceCall(pending, Evidence.ofOwnCall(pending, sent), () -> 0);
  }

  /**
   * Begins the inquiry about a call that another task announced. What was queued before it is known
   * from the outcome topic: of a multicast group its frame counter, by the announcement or by the
   * outcome of the command before.
   *
   * <p>That task may live on, and its server be slow. So its call may arrive until it has passed
   * its deadline; before that, nothing shows that it was not carried out.
   *
   * @param whole whether each item that a command of the partition was ever given is known
   * @param deadlineMillis how long a call may take
   */
  public void takeOver(
      PendingCommand pending, OutcomeRecord announcement, boolean whole, long deadlineMillis) {
    long landed =
        pending.commits().assignment().steadyMillis() + deadlineMillis + LostCall.SETTLE_MS;
    LongSupplier left = () -> landed - steadyMillis.getAsLong();
    if (pending.target().isGroup()) {
      Optional<Long> before =
          Optional.ofNullable(announcement.fCntDown()).or(() -> sent.nextCounter(pending));
      counters.read(pending.target(), before);
      open.put(pending, new LostGroupCall(pending, counters, left));
    } else {
      open.put(
          pending, new LostDeviceCall(pending, Evidence.ofOthersCall(pending, sent, whole), left));
    }
  }

  /** The inquiry has ended. */
  public void over(PendingCommand pending) {
    open.remove(pending);
  }

  /** Partitions were assigned or revoked: forgets what other tasks may change. */
  public void partitionsChanged() {
    open.keySet().removeIf(PendingCommand::abandoned);
    counters.forget();
  }
}
