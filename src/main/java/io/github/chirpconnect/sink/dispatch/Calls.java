package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.CompletionQueue;
import io.github.chirpconnect.common.StageFailure;
import io.github.chirpconnect.sink.memory.Memory;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import io.github.chirpconnect.sink.share.Share;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes calls for commands, and notes what each answer shows about the server: it answers, it does
 * not, or no command can succeed. A lane stands still while its call is in flight.
 */
public final class Calls {
  private final ServerCircuitBreaker breaker;
  private final Lanes lanes;
  private final CompletionQueue completions;
  private final Memory memory;
  private final Share share;
  private final Runnable retryCounter;
  private final Clocks clocks;
  private String fatal;

  /**
   * @param retryCounter run for each call that failed and is to be made again
   */
  public Calls(
      ServerCircuitBreaker breaker,
      Lanes lanes,
      CompletionQueue completions,
      Memory memory,
      Share share,
      Runnable retryCounter,
      Clocks clocks) {
    this.breaker = breaker;
    this.lanes = lanes;
    this.completions = completions;
    this.memory = memory;
    this.share = share;
    this.retryCounter = retryCounter;
    this.clocks = clocks;
  }

  /** Makes a call whose answer means nothing once the command was abandoned. */
  <A> void make(
      PendingCommand pending,
      Supplier<CompletionStage<A>> request,
      Consumer<A> onAnswer,
      Consumer<ApiException> onFailure) {
    make(pending, request, answer -> {}, onAnswer, onFailure);
  }

  /**
   * @param noted gets the answer on the task thread, also if the command was abandoned: it may come
   *     again
   * @param onAnswer gets the answer on the task thread, unless the command was abandoned
   * @param onFailure gets the failure on the task thread, after the circuit breaker
   */
  <A> void make(
      PendingCommand pending,
      Supplier<CompletionStage<A>> request,
      Consumer<A> noted,
      Consumer<A> onAnswer,
      Consumer<ApiException> onFailure) {
    long number = breaker.begin();
    CompletionStage<A> stage;
    try {
      stage = request.get();
    } catch (ApiException e) {
      stage = CompletableFuture.failedFuture(e);
    }
    stage.whenComplete(
        (answer, failure) ->
            completions.add(
                () -> {
                  if (failure == null) {
                    breaker.answered(number);
                    noted.accept(answer);
                    answered(pending, answer, onAnswer);
                  } else {
                    failed(pending, number, failure, onFailure);
                  }
                }));
  }

  private <A> void answered(PendingCommand pending, A answer, Consumer<A> onAnswer) {
    if (pending.abandoned()) {
      lanes.finished(pending);
    } else {
      onAnswer.accept(answer);
    }
  }

  private void failed(
      PendingCommand pending, long number, Throwable failure, Consumer<ApiException> onFailure) {
    Throwable cause = StageFailure.cause(failure);
    if (!(cause instanceof ApiException known)) {
      fail("a call to ChirpStack failed unexpectedly: " + cause);
      lanes.again(pending);
      return;
    }
    long now = clocks.steadyMillis();
    switch (known.kind()) {
      case BAD_REQUEST, NOT_PERMITTED, CODEC_TIMEOUT -> breaker.answered(number);
      case READ_ONLY, WRONG_SERVER, UNUSABLE_SERVER -> fail(known.getMessage());
      case TOKEN_REFUSED -> breaker.tokenRefused(number, now, known.getMessage());
      case TRANSIENT, BUSY, IN_DOUBT -> breaker.failed(number, now, known.getMessage());
    }
    onFailure.accept(known);
  }

  /** A call has failed and is to be made again. */
  void countRetry() {
    retryCounter.run();
  }

  /** Whether the server answers, as the calls so far show. */
  ServerCircuitBreaker server() {
    return breaker;
  }

  /** What is known of earlier calls. */
  Memory memory() {
    return memory;
  }

  /** How many calls may be in flight. */
  int most() {
    return share.maxInFlight();
  }

  /** The commands that calls are made for. */
  Lanes lanes() {
    return lanes;
  }

  /** Fails the task. The first reason is kept. */
  void fail(String reason) {
    if (fatal == null) {
      fatal = reason;
    }
  }

  /** Why the task has to fail; empty while it does not. */
  Optional<String> fatal() {
    return Optional.ofNullable(fatal).or(breaker::hopeless);
  }
}
