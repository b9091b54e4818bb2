package io.github.chirpconnect.channel;

import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.SourceConfig;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A gRPC server with one unary method, which answers what it was asked, and one stream, which says
 * one thing and stays open. It notes what came.
 */
public final class LoopbackServer implements AutoCloseable {
  public static final String TOKEN = "aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl";
  public static final String OTHER_TOKEN = "aGVhZGVy.b3RoZXI.c2lnbmF0dXJl";

  public static final MethodDescriptor<String, String> ECHO = method("Echo", MethodType.UNARY);
  static final MethodDescriptor<String, String> WATCH =
      method("Watch", MethodType.SERVER_STREAMING);

  /** What the server received with one call. */
  public record Seen(String method, String authorization, String authority, Long deadlineMs) {}

  public final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
  final AtomicInteger openStreams = new AtomicInteger();
  final Map<SocketAddress, AtomicInteger> streamsOf = new ConcurrentHashMap<>();
  final Set<SocketAddress> peers = ConcurrentHashMap.newKeySet();
  volatile Function<Metadata, Status> answer = headers -> Status.OK;

  private final Server server;

  public LoopbackServer() {
    this(0, builder -> {});
  }

  public LoopbackServer(int port, Consumer<NettyServerBuilder> options) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(service())
            .intercept(new Notes());
    options.accept(builder);
    try {
      server = builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.getPort();
  }

  /** Of a plaintext connection to this server, with the given changes. */
  public ConnectionConfig config(Map<String, String> changes) {
    return config("127.0.0.1:" + port(), changes);
  }

  public static ConnectionConfig config(String url, Map<String, String> changes) {
    Map<String, String> all = new HashMap<>();
    all.put(ConnectionConfig.URL, url);
    if (!changes.containsKey(ConnectionConfig.TOKEN_FILE)) {
      all.put(ConnectionConfig.TOKEN, TOKEN);
    }
    all.putAll(changes);
    return new SourceConfig(all).connection();
  }

  public static String echo(Channel channel, String text) {
    return ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, text);
  }

  /** Opens a stream; the returned call is for cancelling. */
  static ClientCall<String, String> watch(Channel channel, StreamObserver<String> observer) {
    ClientCall<String, String> call = channel.newCall(WATCH, CallOptions.DEFAULT);
    ClientCalls.asyncServerStreamingCall(call, "go", observer);
    return call;
  }

  public List<String> authorizations() {
    return seen.stream().map(Seen::authorization).toList();
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("test.Loopback")
        .addMethod(
            ECHO,
            ServerCalls.asyncUnaryCall(
                (request, answers) -> {
                  answers.onNext(request);
                  answers.onCompleted();
                }))
        .addMethod(
            WATCH, ServerCalls.asyncServerStreamingCall((request, answers) -> answers.onNext("hi")))
        .build();
  }

  private final class Notes implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      SocketAddress peer = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
      peers.add(peer);
      note(call, headers);
      Status status = answer.apply(headers);
      if (!status.isOk()) {
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {};
      }
      if (call.getMethodDescriptor().getType() == MethodType.SERVER_STREAMING) {
        openStreams.incrementAndGet();
        AtomicInteger ofPeer = streamsOf.computeIfAbsent(peer, any -> new AtomicInteger());
        ofPeer.incrementAndGet();
        Context.current()
            .addListener(
                ended -> {
                  openStreams.decrementAndGet();
                  ofPeer.decrementAndGet();
                },
                Runnable::run);
      }
      return next.startCall(call, headers);
    }
  }

  private void note(ServerCall<?, ?> call, Metadata headers) {
    Deadline deadline = Context.current().getDeadline();
    seen.add(
        new Seen(
            call.getMethodDescriptor().getBareMethodName(),
            headers.get(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER)),
            call.getAuthority(),
            deadline == null ? null : deadline.timeRemaining(TimeUnit.MILLISECONDS)));
  }

  private static MethodDescriptor<String, String> method(String name, MethodType type) {
    return MethodDescriptor.<String, String>newBuilder(new Text(), new Text())
        .setType(type)
        .setFullMethodName("test.Loopback/" + name)
        .build();
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow();
    server.awaitTermination();
  }
}
