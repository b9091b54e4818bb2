package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.grpc.Answers.callFailure;
import static io.github.chirpconnect.api.grpc.Answers.onFailure;
import static io.github.chirpconnect.api.grpc.Answers.published;
import static io.github.chirpconnect.api.grpc.Answers.unforeseen;
import static java.util.concurrent.CompletableFuture.completedFuture;

import com.google.protobuf.Empty;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.grpc.CallFailure;
import io.github.chirpconnect.api.grpc.KeyProbe;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.Operation.Effect;
import io.github.chirpconnect.api.grpc.UnaryCalls;
import io.github.chirpconnect.api.v4.Judgement.AskAccess;
import io.github.chirpconnect.api.v4.Judgement.AskCodec;
import io.github.chirpconnect.api.v4.Judgement.Clear;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v4.GetDeviceRequest;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Unary calls whose failures are {@link ApiException}s. Where a status alone does not tell what it
 * means, the server is asked more, without side effects:
 *
 * <ul>
 *   <li>is the key alive: {@code ListAdrAlgorithms}, which any live key may call;
 *   <li>may it write to this device: {@code Enqueue} with port 0, which ChirpStack refuses as
 *       invalid, but not before it has checked the rights;
 *   <li>may it see this device: {@code Get}.
 * </ul>
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
                    DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
                    Empty.getDefaultInstance()));
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
  CompletableFuture<ApiException> endOfStream(Operation operation, CallFailure end) {
    Judgement judgement = Failures.judgeEnd(operation, end);
    CompletableFuture<Clear> clear =
        judgement instanceof AskAccess
            ? whenAlive(() -> ofVisibility(operation, Failures.permittedByNow(operation)))
            : completedFuture(settled(judgement));
    return clear.handle(
        (meaning, bug) -> bug == null ? meaning.exception(end) : unforeseen(operation, bug));
  }

  private <Q, A> CompletableFuture<A> settle(
      Operation operation, MethodDescriptor<Q, A> method, Q request, CallFailure failure) {
    Judgement judgement = Failures.judge(operation, failure);
    if (judgement instanceof AskCodec ask) {
      return refusedAsInvalid(operation)
          .thenCompose(well -> failed(well ? ask.ifCodec() : ask.ifOutage(), failure));
    }
    if (!(judgement instanceof AskAccess)) {
      return failed(settled(judgement), failure);
    }
    if (operation.effect().writes()) {
      return whenAlive(() -> ofWriteAccess(operation)).thenCompose(clear -> failed(clear, failure));
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
                        second ->
                            failed(
                                second.refused()
                                    ? Failures.notPermitted(operation)
                                    : settled(Failures.judge(operation, second)),
                                second)))
        .thenCompose(Function.identity());
  }

  private CompletableFuture<Clear> whenAlive(
      java.util.function.Supplier<CompletableFuture<Clear>> further) {
    return keyProbe
        .ask()
        .handle(
            (alive, dead) ->
                dead == null ? further.get() : completedFuture(ofProbe(callFailure(dead))))
        .thenCompose(Function.identity());
  }

  private Clear ofProbe(CallFailure failure) {
    Judgement judgement = Failures.judge(PROBE, failure);
    if (judgement instanceof Clear clear) {
      return clear;
    }
    tokenRefused.run();
    return Failures.tokenRefused(failure.status());
  }

  private CompletableFuture<Clear> ofWriteAccess(Operation operation) {
    return portZero(operation)
        .handle(
            (queued, e) -> {
              CallFailure failure = callFailure(e);
              if (failure == null || isInvalid(failure)) {
                return completedFuture(Failures.permittedByNow(operation));
              }
              return failure.refused()
                  ? ofVisibility(operation, Failures.readOnly())
                  : completedFuture(ofQuestion(operation, failure));
            })
        .thenCompose(Function.identity());
  }

  private CompletableFuture<Clear> ofVisibility(Operation operation, Clear ifVisible) {
    GetDeviceRequest request = GetDeviceRequest.newBuilder().setDevEui(operation.devEui()).build();
    return calls
        .call(DeviceServiceGrpc.getGetMethod(), request)
        .handle(
            (device, e) -> {
              CallFailure failure = callFailure(e);
              if (failure == null) {
                return ifVisible;
              }
              return failure.refused()
                  ? Failures.notPermitted(operation)
                  : ofQuestion(operation, failure);
            });
  }

  /** Whether the server is well enough to look up the device, and to refuse port 0. */
  private CompletableFuture<Boolean> refusedAsInvalid(Operation operation) {
    return portZero(operation).handle((queued, e) -> e != null && isInvalid(callFailure(e)));
  }

  private CompletableFuture<?> portZero(Operation operation) {
    EnqueueDeviceQueueItemRequest request =
        EnqueueDeviceQueueItemRequest.newBuilder()
            .setQueueItem(DeviceQueueItem.newBuilder().setDevEui(operation.devEui()))
            .build();
    return calls.call(DeviceServiceGrpc.getEnqueueMethod(), request);
  }

  private static boolean isInvalid(CallFailure failure) {
    return failure.status().getCode() == Status.Code.INVALID_ARGUMENT;
  }

  /**
   * A question about a refused call failed itself; the call is no less refused, so nothing of it is
   * in doubt.
   */
  private static Clear ofQuestion(Operation operation, CallFailure failure) {
    Operation question = new Operation(Effect.READ, operation.subject(), operation.devEui(), false);
    return settled(Failures.judge(question, failure));
  }

  private static Clear settled(Judgement judgement) {
    if (judgement instanceof Clear clear) {
      return clear;
    }
    throw new IllegalStateException("still open: " + judgement);
  }

  private static <A> CompletableFuture<A> failed(Clear clear, CallFailure cause) {
    return CompletableFuture.failedFuture(clear.exception(cause));
  }
}
