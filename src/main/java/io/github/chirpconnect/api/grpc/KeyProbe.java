package io.github.chirpconnect.api.grpc;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Checks whether the API key is valid, with one call for all callers of the same time. A caller
 * that arrives during a call waits for the next one, because the key may have been revoked after
 * the server looked at it. So at most two calls are made, however many calls were refused at once.
 */
public final class KeyProbe {
  private final Supplier<CompletableFuture<?>> question;
  private CompletableFuture<Void> running;
  private CompletableFuture<Void> next;

  public KeyProbe(Supplier<CompletableFuture<?>> question) {
    this.question = question;
  }

  /** Completes if the key is valid; fails as the call failed. */
  public CompletableFuture<Void> ask() {
    CompletableFuture<Void> mine;
    synchronized (this) {
      if (running != null) {
        if (next == null) {
          next = new CompletableFuture<>();
        }
        return next;
      }
      mine = new CompletableFuture<>();
      running = mine;
    }
    start(mine);
    return mine;
  }

  private void start(CompletableFuture<Void> mine) {
    question.get().whenComplete((alive, failure) -> finish(mine, failure));
  }

  private void finish(CompletableFuture<Void> mine, Throwable failure) {
    CompletableFuture<Void> following;
    synchronized (this) {
      following = next;
      running = following;
      next = null;
    }
    if (following != null) {
      start(following);
    }
    if (failure == null) {
      mine.complete(null);
    } else {
      mine.completeExceptionally(failure);
    }
  }
}
