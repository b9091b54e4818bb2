package io.github.chirpconnect.channel;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Adds a deadline to unary calls without one. */
final class DefaultDeadline implements ClientInterceptor {
  private final Duration requestTimeout;

  DefaultDeadline(Duration requestTimeout) {
    this.requestTimeout = requestTimeout;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions given, Channel next) {
    boolean without = method.getType() == MethodType.UNARY && given.getDeadline() == null;
    return next.newCall(
        method,
        without ? given.withDeadlineAfter(requestTimeout.toNanos(), TimeUnit.NANOSECONDS) : given);
  }
}
