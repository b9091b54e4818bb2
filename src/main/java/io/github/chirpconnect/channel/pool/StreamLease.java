package io.github.chirpconnect.channel.pool;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;

/**
 * The right to one long-lived stream. Whoever holds it opens one stream on {@link #channel} at a
 * time and gives it back when the stream has ended; a stream that is opened anew after a failure
 * may use the same lease.
 */
public final class StreamLease {
  private final Channel channel;
  private final Runnable onRelease;
  private volatile Runnable onSent = () -> {};
  private volatile Runnable onWithheld = () -> {};
  private boolean released;

  /**
   * @param place what the lease is for, told of what becomes of the streams on its channel
   */
  StreamLease(Channel channel, StreamPool.Place place, Runnable onRelease) {
    this.channel =
        ClientInterceptors.intercept(channel, new SendingWatch(place, () -> onSent.run()));
    this.onRelease = onRelease;
    place.whenWithheld(() -> onWithheld.run());
  }

  /**
   * To be called before a stream is opened.
   *
   * @param onSent run when the request for the stream has gone out
   * @param onWithheld run when it does not go out, since the server or a proxy lets no more streams
   *     through on this connection: give it up and acquire another lease
   */
  public void watch(Runnable onSent, Runnable onWithheld) {
    this.onSent = onSent;
    this.onWithheld = onWithheld;
  }

  /** Authenticated; without a deadline. */
  public Channel channel() {
    return channel;
  }

  /** Gives the place back. Once is enough, more does no harm. */
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
