package io.github.chirpconnect.simulator.rest;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.golden.V3Methods;
import io.github.chirpconnect.golden.V3Methods.V3Method;
import io.github.chirpconnect.simulator.database.Chance;
import io.github.chirpconnect.simulator.server.Front;
import io.github.chirpconnect.simulator.server.Threads;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/1.1 and JSON in front of the same services: v3's own grpc-gateway v1, or chirpstack-rest-api
 * with grpc-gateway v2 before v4. Paths are those of the definitions.
 */
public final class RestServer implements Front {
  private static final Logger LOG = LoggerFactory.getLogger(RestServer.class);
  private static final int BACKLOG = 1024;
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final List<String> AUTHORIZATIONS =
      List.of("Grpc-Metadata-Authorization", "Authorization");
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Map<String, TimeUnit> UNITS =
      Map.of(
          "H", TimeUnit.HOURS,
          "M", TimeUnit.MINUTES,
          "S", TimeUnit.SECONDS,
          "m", TimeUnit.MILLISECONDS,
          "u", TimeUnit.MICROSECONDS,
          "n", TimeUnit.NANOSECONDS);

  private final Generation generation;
  private final Predicate<FieldDescriptor> known;
  private final Chance chance;
  private final RestJson json;
  private final Collection<V3Method> methods;
  private final Server server;
  private final ManagedChannel channel;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Threads.cached("simulator-rest");

  /**
   * @param port 0 for a free one
   * @param known the fields that the server, or the proxy before it, has
   * @param chance decides which of two authorization headers counts
   */
  public RestServer(
      int port,
      Generation generation,
      Predicate<FieldDescriptor> known,
      Chance chance,
      List<BindableService> services,
      List<ServerInterceptor> interceptors) {
    this.generation = generation;
    this.chance = chance;
    this.known = known;
    this.json = new RestJson(generation, known);
    String name = InProcessServerBuilder.generateName();
    InProcessServerBuilder builder = InProcessServerBuilder.forName(name).executor(threads);
    for (BindableService service : services) {
      builder.addService(ServerInterceptors.interceptForward(service, interceptors));
    }
    methods =
        V3Methods.of(
                services.stream()
                    .map(service -> service.bindService().getServiceDescriptor())
                    .toArray(ServiceDescriptor[]::new))
            .values();
    channel = InProcessChannelBuilder.forName(name).executor(threads).build();
    try {
      server = builder.build().start();
      listener = new ServerSocket();
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    } catch (IOException e) {
      throw new UncheckedIOException("the simulator cannot listen on port " + port, e);
    }
    threads.execute(this::accept);
  }

  @Override
  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        threads.execute(() -> serve(socket));
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        LOG.error("the simulator takes no connections any more", e);
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      HttpConnection connection = new HttpConnection(socket);
      boolean good = true;
      while (good) {
        HttpConnection.Request request = connection.read();
        good = request != null && answer(connection, request);
      }
    } catch (IOException e) {
      LOG.debug("a client hung up", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  /**
   * @return whether the connection is still good
   */
  private boolean answer(HttpConnection connection, HttpConnection.Request request)
      throws IOException, InterruptedException {
    List<V3Method> there =
        methods.stream().filter(method -> method.takes(method.verb(), request.path())).toList();
    // A path that is spelled out goes before one with a variable in its place.
    V3Method method =
        there.stream()
            .filter(m -> m.verb().equals(request.verb()))
            .min(Comparator.comparingLong(m -> m.variables().count()))
            .orElse(null);
    if (method == null) {
      refuse(connection, request.path(), !there.isEmpty());
      return true;
    }
    if (method.grpc().getType() == MethodDescriptor.MethodType.SERVER_STREAMING) {
      return stream(connection, method, request);
    }
    unary(connection, method, request);
    return true;
  }

  private void refuse(HttpConnection connection, String path, boolean known) throws IOException {
    if (generation == Generation.V4) {
      Status status =
          known
              ? Status.UNIMPLEMENTED.withDescription("Method Not Allowed")
              : Status.NOT_FOUND.withDescription("Not Found");
      answer(connection, status);
    } else if (known) {
      connection.answer(405, TEXT, Map.of(), "Method Not Allowed\n");
    } else {
      String text = path.startsWith("/api") ? "Not Found\n" : "404 page not found\n";
      connection.answer(404, TEXT, Map.of(), text);
    }
  }

  private void unary(HttpConnection connection, V3Method method, HttpConnection.Request request)
      throws IOException {
    Message answer;
    try {
      var interceptor = MetadataUtils.newAttachHeadersInterceptor(headers(request));
      answer =
          ClientCalls.blockingUnaryCall(
              interceptor.interceptCall(descriptor(method), options(request), channel),
              message(method, request));
    } catch (StatusRuntimeException e) {
      answer(connection, e.getStatus());
      return;
    }
    connection.answer(200, JSON, Map.of(), json.text(json.json(answer)));
  }

  private void answer(HttpConnection connection, Status status) throws IOException {
    // v2 of grpc-gateway says in a header what is wrong with the token.
    boolean challenge =
        generation == Generation.V4 && status.getCode() == Status.Code.UNAUTHENTICATED;
    connection.answer(
        HttpCodes.of(status.getCode()),
        JSON,
        challenge ? Map.of("Www-Authenticate", RestErrors.text(status)) : Map.of(),
        json.text(RestErrors.unary(generation, status)));
  }

  private boolean stream(HttpConnection connection, V3Method method, HttpConnection.Request request)
      throws InterruptedException {
    var call = channel.newCall(descriptor(method), options(request));
    return new RestStream(connection, json, call).serve(headers(request), message(method, request));
  }

  private Message message(V3Method method, HttpConnection.Request request) {
    return RestRequest.read(
        generation, known, method, request.path(), request.query(), request.body());
  }

  @SuppressWarnings("unchecked") // All of them are protobuf's.
  private static MethodDescriptor<Message, Message> descriptor(V3Method method) {
    return (MethodDescriptor<Message, Message>) method.grpc();
  }

  /** Two headers become two values in random order, of which the first counts. */
  private Metadata headers(HttpConnection.Request request) {
    List<String> values = new ArrayList<>();
    AUTHORIZATIONS.forEach(name -> values.addAll(request.header(name)));
    if (chance.between(0, 1) == 1) {
      Collections.reverse(values);
    }
    Metadata headers = new Metadata();
    values.forEach(value -> headers.put(AUTHORIZATION, value));
    return headers;
  }

  private static CallOptions options(HttpConnection.Request request) {
    return request.header("Grpc-Timeout").stream()
        .map(
            text ->
                CallOptions.DEFAULT.withDeadlineAfter(
                    Long.parseLong(text.substring(0, text.length() - 1)),
                    UNITS.get(text.substring(text.length() - 1))))
        .findFirst()
        .orElse(CallOptions.DEFAULT);
  }

  /** Takes no new connections; those that are open go on. */
  @Override
  public void retire() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connections break first, so that streams end without a last chunk. */
  @Override
  public void close() {
    retire();
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.debug("a connection was gone already", e);
      }
    }
    channel.shutdownNow();
    server.shutdownNow();
    threads.shutdownNow();
  }
}
