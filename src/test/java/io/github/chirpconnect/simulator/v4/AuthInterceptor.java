package io.github.chirpconnect.simulator.v4;

import io.github.chirpconnect.simulator.access.ApiKeys;
import io.github.chirpconnect.simulator.access.Claims;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * Reads the authorization header before a call's arguments are looked at. A call without one is let
 * through: its arguments are judged first, and then it is refused by the check of rights.
 */
final class AuthInterceptor implements ServerInterceptor {
  static final Context.Key<Claims> CLAIMS = Context.keyWithDefault("claims", new Claims.None());
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String PREFIX = "Bearer ";

  private final ApiKeys keys;

  AuthInterceptor(ApiKeys keys) {
    this.keys = keys;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    try {
      Context context = Context.current().withValue(CLAIMS, claims(headers.get(AUTHORIZATION)));
      return Contexts.interceptCall(context, call, headers, next);
    } catch (StatusRuntimeException e) {
      call.close(e.getStatus(), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  private Claims claims(String header) {
    if (header == null) {
      return new Claims.None();
    }
    if (!header.startsWith(PREFIX)) {
      // The missing quote is ChirpStack's.
      throw Status.UNAUTHENTICATED
          .withDescription("authorization metadata must be in format 'Bearer <TOKEN>")
          .asRuntimeException();
    }
    return keys.verify(header.substring(PREFIX.length()));
  }
}
