package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.config.SinkConfig.InDoubt;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.sink.command.Command;
import io.github.chirpconnect.sink.command.Expiry;
import io.github.chirpconnect.sink.doubt.LostCallCheck;
import io.github.chirpconnect.sink.doubt.QueueSearch;
import io.github.chirpconnect.sink.doubt.SentItems;
import io.github.chirpconnect.sink.doubt.TakeoverCheck;
import io.github.chirpconnect.sink.doubt.TakeoverCheck.Decision;
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
 * Takes commands to the server, step by step: each step is one call, and what comes of it decides
 * the next. Runs on the task thread alone; completions come in through the mailbox.
 */
public final class Dispatcher {
  private final ChirpStack chirpStack;
  private final SinkSettings rules;
  private final Lanes lanes;
  private final Ownership ownership;
  private final OutcomeReporter reporter;
  private final Clocks clocks;
  private final Expiry expiry;
  private final SentItems sent;
  private final TakeoverCheck predecessor;
  private final Blame blame = new Blame();
  private final Calls calls;
  private final Progress progress;
  private final FailedCalls failedCalls;
  private final Set<Feature> supported = EnumSet.noneOf(Feature.class);

  public Dispatcher(
      ChirpStack chirpStack,
      SinkSettings rules,
      Lanes lanes,
      Ownership ownership,
      OutcomeReporter reporter,
      Calls calls,
      Clocks clocks) {
    this.chirpStack = chirpStack;
    this.rules = rules;
    this.lanes = lanes;
    this.ownership = ownership;
    this.reporter = reporter;
    this.clocks = clocks;
    this.expiry = new Expiry(clocks.wall(), rules.commandMaxAge());
    this.calls = calls;
    this.sent = calls.sent();
    this.predecessor = new TakeoverCheck(sent, this::mayBePassedOver);
    this.progress = new Progress(lanes, reporter, blame, clocks);
    this.failedCalls = new FailedCalls(chirpStack, rules, lanes, calls, progress, blame, clocks);
  }

  /** Makes all calls that may be made now. */
  public void dispatch() {
    dispatch(delivery -> true);
  }

  /**
   * Makes the calls that may be made now for commands that others have overtaken, and no others.
   */
  public void dispatchOvertaken() {
    dispatch(delivery -> delivery.account().isOvertaken(delivery));
  }

  private void dispatch(Predicate<PendingCommand> wanted) {
    Predicate<PendingCommand> permitted =
        delivery -> isPermitted(delivery) && wanted.test(delivery);
    predecessor.tidy();
    while (fatal().isEmpty()
        && reporter.permitsCall(lanes.out())
        && lanes.out() < rules.maxInFlight()
        && calls.server().permitsCall(now())
        && ownership.isProven()) {
      PendingCommand next = lanes.next(now(), permitted);
      if (next == null) {
        return;
      }
      advance(next);
    }
  }

  private static boolean isPermitted(PendingCommand delivery) {
    return delivery.step() == Step.CHECK_PREDECESSOR
        ? delivery.account().permitsLook(delivery)
        : delivery.account().permits(delivery);
  }

  /** Why the task has to fail; empty while it does not. */
  public Optional<String> fatal() {
    return calls.fatal().or(reporter::hopeless);
  }

  /** Partitions have changed: what was abandoned is dropped. */
  public void partitionsChanged() {
    lanes.dropAbandoned();
    reporter.dropAbandoned();
    blame.dropAbandoned();
    predecessor.tidy();
    if (lanes.waiting() == 0 && lanes.out() == 0) {
      calls.server().forget();
    }
  }

  private void advance(PendingCommand delivery) {
    switch (delivery.step()) {
      case CHECK_PREDECESSOR -> checkPredecessor(delivery);
      case SEND -> send(delivery);
      case STATE_BEFORE ->
          call(
              delivery,
              () -> chirpStack.state(delivery.devEui()),
              state -> {
                delivery.stateBefore(state);
                progress.next(delivery, Step.FIRST_LOOK, LostCallCheck.SETTLE_MS);
              });
      case FIRST_LOOK ->
          look(delivery, () -> progress.next(delivery, Step.SECOND_LOOK, LostCallCheck.SETTLE_MS));
      case SECOND_LOOK -> look(delivery, () -> progress.next(delivery, Step.STATE_AFTER, 0));
      case STATE_AFTER ->
          call(
              delivery,
              () -> chirpStack.state(delivery.devEui()),
              state -> notInQueue(delivery, state));
    }
  }

  /** Whether a task may have gone on with the device's next command, this one not being queued. */
  private boolean mayBePassedOver(PendingCommand delivery) {
    Instant since = clocks.now().minus(rules.retryTimeout());
    return rules.inDoubt() == InDoubt.DROP
        || expiry.of(delivery.record(), delivery.command()).isPresent()
        || delivery.account().written(delivery.record()).filter(since::isBefore).isEmpty();
  }

  private void checkPredecessor(PendingCommand delivery) {
    Decision advice = predecessor.advise(delivery, lanes.after(delivery));
    if (advice instanceof Decision.Look) {
      call(
          delivery,
          () -> chirpStack.queue(delivery.devEui()),
          queue -> {
            predecessor.looked(delivery, queue);
            checkPredecessor(delivery);
          });
    } else if (advice instanceof Decision.AskState) {
      call(
          delivery,
          () -> chirpStack.state(delivery.devEui()),
          state -> {
            predecessor.heard(delivery, state);
            checkPredecessor(delivery);
          });
    } else if (advice instanceof Decision.Sent before) {
      progress.finish(delivery, Outcome.queued(before.receipt()));
    } else if (advice instanceof Decision.Queued queued) {
      progress.finish(delivery, Outcome.found(queued.item()));
    } else if (advice instanceof Decision.Unknown unknown) {
      progress.finish(delivery, Outcome.unknown(unknown.reason()));
    } else {
      progress.next(delivery, Step.SEND, 0);
    }
  }

  private void send(PendingCommand delivery) {
    Command command = delivery.command();
    Optional<String> expired = expiry.of(delivery.record(), command);
    if (expired.isPresent()) {
      progress.finish(delivery, Outcome.expired(expired.get()));
      return;
    }
    for (Feature feature : command.needs()) {
      if (!supported.contains(feature)) {
        call(
            delivery,
            () -> chirpStack.supports(feature),
            yes -> knownToSupport(delivery, feature, yes));
        return;
      }
    }
    delivery.sentAt(clocks.now());
    if (command instanceof Command.Enqueue enqueue) {
      call(
          delivery,
          () -> chirpStack.enqueue(enqueue.downlink()),
          receipt -> {
            blame.served(delivery, now());
            progress.finish(delivery, Outcome.queued(receipt));
          });
    } else {
      call(
          delivery,
          () -> chirpStack.flush(delivery.devEui()),
          nothing -> {
            sent.emptied(delivery);
            blame.served(delivery, now());
            progress.finish(delivery, Outcome.flushed());
          });
    }
  }

  private void knownToSupport(PendingCommand delivery, Feature feature, boolean yes) {
    if (yes) {
      supported.add(feature);
      progress.next(delivery, Step.SEND, 0);
      return;
    }
    progress.finish(delivery, Outcome.rejected(unknown(feature)));
  }

  private String unknown(Feature feature) {
    if (chirpStack.generation() == Generation.V3) {
      return "ChirpStack v3 does not know "
          + feature.field()
          + " and would ignore it; leave it out";
    }
    return "this server does not show that it knows "
        + feature.field()
        + ", which came with ChirpStack "
        + feature.since()
        + ", and would ignore it; leave it out, upgrade ChirpStack (over REST, chirpstack-rest-api as well), or use its"
        + " gRPC port";
  }

  private void look(PendingCommand delivery, Runnable ifAbsent) {
    call(
        delivery,
        () -> chirpStack.queue(delivery.devEui()),
        queue -> {
          Optional<QueuedDownlink> item =
              QueueSearch.first(
                  QueueSearch.afterKnown(queue, known -> sent.contains(delivery.devEui(), known)),
                  delivery.command());
          if (item.isPresent()) {
            sent.add(delivery, item.get());
            progress.finish(delivery, Outcome.found(item.get()));
          } else {
            ifAbsent.run();
          }
        });
  }

  private void notInQueue(PendingCommand delivery, DeviceState after) {
    Optional<String> doubt = LostCallCheck.doubt(delivery.stateBefore(), after, delivery.sentAt());
    if (doubt.isEmpty()) {
      progress.next(delivery, Step.SEND, 0);
    } else {
      progress.finish(delivery, Outcome.unknown(doubt.get()));
    }
  }

  private <A> void call(
      PendingCommand delivery, Supplier<CompletionStage<A>> request, Consumer<A> onAnswer) {
    calls.make(delivery, request, onAnswer, failure -> failedCalls.failed(delivery, failure));
  }

  /** The task has to fail. The first reason counts. */
  public void fail(String reason) {
    calls.fail(reason);
  }

  private long now() {
    return clocks.steadyMillis();
  }
}
