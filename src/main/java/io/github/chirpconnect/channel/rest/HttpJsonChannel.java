package io.github.chirpconnect.channel.rest;

import io.github.chirpconnect.config.Endpoint;
import io.github.chirpconnect.context.LogContext;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A gRPC channel to ChirpStack's REST interface: v3's own, or {@code chirpstack-rest-api} before a
 * v4. Unary and server-streaming methods that have a {@code google.api.http} option work as over
 * gRPC; others end as {@code UNIMPLEMENTED}. Safe for use by many threads.
 *
 * <p>What is different from gRPC:
 *
 * <ul>
 *   <li>Each call under way has an HTTP/1.1 connection of its own, each stream for as long as it is
 *       open (about 30 kB of heap). There is no limit of streams for a connection, and no
 *       keep-alive.
 *   <li>v3 sends the status line of a stream with the first line, so an idle stream cannot be told
 *       from a dead link. A stream that had no byte for a time ends as {@code UNAVAILABLE} for its
 *       user to open it anew. A dead link of a unary call shows as its deadline.
 *   <li>A command whose answer did not come because a proxy had closed an idle connection is in
 *       doubt: HTTP/1.1 has no way to say that it was not read. Reads are sent again, once, by the
 *       client itself.
 *   <li>The largest message counts as JSON.
 *   <li>The client verifies the URL's host and sends that as {@code Host}; there is no other
 *       authority. Redirects are not followed. The JVM's proxy settings are honoured.
 *   <li>Binary metadata of answers and {@code google.rpc} details of errors are left out.
 * </ul>
 *
 * <p>Calls without an executor of their own use the one of the settings; the channel has one thread
 * for the network, one for deadlines and two for HTTP, which end after {@link #shutdownNow} (the
 * network's thread, on Java before 21, with the next garbage collection).
 */
public final class HttpJsonChannel extends ManagedChannel {
  private static final String JSON = "application/json";
  private static final int HTTP_THREADS = 2;
  private static final Duration THREADS_KEPT = Duration.ofSeconds(5);

  private final HttpJsonSettings settings;
  private final ThreadPoolExecutor http;
  private final ScheduledThreadPoolExecutor timer;
  private final Map<MethodDescriptor<?, ?>, HttpRoute> routes = new ConcurrentHashMap<>();
  private final Set<HttpJsonCall<?, ?>> calls = ConcurrentHashMap.newKeySet();
  private final CountDownLatch terminated = new CountDownLatch(1);
  private HttpJsonSettings.Tls tls;
  private HttpClient client;
  private volatile InetSocketAddress address;
  private boolean shutdown;

  /** Makes no connection. */
  public HttpJsonChannel(HttpJsonSettings settings) {
    this.settings = settings;
    this.http =
        new ThreadPoolExecutor(
            HTTP_THREADS,
            HTTP_THREADS,
            THREADS_KEPT.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            LogContext.threads("chirpstack-http"),
            // Only after the end: what the client still has to tidy up.
            (task, executor) -> task.run());
    http.allowCoreThreadTimeOut(true);
    this.timer = new ScheduledThreadPoolExecutor(1, LogContext.threads("chirpstack-http-timer"));
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(THREADS_KEPT.toMillis(), TimeUnit.MILLISECONDS);
    timer.allowCoreThreadTimeOut(true);
    this.tls = settings.tls().map(Supplier::get).orElse(null);
    this.client = newClient();
  }

  private HttpClient newClient() {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.connectTimeout())
            .executor(http);
    if (tls != null) {
      builder.sslContext(tls.context()).sslParameters(tls.parameters());
    }
    return builder.build();
  }

  @Override
  public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
    return new HttpJsonCall<>(this, method, options);
  }

  /** The host and port of the URL. */
  @Override
  public String authority() {
    return settings.endpoint().authority();
  }

  HttpJsonSettings settings() {
    return settings;
  }

  /**
   * Null after the end. A new one when TLS is to be set up otherwise than before; what is open on
   * the one before goes on.
   */
  synchronized HttpClient client() {
    if (client != null && settings.tls().isPresent()) {
      HttpJsonSettings.Tls now = settings.tls().get().get();
      if (!now.equals(tls)) {
        tls = now;
        client = newClient();
      }
    }
    return client;
  }

  HttpRoute route(MethodDescriptor<?, ?> method) throws StatusException {
    HttpRoute known = routes.get(method);
    if (known == null) {
      known = HttpRoute.of(method);
      routes.put(method, known);
    }
    return known;
  }

  private URI uri(String target) {
    Endpoint endpoint = settings.endpoint();
    return URI.create(
        (settings.tls().isPresent() ? "https://" : "http://") + endpoint.authority() + target);
  }

  /**
   * @param onSend run when the request's body starts to be sent; not for a request without one
   */
  HttpRequest request(HttpRoute.Request request, Metadata headers, Runnable onSend) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri(request.target()))
            .setHeader("Accept", JSON)
            .setHeader("User-Agent", settings.userAgent());
    HttpHeadersMapping.write(headers, builder::header);
    if (request.body().isPresent()) {
      builder.setHeader("Content-Type", JSON);
      builder.method(request.verb(), new TracedBody(request.body().get(), onSend));
    } else {
      builder.method(request.verb(), BodyPublishers.noBody());
    }
    return builder.build();
  }

  Executor callbacks(CallOptions options) {
    return options.getExecutor() == null ? settings.callbacks() : options.getExecutor();
  }

  ScheduledThreadPoolExecutor timer() {
    return timer;
  }

  Future<?> schedule(Runnable task, Duration delay) {
    return timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * What call credentials may want to know of the connection: where it goes. The name is looked up
   * the first time.
   */
  Attributes attributes() {
    if (address == null) {
      address = new InetSocketAddress(settings.endpoint().host(), settings.endpoint().port());
    }
    return Attributes.newBuilder().set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, address).build();
  }

  /**
   * Counts a call among those under way.
   *
   * @return false when the channel takes no more calls
   */
  synchronized boolean started(HttpJsonCall<?, ?> call) {
    return !shutdown && calls.add(call);
  }

  void ended(HttpJsonCall<?, ?> call) {
    calls.remove(call);
    terminateIfIdle();
  }

  @Override
  public ManagedChannel shutdown() {
    synchronized (this) {
      shutdown = true;
    }
    terminateIfIdle();
    return this;
  }

  /** Ends every call as {@code UNAVAILABLE}, and returns at once. */
  @Override
  public ManagedChannel shutdownNow() {
    shutdown();
    Status status = Status.UNAVAILABLE.withDescription("the channel was shut down");
    List.copyOf(calls).forEach(call -> call.end(status));
    return this;
  }

  private void terminateIfIdle() {
    HttpClient last;
    synchronized (this) {
      if (!shutdown || !calls.isEmpty() || client == null) {
        return;
      }
      last = client;
      client = null;
    }
    timer.shutdownNow();
    Clients.shutdown(last);
    http.shutdown();
    terminated.countDown();
  }

  @Override
  public synchronized boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return terminated.getCount() == 0;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return terminated.await(timeout, unit);
  }
}
