package io.github.chirpconnect.channel.pool;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;

/**
 * The right to one long-lived stream. Its holder opens one stream at a time on {@link #channel},
 * and releases the lease when the stream has ended. A stream that is reopened after a failure may
 * use the same lease.
 */
public final class StreamLease {
  private final Channel channel;
  private final Runnable onRelease;
  private volatile Runnable onSent = () -> {};
  private volatile Runnable onWithheld = () -> {};
  private boolean released;

  /**
   * @param place the leased place, which tracks the streams on its channel
   */
  StreamLease(Channel channel, StreamPool.Place place, Runnable onRelease) {
    this.channel =
        ClientInterceptors.intercept(channel, new SendingWatch(place, () -> onSent.run()));
    this.onRelease = onRelease;
    place.whenWithheld(() -> onWithheld.run());
  }

  /**
   * Call it before a stream is opened.
   *
   * @param onSent run when the stream's request was sent
   * @param onWithheld run when the request is not sent, since the server or a proxy permits no more
   *     streams on this connection: cancel the stream and acquire another lease
   */
  public void watch(Runnable onSent, Runnable onWithheld) {
    this.onSent = onSent;
    this.onWithheld = onWithheld;
  }

  /** Authenticated; without a deadline. */
  public Channel channel() {
    return channel;
  }

  /** Releases the lease. Further calls have no effect. */
  public void release() {
    synchronized (this) {
      if (released) {
        return;
      }
      released = true;
    }
    onRelease.run();
  }
}
