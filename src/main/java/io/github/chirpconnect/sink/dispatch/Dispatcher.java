package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.config.SinkConfig.InDoubt;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.sink.command.Command;
import io.github.chirpconnect.sink.command.Expiry;
import io.github.chirpconnect.sink.doubt.LostCalls;
import io.github.chirpconnect.sink.doubt.Question;
import io.github.chirpconnect.sink.memory.Memory;
import io.github.chirpconnect.sink.outcome.Outcome;
import io.github.chirpconnect.sink.outcome.OutcomeReporter;
import io.github.chirpconnect.sink.outcome.Ownership;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import io.github.chirpconnect.sink.outcome.PendingCommand.Step;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Sends commands in steps. Each step is one call; its answer decides the next step. Runs on the
 * task thread alone; answers arrive through the {@link
 * io.github.chirpconnect.common.CompletionQueue}.
 */
public final class Dispatcher {
  private final ChirpStack chirpStack;
  private final SinkSettings settings;
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
  private final Set<Feature> supported = EnumSet.noneOf(Feature.class);

  public Dispatcher(
      ChirpStack chirpStack,
      SinkSettings settings,
      Ownership ownership,
      OutcomeReporter reporter,
      Calls calls,
      Clocks clocks) {
    this.chirpStack = chirpStack;
    this.settings = settings;
    this.lanes = calls.lanes();
    this.ownership = ownership;
    this.reporter = reporter;
    this.clocks = clocks;
    this.expiry = new Expiry(clocks.wall(), settings.commandMaxAge());
    this.calls = calls;
    this.memory = calls.memory();
    this.lost = new LostCalls(memory.sent(), clocks::steadyMillis);
    this.progress = new Progress(lanes, reporter, blame, lost, clocks);
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
        call(announcements.next());
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
        && callsOut() < settings.maxInFlight()
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

  /** While the server fails, one at a time: what is announced and not sent is in doubt. */
  private boolean mayAnnounce() {
    int most = calls.server().since().isPresent() ? 1 : settings.maxInFlight();
    return announcements.open() < most && reporter.permitsCall(lanes.out());
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
      progress.finish(pending, Outcome.expired(expired.get()));
      return;
    }
    for (Feature feature : command.needs()) {
      if (!supported.contains(feature)) {
        call(
            pending,
            () -> chirpStack.supports(feature),
            yes -> knownToSupport(pending, feature, yes));
        return;
      }
    }
    Optional<Question<?>> first =
        settings.inDoubt() == InDoubt.INSPECT ? lost.before(pending) : Optional.empty();
    if (first.isPresent()) {
      doubts.ask(pending, first.get());
      return;
    }
    if (announcements.isNeededFor(pending)) {
      announcements.begin(pending);
    } else {
      call(pending);
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

  private void knownToSupport(PendingCommand pending, Feature feature, boolean yes) {
    if (yes) {
      supported.add(feature);
      progress.next(pending, Step.SEND, 0);
      return;
    }
    progress.finish(pending, Outcome.rejected(unknown(feature)));
  }

  private String unknown(Feature feature) {
    if (chirpStack.generation() == Generation.V3) {
      return "ChirpStack v3 does not know "
          + feature.field()
          + " and would ignore it; leave it out";
    }
    return "this server shows no sign of supporting "
        + feature.field()
        + ", which came with ChirpStack "
        + feature.since()
        + ", and would ignore it; leave it out, upgrade ChirpStack (over REST, chirpstack-rest-api as well), or use its"
        + " gRPC port";
  }

  private <A> void call(
      PendingCommand pending, Supplier<CompletionStage<A>> request, Consumer<A> onAnswer) {
    calls.make(pending, request, onAnswer, failure -> failedCalls.failed(pending, failure));
  }

  /** Fails the task. The first reason is kept. */
  public void fail(String reason) {
    calls.fail(reason);
  }

  private long now() {
    return clocks.steadyMillis();
  }
}
