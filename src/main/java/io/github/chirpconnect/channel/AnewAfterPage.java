package io.github.chirpconnect.channel;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * Leaves a connection on which a proxy answered with its own page. A proxy judges a client
 * certificate once per connection, and applies a new configuration to new connections only. So
 * later calls use a new connection; calls in flight stay on the old one.
 */
final class AnewAfterPage implements ClientInterceptor {
  private static final String PAGE = "HTTP status code ";

  private final Runnable leave;

  /**
   * @param leave makes later calls use a new connection
   */
  AnewAfterPage(Runnable leave) {
    this.leave = leave;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                if (status.getDescription() != null && status.getDescription().startsWith(PAGE)) {
                  leave.run();
                }
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }
}
