package io.github.chirpconnect.channel;

import io.grpc.Channel;

/**
 * The right to one long-lived stream. Whoever holds it opens one stream on {@link #channel} at a
 * time and gives it back when the stream has ended; a stream that is opened anew after a failure
 * may use the same lease.
 */
public final class StreamLease {
  private final Channel channel;
  private final Runnable onRelease;
  private boolean released;

  StreamLease(Channel channel, Runnable onRelease) {
    this.channel = channel;
    this.onRelease = onRelease;
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
