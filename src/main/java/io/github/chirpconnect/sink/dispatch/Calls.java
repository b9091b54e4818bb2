package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.CompletionQueue;
import io.github.chirpconnect.sink.doubt.SentItems;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes calls for commands, whose lanes stand still meanwhile, and takes note of what each says of
 * the server: that it is there, that it is away, that no command can succeed.
 */
public final class Calls {
  private final ServerCircuitBreaker breaker;
  private final Lanes lanes;
  private final CompletionQueue completions;
  private final SentItems sent;
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
      SentItems sent,
      Runnable retryCounter,
      Clocks clocks) {
    this.breaker = breaker;
    this.lanes = lanes;
    this.completions = completions;
    this.sent = sent;
    this.retryCounter = retryCounter;
    this.clocks = clocks;
  }

  /**
   * @param onAnswer hears of it on the task thread; not of one for a command that was abandoned
   * @param onFailure hears of it on the task thread, once it is noted what it says of the server
   */
  <A> void make(
      PendingCommand pending,
      Supplier<CompletionStage<A>> request,
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
                    answered(pending, number, answer, onAnswer);
                  } else {
                    failed(pending, number, failure, onFailure);
                  }
                }));
  }

  private <A> void answered(PendingCommand pending, long number, A answer, Consumer<A> onAnswer) {
    breaker.answered(number);
    if (answer instanceof Receipt receipt) {
      sent.add(pending, receipt); // also if it is abandoned: it may come again
    }
    if (pending.abandoned()) {
      lanes.finished(pending);
    } else {
      onAnswer.accept(answer);
    }
  }

  private void failed(
      PendingCommand pending, long number, Throwable failure, Consumer<ApiException> onFailure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (!(cause instanceof ApiException known)) {
      fail("a call to ChirpStack failed in a way that nobody foresaw: " + cause);
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

  /** What the calls so far tell about the server. */
  ServerCircuitBreaker server() {
    return breaker;
  }

  /** The queue items of which it is known whose they are. */
  SentItems sent() {
    return sent;
  }

  /** The task has to fail. The first reason counts. */
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
