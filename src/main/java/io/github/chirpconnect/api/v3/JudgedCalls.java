package io.github.chirpconnect.api.v3;

import static io.github.chirpconnect.api.grpc.Answers.callFailure;
import static io.github.chirpconnect.api.grpc.Answers.onFailure;
import static io.github.chirpconnect.api.grpc.Answers.published;
import static io.github.chirpconnect.api.grpc.Answers.unforeseen;
import static java.util.concurrent.CompletableFuture.completedFuture;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.grpc.CallFailure;
import io.github.chirpconnect.api.grpc.KeyProbe;
import io.github.chirpconnect.api.grpc.LogCall;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.UnaryCalls;
import io.github.chirpconnect.api.grpc.Verdict;
import io.github.chirpconnect.api.v3.Judgement.AskAccess;
import io.github.chirpconnect.api.v3.Judgement.Clear;
import io.github.chirpconnect.proto.v3.DeviceQueueServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.ListDeviceQueueItemsRequest;
import io.github.chirpconnect.proto.v3.ListGatewayProfilesRequest;
import io.grpc.MethodDescriptor;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Unary calls whose failures are {@link ApiException}s. A call that was refused is followed by
 * questions without side effects: is the key alive ({@code GatewayProfileService/List} of nothing,
 * which any live key may call), and may it see the device (the count of its queue, for which the
 * same rights are needed as for queuing).
 */
final class JudgedCalls {
  private static final Operation PROBE = Operation.read("the API key");

  private final UnaryCalls calls;
  private final Runnable tokenRefused;
  private final KeyProbe keyProbe;

  /**
   * @param tokenRefused run each time the server was found not to accept the token
   */
  JudgedCalls(UnaryCalls calls, Runnable tokenRefused) {
    this.calls = calls;
    this.tokenRefused = tokenRefused;
    this.keyProbe =
        new KeyProbe(
            () ->
                calls.call(
                    GatewayProfileServiceGrpc.getListMethod(),
                    ListGatewayProfilesRequest.getDefaultInstance()));
  }

  /**
   * @return fails with {@link ApiException} and with nothing else; cancelling it cancels the call
   */
  <Q, A> CompletableFuture<A> call(Operation operation, MethodDescriptor<Q, A> method, Q request) {
    CompletableFuture<A> raw = calls.call(method, request);
    CompletableFuture<A> judged =
        onFailure(raw, failure -> settle(operation, method, request, failure));
    return published(operation, judged, raw);
  }

  /** Completes when the key is alive. */
  CompletableFuture<Void> probe() {
    CompletableFuture<Void> alive =
        onFailure(keyProbe.ask(), failure -> failed(ofProbe(failure), failure));
    return published(PROBE, alive, null);
  }

  /** What the end of a device's stream means. */
  CompletableFuture<ApiException> endOfStream(Operation operation, LogCall.End end) {
    Judgement judgement = Failures.ofStream(operation, end);
    CompletableFuture<Verdict> verdict =
        judgement instanceof Clear clear
            ? completedFuture(clear.verdict())
            : whenAlive(() -> ofVisibility(operation));
    return verdict.handle(
        (meaning, bug) ->
            bug == null ? meaning.exception(end.failure()) : unforeseen(operation, bug));
  }

  private <Q, A> CompletableFuture<A> settle(
      Operation operation, MethodDescriptor<Q, A> method, Q request, CallFailure failure) {
    Judgement judgement = Failures.judge(operation, failure);
    if (judgement instanceof Clear clear) {
      return failed(clear.verdict(), failure);
    }
    if (operation.effect().writes()) {
      return whenAlive(() -> ofVisibility(operation))
          .thenCompose(verdict -> failed(verdict, failure));
    }
    return againWhenAlive(operation, method, request, failure);
  }

  /**
   * A read that was refused with a live key is asked again: the key may have been replaced between
   * the two.
   */
  private <Q, A> CompletableFuture<A> againWhenAlive(
      Operation operation, MethodDescriptor<Q, A> method, Q request, CallFailure first) {
    return keyProbe
        .ask()
        .handle(
            (alive, dead) ->
                dead != null
                    ? JudgedCalls.<A>failed(ofProbe(callFailure(dead)), first)
                    : onFailure(
                        calls.call(method, request),
                        second -> failed(ofQuestion(operation, second), second)))
        .thenCompose(Function.identity());
  }

  private CompletableFuture<Verdict> whenAlive(Supplier<CompletableFuture<Verdict>> further) {
    return keyProbe
        .ask()
        .handle(
            (alive, dead) ->
                dead == null ? further.get() : completedFuture(ofProbe(callFailure(dead))))
        .thenCompose(Function.identity());
  }

  private Verdict ofProbe(CallFailure failure) {
    if (Failures.judge(PROBE, failure) instanceof Clear clear) {
      return clear.verdict();
    }
    tokenRefused.run();
    return Failures.tokenRefused(failure.status());
  }

  private CompletableFuture<Verdict> ofVisibility(Operation operation) {
    ListDeviceQueueItemsRequest request =
        ListDeviceQueueItemsRequest.newBuilder()
            .setDevEui(operation.devEui())
            .setCountOnly(true)
            .build();
    return calls
        .call(DeviceQueueServiceGrpc.getListMethod(), request)
        .handle(
            (count, e) ->
                e == null
                    ? Failures.permittedByNow(operation)
                    : ofQuestion(Operation.readDevice(operation.devEui()), callFailure(e)));
  }

  /** Of a call made with a live key that only asks: nothing of it is in doubt. */
  private static Verdict ofQuestion(Operation operation, CallFailure failure) {
    Judgement judgement = Failures.judge(operation, failure);
    return judgement instanceof AskAccess
        ? Failures.notPermitted(operation)
        : ((Clear) judgement).verdict();
  }

  private static <A> CompletableFuture<A> failed(Verdict verdict, CallFailure cause) {
    return CompletableFuture.failedFuture(verdict.exception(cause));
  }
}
