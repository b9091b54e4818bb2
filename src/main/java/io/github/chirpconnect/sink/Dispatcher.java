package io.github.chirpconnect.sink;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.Generation;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.config.SinkConfig.InDoubt;
import io.github.chirpconnect.sink.Delivery.Step;
import io.github.chirpconnect.sink.PredecessorCheck.Advice;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Takes commands to the server, step by step: each step is one call, and what comes of it decides
 * the next. Runs on the task thread alone; completions come in through the mailbox.
 */
final class Dispatcher {
  /** With the pauses of {@link Backoff} that is for a few seconds. */
  private static final int MOST_TIMES_GIVEN_UP = 6;

  private final ChirpStack chirpStack;
  private final Rules rules;
  private final Lanes lanes;
  private final Ownership ownership;
  private final Availability availability;
  private final Settlement settlement;
  private final Mailbox mailbox;
  private final SinkMetrics metrics;
  private final Clock clock;
  private final LongSupplier steadyMillis;
  private final Expiry expiry;
  private final SentItems sent = new SentItems();
  private final PredecessorCheck predecessor;
  private final Blame blame = new Blame();
  private final Set<Feature> supported = EnumSet.noneOf(Feature.class);
  private String fatal;

  Dispatcher(
      ChirpStack chirpStack,
      Rules rules,
      Lanes lanes,
      Ownership ownership,
      Availability availability,
      Settlement settlement,
      Mailbox mailbox,
      SinkMetrics metrics,
      Clock clock,
      LongSupplier steadyMillis) {
    this.chirpStack = chirpStack;
    this.rules = rules;
    this.lanes = lanes;
    this.ownership = ownership;
    this.availability = availability;
    this.settlement = settlement;
    this.mailbox = mailbox;
    this.metrics = metrics;
    this.clock = clock;
    this.steadyMillis = steadyMillis;
    this.expiry = new Expiry(clock, rules.commandMaxAge());
    this.predecessor = new PredecessorCheck(sent, this::mayBePassedOver);
  }

  /** Makes all calls that may be made now. */
  void dispatch() {
    dispatch(delivery -> true);
  }

  /**
   * Makes the calls that may be made now for commands that others have overtaken, and no others.
   */
  void dispatchOvertaken() {
    dispatch(delivery -> delivery.account().isOvertaken(delivery));
  }

  private void dispatch(Predicate<Delivery> wanted) {
    Predicate<Delivery> permitted = delivery -> isPermitted(delivery) && wanted.test(delivery);
    predecessor.tidy();
    while (fatal().isEmpty()
        && settlement.permitsCall(lanes.out())
        && lanes.out() < rules.maxInFlight()
        && availability.permitsCall(now())
        && ownership.isProven()) {
      Delivery next = lanes.next(now(), permitted);
      if (next == null) {
        return;
      }
      advance(next);
    }
  }

  private static boolean isPermitted(Delivery delivery) {
    return delivery.step() == Step.CHECK_PREDECESSOR
        ? delivery.account().permitsLook(delivery)
        : delivery.account().permits(delivery);
  }

  /** Why the task has to fail; empty while it does not. */
  Optional<String> fatal() {
    return Optional.ofNullable(fatal).or(availability::hopeless).or(settlement::hopeless);
  }

  /** Partitions have changed: what was abandoned is dropped. */
  void partitionsChanged() {
    lanes.dropAbandoned();
    settlement.dropAbandoned();
    blame.dropAbandoned();
    predecessor.tidy();
    if (lanes.waiting() == 0 && lanes.out() == 0) {
      availability.forget();
    }
  }

  private void advance(Delivery delivery) {
    switch (delivery.step()) {
      case CHECK_PREDECESSOR -> checkPredecessor(delivery);
      case SEND -> send(delivery);
      case STATE_BEFORE ->
          call(
              delivery,
              () -> chirpStack.state(delivery.devEui()),
              state -> {
                delivery.stateBefore(state);
                later(delivery, Step.FIRST_LOOK, CutOff.SETTLE_MS);
              });
      case FIRST_LOOK -> look(delivery, () -> later(delivery, Step.SECOND_LOOK, CutOff.SETTLE_MS));
      case SECOND_LOOK -> look(delivery, () -> later(delivery, Step.STATE_AFTER, 0));
      case STATE_AFTER ->
          call(
              delivery,
              () -> chirpStack.state(delivery.devEui()),
              state -> notInQueue(delivery, state));
    }
  }

  /** Whether a task may have gone on with the device's next command, this one not being queued. */
  private boolean mayBePassedOver(Delivery delivery) {
    Instant since = clock.instant().minus(rules.retryTimeout());
    return rules.inDoubt() == InDoubt.DROP
        || expiry.of(delivery.record(), delivery.command()).isPresent()
        || delivery.account().written(delivery.record()).filter(since::isBefore).isEmpty();
  }

  private void checkPredecessor(Delivery delivery) {
    Advice advice = predecessor.advise(delivery, lanes.after(delivery));
    if (advice instanceof Advice.Look) {
      call(
          delivery,
          () -> chirpStack.queue(delivery.devEui()),
          queue -> {
            predecessor.looked(delivery, queue);
            checkPredecessor(delivery);
          });
    } else if (advice instanceof Advice.AskState) {
      call(
          delivery,
          () -> chirpStack.state(delivery.devEui()),
          state -> {
            predecessor.heard(delivery, state);
            checkPredecessor(delivery);
          });
    } else if (advice instanceof Advice.Sent before) {
      finish(delivery, Outcome.queued(before.receipt()));
    } else if (advice instanceof Advice.Queued queued) {
      finish(delivery, Outcome.found(queued.item()));
    } else if (advice instanceof Advice.Unknown unknown) {
      finish(delivery, Outcome.unknown(unknown.reason()));
    } else {
      later(delivery, Step.SEND, 0);
    }
  }

  private void send(Delivery delivery) {
    Command command = delivery.command();
    Optional<String> expired = expiry.of(delivery.record(), command);
    if (expired.isPresent()) {
      finish(delivery, Outcome.expired(expired.get()));
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
    delivery.sentAt(clock.instant());
    if (command instanceof Command.Enqueue enqueue) {
      call(
          delivery,
          () -> chirpStack.enqueue(enqueue.downlink()),
          receipt -> {
            blame.served(delivery, now());
            finish(delivery, Outcome.queued(receipt));
          });
    } else {
      call(
          delivery,
          () -> chirpStack.flush(delivery.devEui()),
          nothing -> {
            sent.emptied(delivery.devEui());
            blame.served(delivery, now());
            finish(delivery, Outcome.flushed());
          });
    }
  }

  private void knownToSupport(Delivery delivery, Feature feature, boolean yes) {
    if (yes) {
      supported.add(feature);
      later(delivery, Step.SEND, 0);
      return;
    }
    finish(delivery, Outcome.rejected(unknown(feature)));
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

  private void look(Delivery delivery, Runnable ifAbsent) {
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
            finish(delivery, Outcome.found(item.get()));
          } else {
            ifAbsent.run();
          }
        });
  }

  private void notInQueue(Delivery delivery, DeviceState after) {
    Optional<String> doubt = CutOff.doubt(delivery.stateBefore(), after, delivery.sentAt());
    if (doubt.isEmpty()) {
      later(delivery, Step.SEND, 0);
    } else {
      finish(delivery, Outcome.unknown(doubt.get()));
    }
  }

  private <A> void call(
      Delivery delivery, Supplier<CompletionStage<A>> request, Consumer<A> onAnswer) {
    call(delivery, request, onAnswer, failure -> failed(delivery, failure));
  }

  private <A> void call(
      Delivery delivery,
      Supplier<CompletionStage<A>> request,
      Consumer<A> onAnswer,
      Consumer<ApiException> onFailure) {
    long number = availability.begin();
    CompletionStage<A> stage;
    try {
      stage = request.get();
    } catch (ApiException e) {
      stage = CompletableFuture.failedFuture(e);
    }
    stage.whenComplete(
        (answer, failure) ->
            mailbox.add(
                () -> {
                  if (failure != null) {
                    failed(delivery, number, failure, onFailure);
                    return;
                  }
                  availability.answered(number);
                  if (answer instanceof Receipt receipt) {
                    sent.add(delivery, receipt); // also if it is abandoned: it may come again
                  }
                  if (delivery.abandoned()) {
                    lanes.finished(delivery);
                  } else {
                    onAnswer.accept(answer);
                  }
                }));
  }

  /** Takes note of what a failure says of the server, then leaves it to the command. */
  private void failed(
      Delivery delivery, long call, Throwable failure, Consumer<ApiException> onFailure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (!(cause instanceof ApiException known)) {
      fail("a call to ChirpStack failed in a way that nobody foresaw: " + cause);
      lanes.again(delivery);
      return;
    }
    switch (known.kind()) {
      case BAD_REQUEST, NOT_PERMITTED, GIVEN_UP -> availability.answered(call);
      case READ_ONLY, WRONG_SERVER, UNUSABLE_SERVER -> fail(known.getMessage());
      case TOKEN_REFUSED -> availability.tokenRefused(call, now(), known.getMessage());
      case TRANSIENT, BUSY, IN_DOUBT -> availability.failed(call, now(), known.getMessage());
    }
    onFailure.accept(known);
  }

  /** With what is to be known of the device's name, if that may be why the server refuses it. */
  private static String advised(Delivery delivery, String reason) {
    String advice = delivery.command().advice();
    return advice == null ? reason : reason + "; " + advice;
  }

  private void failed(Delivery delivery, ApiException failure) {
    switch (failure.kind()) {
      case BAD_REQUEST -> refused(delivery, failure.getMessage());
      case NOT_PERMITTED -> refused(delivery, advised(delivery, failure.getMessage()));
      case READ_ONLY, WRONG_SERVER, UNUSABLE_SERVER -> lanes.again(delivery);
      case TOKEN_REFUSED -> keyRefused(delivery);
      case TRANSIENT, BUSY -> retry(delivery, failure.getMessage());
      case GIVEN_UP -> givenUp(delivery, failure.getMessage());
      case IN_DOUBT -> cutOff(delivery, failure.getMessage());
    }
  }

  private void keyRefused(Delivery delivery) {
    delivery.forgive();
    delivery.dueAt(now());
    lanes.again(delivery);
  }

  /** A server under load has time for it soon; a script that never ends must not hold the lane. */
  private void givenUp(Delivery delivery, String reason) {
    if (delivery.givenUp() == MOST_TIMES_GIVEN_UP) {
      refused(delivery, reason);
      return;
    }
    metrics.retry();
    delivery.dueAt(now() + delivery.pause());
    lanes.again(delivery);
  }

  private void refused(Delivery delivery, String reason) {
    switch (delivery.step()) {
      case SEND -> finish(delivery, Outcome.rejected(reason));
      case CHECK_PREDECESSOR -> later(delivery, Step.SEND, 0);
      default -> finish(delivery, Outcome.unknown(reason));
    }
  }

  private void cutOff(Delivery delivery, String reason) {
    if (delivery.abandoned()) {
      // Its record may be behind it already, come back with its partition: the call may still land.
      long landed = now() + CutOff.SETTLE_MS;
      lanes.after(delivery).forEach(next -> next.dueAt(Math.max(next.due(), landed)));
    }
    boolean queues = delivery.step() == Step.SEND && delivery.command() instanceof Command.Enqueue;
    if (!queues || rules.inDoubt() == InDoubt.RESEND) {
      retry(delivery, reason);
    } else if (rules.inDoubt() == InDoubt.DROP) {
      finish(delivery, Outcome.unknown(reason));
    } else if (!QueueSearch.canMatch(delivery.command())) {
      finish(
          delivery,
          Outcome.unknown(
              reason + "; an object can't be recognized in the queue once it is encoded"));
    } else {
      delivery.nextStep(Step.STATE_BEFORE);
      retry(delivery, reason);
    }
  }

  private void retry(Delivery delivery, String reason) {
    metrics.retry();
    blame.failed(delivery);
    long now = now();
    long pause = delivery.failed(now);
    long failingFor = Math.max(delivery.failingFor(now), availability.failingFor(now));
    long left = rules.retryTimeout().toMillis() - failingFor;
    if (left <= 0 && !delivery.abandoned()) {
      judge(delivery, failingFor, reason);
      return;
    }
    delivery.dueAt(now + (left > 0 ? Math.min(pause, left) : pause));
    lanes.again(delivery);
  }

  /** Nothing went for long enough: sees whether the server is well, and so whose fault it is. */
  private void judge(Delivery delivery, long failingFor, String reason) {
    call(
        delivery,
        () -> chirpStack.queue(blame.witness(delivery)),
        queue -> serverIsWell(delivery, failingFor, reason),
        failure -> {
          switch (failure.kind()) {
            case BAD_REQUEST, NOT_PERMITTED -> serverIsWell(delivery, failingFor, reason);
            case TRANSIENT, BUSY, GIVEN_UP, IN_DOUBT -> giveUp(delivery, failingFor, reason);
            case READ_ONLY, WRONG_SERVER, UNUSABLE_SERVER -> lanes.again(delivery);
            case TOKEN_REFUSED -> keyRefused(delivery);
          }
        });
  }

  private void serverIsWell(Delivery delivery, long failingFor, String reason) {
    long now = now();
    if (!blame.isOwn(delivery, now, failingFor)) {
      giveUp(delivery, failingFor, reason);
    } else if (delivery.failingFor(now) < rules.retryTimeout().toMillis()) {
      delivery.dueAt(now + delivery.pause());
      lanes.again(delivery);
    } else {
      finish(
          delivery,
          Outcome.unknown(
              "it could not be sent for "
                  + failingFor / 1000
                  + " s, which is retry.timeout.ms, while the server is well: "
                  + reason));
    }
  }

  private void giveUp(Delivery delivery, long failingFor, String reason) {
    String what =
        availability.isOverdue(now())
            ? "ChirpStack has not answered"
            : "the command at " + delivery.position() + " could not be sent";
    fail(
        what
            + " for "
            + failingFor / 1000
            + " s, which is retry.timeout.ms; nothing was skipped, restart the task to go on: "
            + reason);
    lanes.again(delivery);
  }

  private void later(Delivery delivery, Step step, long millis) {
    delivery.nextStep(step);
    delivery.dueAt(now() + millis);
    lanes.again(delivery);
  }

  private void finish(Delivery delivery, Outcome outcome) {
    lanes.finished(delivery);
    blame.over(delivery);
    settlement.settle(delivery, outcome);
  }

  /** The first reason counts. */
  void fail(String reason) {
    if (fatal == null) {
      fatal = reason;
    }
  }

  private long now() {
    return steadyMillis.getAsLong();
  }
}
