package io.github.chirpconnect.channel.rest;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;

/**
 * A body that reports when it starts to be sent, after the headers. A server that got only a part
 * of the body does not act on it.
 */
final class TracedBody implements BodyPublisher {
  private final BodyPublisher body;
  private final Runnable onSend;

  TracedBody(String text, Runnable onSend) {
    this.body = BodyPublishers.ofString(text);
    this.onSend = onSend;
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    onSend.run();
    body.subscribe(subscriber);
  }
}
