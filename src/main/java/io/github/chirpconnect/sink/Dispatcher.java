package io.github.chirpconnect.sink;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.config.SinkConfig.InDoubt;
import io.github.chirpconnect.sink.Delivery.Step;
import io.github.chirpconnect.sink.PredecessorCheck.Advice;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
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
  /** A call that was cut off may still wait in a busy server: almost three seconds were seen. */
  static final long SETTLE_AFTER_CUT_OFF_MS = 3_000;

  /** By how much the server's clock may be behind the worker's. */
  static final Duration CLOCKS_APART = Duration.ofSeconds(5);

  private final ChirpStack chirpStack;
  private final Rules rules;
  private final Lanes lanes;
  private final Availability availability;
  private final Settlement settlement;
  private final Mailbox mailbox;
  private final Clock clock;
  private final LongSupplier steadyMillis;
  private final SentItems sent = new SentItems();
  private final PredecessorCheck predecessor = new PredecessorCheck(sent);
  private final Set<Feature> supported = EnumSet.noneOf(Feature.class);
  private String fatal;

  Dispatcher(
      ChirpStack chirpStack,
      Rules rules,
      Lanes lanes,
      Availability availability,
      Settlement settlement,
      Mailbox mailbox,
      Clock clock,
      LongSupplier steadyMillis) {
    this.chirpStack = chirpStack;
    this.rules = rules;
    this.lanes = lanes;
    this.availability = availability;
    this.settlement = settlement;
    this.mailbox = mailbox;
    this.clock = clock;
    this.steadyMillis = steadyMillis;
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
    Predicate<Delivery> permitted =
        delivery -> delivery.account().permits(delivery) && wanted.test(delivery);
    while (fatal().isEmpty()
        && settlement.isHealthy()
        && lanes.out() < rules.maxInFlight()
        && availability.permitsCall(now())) {
      Delivery next = lanes.next(now(), permitted);
      if (next == null) {
        return;
      }
      advance(next);
    }
  }

  /** Why the task has to fail; empty while it does not. */
  Optional<String> fatal() {
    return Optional.ofNullable(fatal).or(availability::hopeless).or(settlement::hopeless);
  }

  /** Partitions have changed: what was abandoned is dropped. */
  void partitionsChanged() {
    lanes.dropAbandoned();
    predecessor.forget();
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
                later(delivery, Step.FIRST_LOOK, SETTLE_AFTER_CUT_OFF_MS);
              });
      case FIRST_LOOK ->
          look(delivery, () -> later(delivery, Step.SECOND_LOOK, SETTLE_AFTER_CUT_OFF_MS));
      case SECOND_LOOK -> look(delivery, () -> later(delivery, Step.STATE_AFTER, 0));
      case STATE_AFTER ->
          call(
              delivery,
              () -> chirpStack.state(delivery.devEui()),
              state -> notInQueue(delivery, state));
    }
  }

  private void checkPredecessor(Delivery delivery) {
    Advice advice = predecessor.advise(delivery, lanes.after(delivery), now());
    if (advice instanceof Advice.Look) {
      call(
          delivery,
          () -> chirpStack.queue(delivery.devEui()),
          queue -> {
            predecessor.looked(delivery, lanes.after(delivery), queue, now());
            checkPredecessor(delivery);
          });
    } else if (advice instanceof Advice.AskState) {
      call(
          delivery,
          () -> chirpStack.state(delivery.devEui()),
          state -> {
            predecessor.heard(delivery.devEui(), state);
            checkPredecessor(delivery);
          });
    } else if (advice instanceof Advice.Wait wait) {
      later(delivery, Step.CHECK_PREDECESSOR, wait.until() - now());
    } else if (advice instanceof Advice.Queued queued) {
      finish(delivery, Outcome.found(queued.itemId()));
    } else if (advice instanceof Advice.LaterQueued queued) {
      finish(
          delivery,
          Outcome.skipped(
              "dealt with before the restart: a later command of the device is in its queue, as "
                  + queued.itemId()));
    } else {
      later(delivery, Step.SEND, 0);
    }
  }

  private void send(Delivery delivery) {
    Command command = delivery.command();
    Optional<String> expired = expired(delivery);
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
            sent.add(delivery.devEui(), receipt.queueItemId());
            finish(delivery, Outcome.accepted(receipt.queueItemId()));
          });
    } else {
      call(
          delivery,
          () -> chirpStack.flush(delivery.devEui()),
          nothing -> finish(delivery, Outcome.accepted(null)));
    }
  }

  private void knownToSupport(Delivery delivery, Feature feature, boolean yes) {
    if (yes) {
      supported.add(feature);
      later(delivery, Step.SEND, 0);
      return;
    }
    finish(
        delivery,
        Outcome.rejected(
            "this server is older than "
                + feature.since()
                + " and would ignore "
                + feature.field()
                + "; leave it out, or upgrade ChirpStack"));
  }

  /** Why a command is too old to be sent. */
  Optional<String> expired(Delivery delivery) {
    Instant now = clock.instant();
    Long timestamp = delivery.record().timestamp();
    if (rules.commandMaxAge().isPresent() && timestamp != null) {
      Duration age = Duration.between(Instant.ofEpochMilli(timestamp), now);
      Duration limit = rules.commandMaxAge().get();
      if (age.compareTo(limit) > 0) {
        return Optional.of(
            "the record is "
                + age.toSeconds()
                + " s old, and command.max.age.ms permits "
                + limit.toSeconds()
                + " s");
      }
    }
    if (delivery.command() instanceof Command.Enqueue enqueue) {
      Downlink downlink = enqueue.downlink();
      if (downlink.expiresAt() != null && !downlink.expiresAt().isAfter(now)) {
        return Optional.of("expires_at has passed: " + downlink.expiresAt());
      }
    }
    return Optional.empty();
  }

  private void look(Delivery delivery, Runnable ifAbsent) {
    call(
        delivery,
        () -> chirpStack.queue(delivery.devEui()),
        queue -> {
          Optional<QueuedDownlink> item =
              QueueSearch.first(
                  QueueSearch.afterKnown(queue, id -> sent.contains(delivery.devEui(), id)),
                  delivery.command());
          if (item.isPresent()) {
            sent.add(delivery.devEui(), item.get().id());
            finish(delivery, Outcome.found(item.get().id()));
          } else {
            ifAbsent.run();
          }
        });
  }

  /**
   * Absent means "never queued" only where nothing can have taken the item out: a class A device is
   * served when it sends, and it has not.
   */
  private void notInQueue(Delivery delivery, DeviceState after) {
    Instant seen = after.lastSeenAt();
    boolean unmoved =
        Objects.equals(delivery.stateBefore().lastSeenAt(), seen)
            && (seen == null || seen.isBefore(delivery.sentAt().minus(CLOCKS_APART)));
    if ("CLASS_A".equals(after.deviceClass()) && unmoved) {
      later(delivery, Step.SEND, 0);
      return;
    }
    finish(
        delivery,
        Outcome.unknown(
            unmoved
                ? "it is not in the device's queue, but the device may be served at any time ("
                    + Objects.requireNonNullElse(after.deviceClass(), "class not known")
                    + ")"
                : "it is not in the device's queue, but the device has been heard since, at "
                    + seen));
  }

  private <A> void call(
      Delivery delivery, Supplier<CompletionStage<A>> request, Consumer<A> onAnswer) {
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
                    failed(delivery, number, failure);
                    return;
                  }
                  availability.answered(number);
                  if (delivery.abandoned()) {
                    lanes.finished(delivery);
                  } else {
                    onAnswer.accept(answer);
                  }
                }));
  }

  private void failed(Delivery delivery, long call, Throwable failure) {
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
      case BAD_REQUEST, NOT_PERMITTED -> {
        availability.answered(call);
        refused(delivery, known.getMessage());
      }
      case READ_ONLY, WRONG_SERVER -> {
        fail(known.getMessage());
        lanes.again(delivery);
      }
      case TOKEN_REFUSED -> {
        availability.tokenRefused(call, now(), known.getMessage());
        delivery.forgive();
        delivery.dueAt(now());
        lanes.again(delivery);
      }
      case TRANSIENT, BUSY -> {
        availability.failed(call, now(), known.getMessage());
        retry(delivery, known.getMessage());
      }
      case IN_DOUBT -> {
        availability.failed(call, now(), known.getMessage());
        cutOff(delivery, known.getMessage());
      }
    }
  }

  private void refused(Delivery delivery, String reason) {
    switch (delivery.step()) {
      case SEND -> finish(delivery, Outcome.rejected(reason));
      case CHECK_PREDECESSOR -> later(delivery, Step.SEND, 0);
      default -> finish(delivery, Outcome.unknown(reason));
    }
  }

  private void cutOff(Delivery delivery, String reason) {
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
    long now = now();
    long pause = delivery.failed(now);
    long left = rules.retryTimeout().toMillis() - delivery.failingFor(now);
    if (left <= 0 && !delivery.abandoned()) {
      fail(
          "the command at "
              + delivery.position()
              + " could not be sent for "
              + delivery.failingFor(now) / 1000
              + " s, which is retry.timeout.ms; nothing was skipped, restart the task to go on: "
              + reason);
    }
    delivery.dueAt(now + (left > 0 ? Math.min(pause, left) : pause));
    lanes.again(delivery);
  }

  private void later(Delivery delivery, Step step, long millis) {
    delivery.nextStep(step);
    delivery.dueAt(now() + millis);
    lanes.again(delivery);
  }

  private void finish(Delivery delivery, Outcome outcome) {
    lanes.finished(delivery);
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
