package io.github.chirpconnect.channel;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;

/**
 * Where the answer of a call is handed on. Each change of threads costs a small call more CPU than
 * all else that the client does for it, and on a busy machine it has to wait for a core.
 */
public final class Callbacks {
  /**
   * The answer is small, and what is done with it never blocks: over gRPC it is handed on where it
   * is read, on the network thread.
   */
  public static final CallOptions.Key<Boolean> AT_ONCE =
      CallOptions.Key.createWithDefault("at-once", false);

  private Callbacks() {}

  static ClientInterceptor interceptor() {
    return new ClientInterceptor() {
      @Override
      public <Q, A> ClientCall<Q, A> interceptCall(
          MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return next.newCall(
            method,
            options.getOption(AT_ONCE)
                ? options.withExecutor(MoreExecutors.directExecutor())
                : options);
      }
    };
  }
}
