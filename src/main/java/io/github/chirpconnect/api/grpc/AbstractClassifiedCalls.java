package io.github.chirpconnect.api.grpc;

import static io.github.chirpconnect.api.grpc.Futures.callFailure;
import static io.github.chirpconnect.api.grpc.Futures.onFailure;
import static io.github.chirpconnect.api.grpc.Futures.published;
import static io.github.chirpconnect.api.grpc.Futures.unforeseen;
import static java.util.concurrent.CompletableFuture.completedFuture;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.Classification.Final;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Unary calls whose failures are {@link ApiException}s. If a status alone does not show its
 * meaning, further calls without side effects ask the server: is the key valid, and what may it do?
 * Each generation defines these calls and the meaning of a status.
 */
public abstract class AbstractClassifiedCalls {
  private static final Operation PROBE = Operation.read(Subject.of(Subject.Type.TOKEN));

  private final UnaryCalls calls;
  private final Runnable tokenRefused;
  private final KeyProbe keyProbe;

  /**
   * @param tokenRefused run each time the server was found to refuse the token
   * @param probe a method that every valid key may call
   */
  protected <Q> AbstractClassifiedCalls(
      UnaryCalls calls, Runnable tokenRefused, MethodDescriptor<Q, ?> probe, Q request) {
    this.calls = calls;
    this.tokenRefused = tokenRefused;
    this.keyProbe = new KeyProbe(() -> calls.call(probe, request));
  }

  protected abstract Classification judge(Operation operation, RpcFailure failure);

  /** For classifications that only this generation has. */
  protected CompletableFuture<Verdict> further(Operation operation, Classification classification) {
    throw new IllegalStateException("still open: " + classification);
  }

  /** Why a valid key was refused a write. */
  protected abstract CompletableFuture<Verdict> ofWriteAccess(Operation operation);

  /** Why a valid key was refused a device's stream. */
  protected abstract CompletableFuture<Verdict> ofStreamAccess(Operation operation);

  protected abstract Verdict ofDeadKey(Status probe);

  protected abstract Verdict notPermitted(Operation operation);

  /**
   * @return fails only with {@link ApiException}; cancelling it cancels the call
   */
  public final <Q, A> CompletableFuture<A> call(
      Operation operation, MethodDescriptor<Q, A> method, Q request) {
    CompletableFuture<A> raw =
        operation.effect() == Operation.Effect.APPEND
            ? calls.callOnce(method, request)
            : calls.call(method, request);
    CompletableFuture<A> judged =
        onFailure(raw, failure -> settle(operation, method, request, failure));
    return published(operation, judged, raw);
  }

  /** Completes if the key is valid. */
  public final CompletableFuture<Void> probe() {
    CompletableFuture<Void> alive =
        onFailure(keyProbe.ask(), failure -> failed(ofProbe(failure), failure));
    return published(PROBE, alive, null);
  }

  /** What the end of a device's stream means. */
  protected final CompletableFuture<ApiException> endOfStream(
      Operation operation, RpcFailure end, Classification classification) {
    CompletableFuture<Verdict> verdict =
        classification instanceof Final clear
            ? completedFuture(clear.verdict())
            : whenAlive(() -> ofStreamAccess(operation));
    return verdict.handle(
        (meaning, bug) -> bug == null ? meaning.exception(end) : unforeseen(operation, bug));
  }

  /** Makes a call whose failure, an {@link RpcFailure}, leaves nothing in doubt. */
  protected final <Q, A> CompletableFuture<A> ask(MethodDescriptor<Q, A> method, Q request) {
    return calls.call(method, request);
  }

  private <Q, A> CompletableFuture<A> settle(
      Operation operation, MethodDescriptor<Q, A> method, Q request, RpcFailure failure) {
    Classification classification = judge(operation, failure);
    if (classification instanceof Final clear) {
      return operation.effect() == Operation.Effect.APPEND
              && TransportErrors.isEmptyAnswer(failure.status())
          ? lostRefusal(operation, clear.verdict(), failure)
          : failed(clear.verdict(), failure);
    }
    if (!(classification instanceof Classification.NeedsKeyProbe)) {
      return further(operation, classification).thenCompose(verdict -> failed(verdict, failure));
    }
    if (operation.effect().writes()) {
      return whenAlive(() -> ofWriteAccess(operation))
          .thenCompose(verdict -> failed(verdict, failure));
    }
    return againWhenAlive(operation, method, request, failure);
  }

  /**
   * The server refused a write, and the reason was lost on the way. If it refuses the key or the
   * device, that was the reason; otherwise the outcome stays in doubt.
   */
  private <A> CompletableFuture<A> lostRefusal(
      Operation operation, Verdict doubt, RpcFailure failure) {
    return whenAlive(() -> ofWriteAccess(operation))
        .thenCompose(
            verdict ->
                verdict.kind().retriable() ? ofStreamAccess(operation) : completedFuture(verdict))
        .thenCompose(verdict -> failed(verdict.kind().retriable() ? doubt : verdict, failure));
  }

  /**
   * Repeats a read that was refused although the key is valid: the key may have been replaced in
   * between.
   */
  private <Q, A> CompletableFuture<A> againWhenAlive(
      Operation operation, MethodDescriptor<Q, A> method, Q request, RpcFailure first) {
    return keyProbe
        .ask()
        .handle(
            (alive, dead) ->
                dead != null
                    ? this.<A>failed(ofProbe(callFailure(dead)), first)
                    : onFailure(
                        calls.call(method, request),
                        second -> this.<A>failed(ofQuestion(operation, second), second)))
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

  private Verdict ofProbe(RpcFailure failure) {
    if (judge(PROBE, failure) instanceof Final clear) {
      return clear.verdict();
    }
    tokenRefused.run();
    return ofDeadKey(failure.status());
  }

  /**
   * The verdict on a failed question, asked with a valid key. If the question was about a refused
   * call, that call stays refused, and nothing is in doubt.
   */
  protected final Verdict ofQuestion(Operation operation, RpcFailure failure) {
    return judge(operation, failure) instanceof Final clear
        ? clear.verdict()
        : notPermitted(operation);
  }

  private <A> CompletableFuture<A> failed(Verdict verdict, RpcFailure cause) {
    return CompletableFuture.failedFuture(verdict.exception(cause));
  }
}
