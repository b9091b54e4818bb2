package io.github.chirpconnect.api.grpc;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Asks whether the API key is alive, once for all who want to know at the same time. Who asks while
 * a question is under way gets the answer to the next one, as the key may have been revoked after
 * the server had looked at it: however many calls are refused at once, it is asked at most twice.
 */
public final class KeyProbe {
  private final Supplier<CompletableFuture<?>> question;
  private CompletableFuture<Void> running;
  private CompletableFuture<Void> next;

  public KeyProbe(Supplier<CompletableFuture<?>> question) {
    this.question = question;
  }

  /** Completes when the key is alive, fails as the question failed. */
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
