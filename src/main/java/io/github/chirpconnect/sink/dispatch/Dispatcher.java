package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.config.SinkConfig.InDoubt;
import io.github.chirpconnect.sink.command.Command;
import io.github.chirpconnect.sink.command.Expiry;
import io.github.chirpconnect.sink.doubt.LostCalls;
import io.github.chirpconnect.sink.doubt.Question;
import io.github.chirpconnect.sink.gate.Gate;
import io.github.chirpconnect.sink.gate.Gates;
import io.github.chirpconnect.sink.memory.Memory;
import io.github.chirpconnect.sink.outcome.Outcome;
import io.github.chirpconnect.sink.outcome.OutcomeReporter;
import io.github.chirpconnect.sink.outcome.Ownership;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import io.github.chirpconnect.sink.outcome.PendingCommand.Step;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Sends commands in steps. Each step is one call; its answer decides the next step. Runs on the
 * task thread alone; answers arrive through the {@link
 * io.github.chirpconnect.common.CompletionQueue}.
 */
public final class Dispatcher {
  private final ChirpStack chirpStack;
  private final SinkSettings settings;
  private final Gates gates;
  private final Lanes lanes;
  private final Ownership ownership;
  private final OutcomeReporter reporter;
  private final Clocks clocks;
  private final Expiry expiry;
  private final Memory memory;
  private final LostCalls lost;
  private final Blame blame = new Blame();
  private final Calls calls;
  private final Progress progress;
  private final FailedCalls failedCalls;
  private final Doubts doubts;
  private final Announcements announcements;
  private final Features features;

  public Dispatcher(
      ChirpStack chirpStack,
      SinkSettings settings,
      Gates gates,
      Ownership ownership,
      OutcomeReporter reporter,
      Calls calls,
      Clocks clocks) {
    this.chirpStack = chirpStack;
    this.settings = settings;
    this.gates = gates;
    this.features = new Features(chirpStack);
    this.lanes = calls.lanes();
    this.ownership = ownership;
    this.reporter = reporter;
    this.clocks = clocks;
    this.expiry = new Expiry(clocks.wall(), settings.commandMaxAge());
    this.calls = calls;
    this.memory = calls.memory();
    this.lost = new LostCalls(memory.sent(), clocks::steadyMillis);
    this.progress = new Progress(lanes, reporter, blame, gates, lost, clocks);
    this.failedCalls = new FailedCalls(chirpStack, settings, lanes, calls, progress, blame, clocks);
    this.doubts =
        new Doubts(chirpStack, settings, calls, progress, lost, failedCalls, this::mayBePassedOver);
    this.announcements = new Announcements(reporter, lanes, memory.exists());
  }

  public Lanes lanes() {
    return lanes;
  }

  /** Makes all calls that may be made now. */
  public void dispatch() {
    dispatch(pending -> true);
  }

  /** Makes the calls that may be made now, for overtaken commands only. */
  public void dispatchOvertaken() {
    dispatch(pending -> pending.commits().isOvertaken(pending));
  }

  private void dispatch(Predicate<PendingCommand> wanted) {
    Predicate<PendingCommand> permitted = pending -> isPermitted(pending) && wanted.test(pending);
    doubts.tidy();
    while (mayCall()) {
      if (announcements.hasReady()) {
        callAnnounced(announcements.next());
        continue;
      }
      PendingCommand next = mayAnnounce() ? lanes.next(now(), permitted) : null;
      if (next == null) {
        return;
      }
      advance(next);
    }
    if (fatal().isPresent() || !calls.server().permitsCall(now())) {
      announcements.takeBack();
    }
  }

  private boolean mayCall() {
    return fatal().isEmpty()
        && callsOut() < calls.most()
        && calls.server().permitsCall(now())
        && ownership.isProven();
  }

  /** Calls in flight. */
  public int callsOut() {
    return lanes.out() - announcements.open();
  }

  /** Whether calls are announced, or about to be, that were not made yet. */
  public boolean isAnnouncing() {
    return announcements.open() > 0;
  }

  /**
   * What is announced takes the place of a call, since after a crash it is in doubt as well. While
   * the server fails, one at a time.
   */
  private boolean mayAnnounce() {
    int most = calls.server().since().isPresent() ? 1 : calls.most();
    return announcements.open() < most
        && lanes.out() < calls.most()
        && reporter.permitsCall(lanes.out());
  }

  private boolean isPermitted(PendingCommand pending) {
    return pending.step() == Step.CHECK_TAKEOVER
        ? pending.commits().permitsLook(pending) && memory.isReady(pending)
        : pending.commits().permits(pending);
  }

  /** Why the task has to fail; empty while it does not. */
  public Optional<String> fatal() {
    return calls.fatal().or(reporter::hopeless).or(memory::hopeless);
  }

  /** Partitions were assigned or revoked: drops abandoned commands. */
  public void partitionsChanged() {
    lanes.dropAbandoned();
    announcements.dropAbandoned();
    reporter.dropAbandoned();
    memory.partitionsChanged();
    blame.dropAbandoned();
    lost.partitionsChanged();
    gates.dropAbandoned();
    doubts.tidy();
    if (lanes.waiting() == 0 && lanes.out() == 0) {
      calls.server().forget();
    }
  }

  private void advance(PendingCommand pending) {
    switch (pending.step()) {
      case CHECK_TAKEOVER -> doubts.checkTakeover(pending);
      case SEND -> send(pending);
      case INQUIRE -> doubts.ask(pending, lost.of(pending).next());
    }
  }

  /** Whether the previous task may have skipped this command and sent the device's next one. */
  private boolean mayBePassedOver(PendingCommand pending) {
    Instant since = clocks.now().minus(settings.retryTimeout());
    return settings.inDoubt() == InDoubt.DROP
        || expiry.of(pending.record(), pending.command()).isPresent()
        || pending.commits().written(pending.record()).filter(since::isBefore).isEmpty();
  }

  private void send(PendingCommand pending) {
    Command command = pending.command();
    Optional<String> expired = expiry.of(pending.record(), command);
    if (expired.isPresent()) {
      progress.finish(pending, Outcome.expired(gates.explained(pending, expired.get())));
      return;
    }
    Optional<Feature> feature = features.toAskFor(command);
    if (feature.isPresent()) {
      failedCalls.make(
          pending,
          () -> chirpStack.supports(feature.get()),
          yes -> knownToSupport(pending, feature.get(), yes));
      return;
    }
    Gate.Answer answer = gates.ask(pending);
    if (!(answer instanceof Gate.Open open)) {
      stopped(pending, answer);
      return;
    }
    if (open.heldMillis() >= PendingCommand.LONGEST_PAUSE_MS) {
      afterPause(pending);
    }
    Optional<Question<?>> first =
        settings.inDoubt() == InDoubt.INSPECT ? lost.before(pending) : Optional.empty();
    if (first.isPresent()) {
      doubts.ask(pending, first.get());
      return;
    }
    gates.called(pending);
    if (announcements.isNeededFor(pending)) {
      announcements.begin(pending, lost.groupCounter(pending));
    } else {
      call(pending);
    }
  }

  /** Brokers may take long, and meanwhile the command may have become too old. */
  private void callAnnounced(PendingCommand pending) {
    if (expiry.of(pending.record(), pending.command()).isEmpty() && gates.areStillOpen(pending)) {
      call(pending);
    } else {
      reporter.takeBack(pending);
      lanes.again(pending);
    }
  }

  private void call(PendingCommand pending) {
    pending.sentAt(clocks.now());
    calls.make(
        pending,
        () -> pending.command().send(chirpStack),
        receipt -> {
          memory.sent().add(pending, receipt);
          lost.answered(pending, receipt);
        },
        receipt -> {
          blame.served(pending, now());
          progress.finish(pending, Outcome.sent(receipt));
        },
        failure -> {
          if (failure.kind() != FailureKind.IN_DOUBT) {
            reporter.takeBack(pending);
          }
          failedCalls.failed(pending, failure);
        });
  }

  /** A gate is not open. The command waits, but not beyond its own expiry. */
  private void stopped(PendingCommand pending, Gate.Answer answer) {
    if (answer instanceof Gate.Closed closed) {
      long left = expiry.left(pending.record(), pending.command());
      progress.again(pending, Math.min(closed.millis(), Math.max(1, left)));
    } else if (answer instanceof Gate.Refused refused) {
      progress.finish(pending, Outcome.rejected(refused.reason()));
    } else if (answer instanceof Gate.Inquiry<?> inquiry) {
      ask(pending, inquiry);
    }
  }

  private <A> void ask(PendingCommand pending, Gate.Inquiry<A> inquiry) {
    failedCalls.make(
        pending,
        () -> inquiry.call().apply(chirpStack),
        answer -> {
          inquiry.taken().accept(answer);
          send(pending);
        });
  }

  /** Restarts the retry timeout: while gates held the command back, nothing was tried. */
  private void afterPause(PendingCommand pending) {
    pending.forgive();
    if (lanes.out() == 1) {
      calls.server().forget();
    }
  }

  private void knownToSupport(PendingCommand pending, Feature feature, boolean yes) {
    features
        .answered(feature, yes)
        .ifPresentOrElse(
            reason -> progress.finish(pending, Outcome.rejected(reason)),
            () -> progress.next(pending, Step.SEND, 0));
  }

  /** Fails the task. The first reason is kept. */
  public void fail(String reason) {
    calls.fail(reason);
  }

  private long now() {
    return clocks.steadyMillis();
  }
}
