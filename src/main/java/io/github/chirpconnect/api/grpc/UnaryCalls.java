package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.channel.Callbacks;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Makes unary calls, and knows for each failed one whether its request may have been sent. */
public final class UnaryCalls {
  /**
   * Each connection may lose one answer, and a proxy may have several connections to the server.
   */
  private static final int ASKED_AGAIN = 2;

  private final Supplier<Channel> channel;

  public UnaryCalls(Supplier<Channel> channel) {
    this.channel = channel;
  }

  /**
   * Makes a call, and repeats it if the server's refusal was lost on the way. Only for calls that
   * may be repeated.
   *
   * @return fails only with {@link RpcFailure}; cancelling it cancels the call
   */
  public <Q, A> CompletableFuture<A> call(MethodDescriptor<Q, A> method, Q request) {
    CompletableFuture<A> answer = new CompletableFuture<>();
    ask(method, request, answer, ASKED_AGAIN);
    return answer;
  }

  private <Q, A> void ask(
      MethodDescriptor<Q, A> method, Q request, CompletableFuture<A> answer, int again) {
    CompletableFuture<A> call = callOnce(method, request, CallOptions.DEFAULT);
    answer.whenComplete(
        (value, e) -> {
          if (answer.isCancelled()) {
            call.cancel(true);
          }
        });
    call.whenComplete(
        (value, e) -> {
          if (e == null) {
            answer.complete(value);
          } else if (again > 0
              && !answer.isDone()
              && e instanceof RpcFailure failure
              && TransportErrors.isEmptyAnswer(failure.status())) {
            ask(method, request, answer, again - 1);
          } else {
            answer.completeExceptionally(e);
          }
        });
  }

  /**
   * As {@link #call}, without repetition. The answer is handed on at once, on a thread that must
   * not be blocked.
   */
  public <Q, A> CompletableFuture<A> callOnce(MethodDescriptor<Q, A> method, Q request) {
    return callOnce(method, request, CallOptions.DEFAULT.withOption(Callbacks.AT_ONCE, true));
  }

  private <Q, A> CompletableFuture<A> callOnce(
      MethodDescriptor<Q, A> method, Q request, CallOptions options) {
    CompletableFuture<A> answer = new CompletableFuture<>();
    Sent sent = new Sent();
    try {
      ClientCall<Q, A> call = channel.get().newCall(method, options.withStreamTracerFactory(sent));
      answer.whenComplete(
          (value, failure) -> {
            if (answer.isCancelled()) {
              call.cancel("no longer wanted", null);
            }
          });
      ClientCalls.asyncUnaryCall(call, request, new Observer<>(answer, sent));
    } catch (RuntimeException e) {
      answer.completeExceptionally(new RpcFailure(Status.fromThrowable(e), sent.possibly()));
    }
    return answer;
  }

  private static final class Observer<A> implements StreamObserver<A> {
    private final CompletableFuture<A> answer;
    private final Sent sent;
    private A value;

    Observer(CompletableFuture<A> answer, Sent sent) {
      this.answer = answer;
      this.sent = sent;
    }

    @Override
    public void onNext(A value) {
      this.value = value;
    }

    @Override
    public void onError(Throwable t) {
      answer.completeExceptionally(new RpcFailure(Status.fromThrowable(t), sent.possibly()));
    }

    @Override
    public void onCompleted() {
      answer.complete(value);
    }
  }

  /**
   * Notices when a call gets a place on a connection. That is deliberately earlier than the first
   * byte on the wire: if a call is cancelled while its bytes are written, it ends before they are
   * reported as written.
   */
  private static final class Sent extends ClientStreamTracer.Factory {
    private volatile boolean possibly;

    boolean possibly() {
      return possibly;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void streamCreated(Attributes transportAttrs, Metadata headers) {
          possibly = true;
        }
      };
    }
  }
}
