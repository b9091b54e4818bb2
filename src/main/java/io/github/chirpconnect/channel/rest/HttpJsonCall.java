package io.github.chirpconnect.channel.rest;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.Message;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.Future;

/**
 * One call. All its events run on its own serial executor, so its state needs no locks. Only {@code
 * exchange} is used from other threads, to abort a call whose listener is busy.
 *
 * <p>A stream reads ahead by one read from the network: the next one follows when the listener has
 * taken every message.
 */
final class HttpJsonCall<Q, A> extends ClientCall<Q, A> {
  private final HttpJsonChannel channel;
  private final MethodDescriptor<Q, A> method;
  private final CallOptions options;
  private final boolean streaming;
  private final Executor serial;
  private final ResponseReader<A> answer;

  private Listener<A> listener;
  private Metadata headers;
  private Q message;
  private boolean halfClosed;
  private Tracers tracers;
  private HttpRoute.Request request;
  private volatile CompletableFuture<HttpResponse<Void>> exchange;

  private Subscription body;
  private final IdleTime idle = new IdleTime(System::nanoTime);
  private long demand;
  private boolean neverSent;
  private boolean closed;
  private Future<?> deadline;
  private Future<?> idleCheck;

  HttpJsonCall(HttpJsonChannel channel, MethodDescriptor<Q, A> method, CallOptions options) {
    this.channel = channel;
    this.method = method;
    this.options = options;
    this.streaming = method.getType() == MethodType.SERVER_STREAMING;
    this.answer =
        new ResponseReader<>(method, channel.authority(), channel.settings().maxMessageBytes());
    this.serial = MoreExecutors.newSequentialExecutor(channel.callbacks(options));
  }

  @Override
  public void start(Listener<A> listener, Metadata headers) {
    if (this.listener != null) {
      throw new IllegalStateException("already started");
    }
    this.listener = listener;
    this.headers = headers;
    if (!channel.started(this)) {
      end(Status.UNAVAILABLE.withDescription("the channel was shut down"));
      return;
    }
    run(this::limitTime);
  }

  private void limitTime() {
    Deadline limit = options.getDeadline();
    if (closed || limit == null) {
      return;
    }
    if (limit.isExpired()) {
      close(tooLate(), new Metadata());
    } else {
      deadline = limit.runOnExpiration(() -> end(tooLate()), channel.timer());
    }
  }

  private Status tooLate() {
    return Status.DEADLINE_EXCEEDED.withDescription(
        "no complete answer from " + channel.authority() + " in time");
  }

  @Override
  public void request(int messages) {
    if (messages < 0) {
      throw new IllegalArgumentException("request(" + messages + ")");
    }
    run(
        () -> {
          demand += messages;
          deliver();
        });
  }

  @Override
  public void sendMessage(Q message) {
    if (this.message != null || halfClosed) {
      throw new IllegalStateException("a call over REST has one request");
    }
    this.message = message;
  }

  @Override
  public void halfClose() {
    if (message == null || halfClosed) {
      throw new IllegalStateException("a call over REST has one request");
    }
    halfClosed = true;
    run(this::authenticate);
  }

  @Override
  public void cancel(String message, Throwable cause) {
    end(Status.CANCELLED.withDescription(message).withCause(cause));
  }

  /** Ends the call now, whatever it has received. */
  void end(Status status) {
    run(() -> close(status, new Metadata()));
    // At once, also when the listener is busy.
    abort();
  }

  private void run(Runnable step) {
    serial.execute(
        () -> {
          try {
            step.run();
          } catch (RuntimeException | Error e) {
            if (closed) {
              throw e;
            }
            close(
                Status.CANCELLED
                    .withDescription("the call could not be handled on this side")
                    .withCause(e),
                new Metadata());
          }
        });
  }

  private void authenticate() {
    if (closed) {
      return;
    }
    try {
      request = channel.route(method).request((Message) message);
    } catch (StatusException e) {
      close(e.getStatus(), new Metadata());
      return;
    }
    CallCredentials credentials = options.getCredentials();
    if (credentials == null) {
      send();
      return;
    }
    new CredentialsRequest(channel, method, options)
        .apply(
            credentials,
            more ->
                run(
                    () -> {
                      headers.merge(more);
                      send();
                    }),
            status -> run(() -> close(status, new Metadata())));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // A step that fails ends the call, see run.
  private void send() {
    HttpClient client = channel.client();
    if (closed || client == null) {
      return;
    }
    tracers = new Tracers(options, headers);
    HttpRequest http = channel.request(request, headers, tracers::sent);
    idle.startWaiting();
    if (streaming) {
      checkIdleIn(channel.settings().maxStreamIdle());
    }
    exchange =
        client.sendAsync(
            http,
            info -> {
              run(() -> begin(info));
              return new BodyReader(
                  subscription -> run(() -> open(subscription)),
                  bytes -> run(() -> receive(bytes)));
            });
    if (streaming) {
      tracers.requested();
    }
    exchange.whenComplete((response, failure) -> run(() -> finish(failure)));
  }

  private void begin(ResponseInfo info) {
    if (!closed) {
      answer.begin(info).ifPresent(listener::onHeaders);
    }
  }

  private void open(Subscription subscription) {
    body = subscription;
    if (closed) {
      subscription.cancel();
      return;
    }
    idle.stopWaiting();
    readOn();
  }

  /** Asks for the next bytes when there is nothing left to deliver. */
  private void readOn() {
    if (!closed && body != null && !idle.isWaiting() && answer.wantsMore()) {
      idle.startWaiting();
      body.request(1);
    }
  }

  private void receive(List<ByteBuffer> bytes) {
    if (!closed) {
      idle.stopWaiting();
      answer.add(bytes);
      deliver();
    }
  }

  private void finish(Throwable failure) {
    if (closed) {
      return;
    }
    if (failure == null) {
      answer.complete();
    } else {
      neverSent = HttpStatusMapping.neverSent(failure);
      answer.fail(failure);
    }
    deliver();
  }

  private void deliver() {
    while (!closed && demand > 0 && answer.hasMessage()) {
      demand--;
      listener.onMessage(answer.takeMessage());
    }
    answer.end().ifPresent(status -> close(status, answer.trailers()));
    readOn();
  }

  private void checkIdleIn(Duration time) {
    idleCheck = channel.schedule(() -> run(this::checkIdle), time);
  }

  private void checkIdle() {
    if (closed) {
      return;
    }
    Duration limit = channel.settings().maxStreamIdle();
    Duration soFar = idle.soFar();
    if (soFar.compareTo(limit) < 0) {
      checkIdleIn(limit.minus(soFar));
      return;
    }
    close(
        Status.UNAVAILABLE.withDescription(
            "to be reopened after "
                + limit.toSeconds()
                + " s without a line: over HTTP/1.1 an idle stream looks like a dead link"),
        new Metadata());
  }

  private void close(Status status, Metadata trailers) {
    if (closed) {
      return;
    }
    closed = true;
    stop(deadline);
    stop(idleCheck);
    abort();
    if (tracers != null) {
      if (request.body().isEmpty() && !neverSent) {
        tracers.sent();
      }
      tracers.closed(status);
    }
    channel.ended(this);
    if (listener != null) {
      listener.onClose(status, trailers);
    }
  }

  private static void stop(Future<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void abort() {
    CompletableFuture<?> running = exchange;
    if (running != null) {
      running.cancel(true);
    }
  }
}
