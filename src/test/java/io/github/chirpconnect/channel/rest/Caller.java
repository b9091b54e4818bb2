package io.github.chirpconnect.channel.rest;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes one call and keeps what its listener hears. */
public final class Caller<Q, A> extends ClientCall.Listener<A> {
  final List<A> messages = Collections.synchronizedList(new ArrayList<>());
  final CompletableFuture<Status> end = new CompletableFuture<>();
  final List<String> order = new ArrayList<>();
  volatile Metadata headers;
  volatile Metadata trailers;
  volatile boolean sent;
  volatile boolean failOnMessage;
  volatile CountDownLatch busyUntil;
  private final AtomicInteger inside = new AtomicInteger();
  private final ClientCall<Q, A> call;

  private Caller(HttpJsonChannel channel, MethodDescriptor<Q, A> method, CallOptions options) {
    this.call = channel.newCall(method, options.withStreamTracerFactory(new Sent()));
  }

  static <Q, A> Caller<Q, A> call(
      HttpJsonChannel channel,
      MethodDescriptor<Q, A> method,
      Q request,
      CallOptions options,
      Metadata metadata,
      int demand) {
    Caller<Q, A> caller = new Caller<>(channel, method, options);
    caller.call.start(caller, metadata);
    caller.call.request(demand);
    caller.call.sendMessage(request);
    caller.call.halfClose();
    return caller;
  }

  static <Q, A> Caller<Q, A> call(
      HttpJsonChannel channel, MethodDescriptor<Q, A> method, Q request) {
    return call(channel, method, request, CallOptions.DEFAULT, new Metadata(), 1000);
  }

  void request(int messages) {
    call.request(messages);
  }

  void cancel() {
    call.cancel("no longer wanted", null);
  }

  Status status() throws InterruptedException {
    try {
      return end.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the call does not end", e);
    }
  }

  String description() throws InterruptedException {
    return status().getDescription() == null ? "" : status().getDescription();
  }

  @Override
  public void onHeaders(Metadata headers) {
    alone("headers");
    this.headers = headers;
  }

  @Override
  public void onMessage(A message) {
    alone("message");
    messages.add(message);
    if (failOnMessage) {
      throw new IllegalStateException("on purpose");
    }
    if (busyUntil != null) {
      try {
        busyUntil.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    alone("close");
    this.trailers = trailers;
    if (!end.complete(status)) {
      throw new AssertionError("closed twice");
    }
  }

  private void alone(String what) {
    if (inside.incrementAndGet() != 1) {
      throw new AssertionError("two callbacks at once");
    }
    order.add(what);
    inside.decrementAndGet();
  }

  private final class Sent extends ClientStreamTracer.Factory {
    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void streamCreated(Attributes transportAttrs, Metadata headers) {
          sent = true;
        }
      };
    }
  }
}
