package io.github.chirpconnect.channel;

import io.github.chirpconnect.channel.token.TokenCredentials;
import io.github.chirpconnect.channel.token.TokenSource;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Adds the API key to every call, and a deadline to unary calls without one. */
final class AuthInterceptor implements ClientInterceptor {
  private final TokenSource tokens;
  private final TokenCredentials credentials;
  private final DefaultDeadline deadline;

  AuthInterceptor(TokenSource tokens, Executor blocking, Duration requestTimeout) {
    this.tokens = tokens;
    this.credentials = new TokenCredentials(tokens, blocking);
    this.deadline = new DefaultDeadline(requestTimeout);
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions given, Channel next) {
    CallOptions options = given.withCallCredentials(credentials);
    return new SimpleForwardingClientCall<>(deadline.interceptCall(method, options, next)) {
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
