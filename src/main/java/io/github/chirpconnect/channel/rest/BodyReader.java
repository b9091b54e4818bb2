package io.github.chirpconnect.channel.rest;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Consumer;

/**
 * Reads a body from the network on demand, and passes its bytes on as they arrive. The body is
 * complete with its last byte; until then the exchange can be cancelled.
 */
final class BodyReader implements BodySubscriber<Void> {
  private final Consumer<Subscription> onOpen;
  private final Consumer<List<ByteBuffer>> onBytes;
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  BodyReader(Consumer<Subscription> onOpen, Consumer<List<ByteBuffer>> onBytes) {
    this.onOpen = onOpen;
    this.onBytes = onBytes;
  }

  @Override
  public CompletionStage<Void> getBody() {
    return end;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    onOpen.accept(subscription);
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    onBytes.accept(bytes);
  }

  @Override
  public void onError(Throwable failure) {
    end.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    end.complete(null);
  }
}
