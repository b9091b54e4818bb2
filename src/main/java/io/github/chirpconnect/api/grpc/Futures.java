package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.grpc.Operation.Effect;
import io.github.chirpconnect.common.StageFailure;
import io.grpc.Status;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** Helpers for stages and their failures. */
public final class Futures {
  /** Failures that say that the key may not see a thing, and are no outage. */
  private static final Set<FailureKind> NOT_SHOWN =
      EnumSet.of(FailureKind.NOT_PERMITTED, FailureKind.BAD_REQUEST, FailureKind.WRONG_SERVER);

  private Futures() {}

  /** Waits. If the wait is interrupted, the call is cancelled. */
  public static <A> A await(CompletableFuture<A> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      if (StageFailure.cause(e.getCause()) instanceof ApiException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Dependent stages wrap a failure; the returned stage has the failure itself. */
  public static <A> CompletableFuture<A> unwrapped(CompletionStage<A> stage) {
    CompletableFuture<A> result = new CompletableFuture<>();
    stage.whenComplete(
        (answer, e) -> {
          if (e == null) {
            result.complete(answer);
          } else {
            result.completeExceptionally(StageFailure.cause(e));
          }
        });
    return result;
  }

  /**
   * @param otherwise what to do after a failure
   */
  public static <A> CompletableFuture<A> onFailure(
      CompletableFuture<A> call, Function<RpcFailure, CompletableFuture<A>> otherwise) {
    return call.handle(
            (answer, e) ->
                e == null
                    ? CompletableFuture.completedFuture(answer)
                    : otherwise.apply(callFailure(e)))
        .thenCompose(Function.identity());
  }

  /**
   * @param ifNotShown the answer if the key may not see what is asked for
   */
  public static <A, T> CompletableFuture<T> ifShown(
      CompletableFuture<A> call, Function<A, T> reading, T ifNotShown) {
    return call.handle(
            (answer, e) -> {
              if (e == null) {
                return CompletableFuture.completedFuture(reading.apply(answer));
              }
              return StageFailure.cause(e) instanceof ApiException failure
                      && NOT_SHOWN.contains(failure.kind())
                  ? CompletableFuture.completedFuture(ifNotShown)
                  : CompletableFuture.<T>failedFuture(StageFailure.cause(e));
            })
        .thenCompose(Function.identity());
  }

  /**
   * A cancelled call fails with another exception, but then nobody waits for its classification.
   *
   * @param e null for none
   */
  public static RpcFailure callFailure(Throwable e) {
    if (e == null || e instanceof RpcFailure) {
      return (RpcFailure) e;
    }
    return new RpcFailure(Status.CANCELLED.withCause(e), true);
  }

  /**
   * A future for the caller, which sees an {@link ApiException} that nothing wraps.
   *
   * @param call cancelled with the returned future; null for none
   */
  public static <A> CompletableFuture<A> published(
      Operation operation, CompletableFuture<A> judged, CompletableFuture<?> call) {
    CompletableFuture<A> result = new CompletableFuture<>();
    judged.whenComplete(
        (answer, e) -> {
          if (e == null) {
            result.complete(answer);
          } else {
            result.completeExceptionally(unforeseen(operation, e));
          }
        });
    if (call != null) {
      result.whenComplete(
          (answer, e) -> {
            if (result.isCancelled()) {
              call.cancel(true);
            }
          });
    }
    return result;
  }

  /**
   * The failure itself if it is an {@link ApiException}; any other exception leaves the outcome in
   * doubt.
   */
  public static ApiException unforeseen(Operation operation, Throwable e) {
    Throwable cause = StageFailure.cause(e);
    if (cause instanceof ApiException known) {
      return known;
    }
    return new ApiException(
        operation.effect() == Effect.APPEND ? FailureKind.IN_DOUBT : FailureKind.TRANSIENT,
        operation.subject() + ": the answer could not be handled (" + cause + ")",
        cause);
  }
}
