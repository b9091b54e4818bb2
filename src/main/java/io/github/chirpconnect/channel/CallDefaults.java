package io.github.chirpconnect.channel;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What every call gets: the API key, and a deadline if it is unary and has none. */
final class CallDefaults implements ClientInterceptor {
  private final TokenSource tokens;
  private final TokenCredentials credentials;
  private final Duration requestTimeout;

  CallDefaults(TokenSource tokens, Duration requestTimeout) {
    this.tokens = tokens;
    this.credentials = new TokenCredentials(tokens);
    this.requestTimeout = requestTimeout;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions given, Channel next) {
    CallOptions options = given.withCallCredentials(credentials);
    if (method.getType() == MethodType.UNARY && given.getDeadline() == null) {
      options = options.withDeadlineAfter(requestTimeout.toNanos(), TimeUnit.NANOSECONDS);
    }
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                if (status.getCode() == Status.Code.UNAUTHENTICATED) {
                  tokens.refused();
                }
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }
}
