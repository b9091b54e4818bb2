package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.channel.ChirpStackChannels;
import io.github.chirpconnect.channel.pool.StreamLease;
import io.grpc.Channel;

/** The connections to one server. */
public interface Connections extends AutoCloseable {

  /** For unary calls: authenticated, each with a deadline. */
  Channel unary();

  /** As {@link #unary}, without the token. */
  Channel anonymous();

  /** A place on a connection for one long-lived stream. */
  Lease stream();

  /** Reports that the server refused the current token, so that a token file is read again. */
  void tokenRefused();

  /** Ends all calls and streams at once. */
  @Override
  void close();

  interface Lease {
    Channel channel();

    /**
     * Call it before the stream is opened.
     *
     * @param onSent run when the request for the stream was sent
     * @param onWithheld run when it cannot be sent: give up this place and take another
     */
    void watch(Runnable onSent, Runnable onWithheld);

    /** Gives the place back. */
    void release();
  }

  static Connections of(ChirpStackChannels channels) {
    return new Connections() {
      @Override
      public Channel unary() {
        return channels.unary();
      }

      @Override
      public Channel anonymous() {
        return channels.anonymous();
      }

      @Override
      public Lease stream() {
        StreamLease lease = channels.acquireStream();
        return new Lease() {
          @Override
          public Channel channel() {
            return lease.channel();
          }

          @Override
          public void watch(Runnable onSent, Runnable onWithheld) {
            lease.watch(onSent, onWithheld);
          }

          @Override
          public void release() {
            lease.release();
          }
        };
      }

      @Override
      public void tokenRefused() {
        channels.tokenRefused();
      }

      @Override
      public void close() {
        channels.close();
      }
    };
  }
}
