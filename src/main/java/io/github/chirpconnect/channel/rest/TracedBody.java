package io.github.chirpconnect.channel.rest;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;

/**
 * A body that says when it starts to be sent: when there is a connection, and the headers are on
 * their way. A server that got less than the whole body does not act on it.
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
