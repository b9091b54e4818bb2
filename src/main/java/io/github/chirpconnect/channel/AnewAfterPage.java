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
 * Leaves a connection on which a proxy answered with a page of its own. What a proxy thinks of a
 * client certificate holds for as long as the connection does, and a proxy that was given another
 * configuration goes on with the old one on connections that it has: a new connection is needed to
 * find out. Calls that are under way go on where they are.
 */
final class AnewAfterPage implements ClientInterceptor {
  private static final String PAGE = "HTTP status code ";

  private final Runnable leave;

  /**
   * @param leave has calls from now on use a new connection
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
