package io.github.chirpconnect.simulator.v4;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Lets a service send a call's headers before it has a message: gRPC's stubs would wait for one.
 */
final class EarlyHeaders implements ServerInterceptor {
  private static final Context.Key<Runnable> SENDER = Context.key("headers");

  /** Sends the headers of the call that the current thread serves. */
  static void send() {
    SENDER.get().run();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    HeadersOnce<Q, A> once = new HeadersOnce<>(call);
    Context context = Context.current().withValue(SENDER, () -> once.sendHeaders(new Metadata()));
    return Contexts.interceptCall(context, once, headers, next);
  }

  private static final class HeadersOnce<Q, A>
      extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {
    private boolean sent;

    HeadersOnce(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public void sendHeaders(Metadata headers) {
      if (!sent) {
        sent = true;
        super.sendHeaders(headers);
      }
    }
  }
}
