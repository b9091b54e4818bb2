package io.github.chirpconnect.simulator;

import static org.awaitility.Awaitility.await;

import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.StreamDeviceEventsRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A plain gRPC client for the simulator's own tests; it knows nothing of the connectors. */
public final class Client implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;

  public Client(Simulator simulator) {
    channel = NettyChannelBuilder.forTarget(simulator.url()).usePlaintext().build();
  }

  ManagedChannel channel() {
    return channel;
  }

  DeviceServiceGrpc.DeviceServiceBlockingStub devices(String token) {
    return DeviceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer(token)));
  }

  /** One unary call with a header of one's own; null: without. */
  public <Q, A> A call(MethodDescriptor<Q, A> method, String authorization, Q request) {
    return ClientCalls.blockingUnaryCall(
        MetadataUtils.newAttachHeadersInterceptor(headers(authorization))
            .interceptCall(method, options(), channel),
        request);
  }

  /** The status of a unary call. */
  public <Q, A> Status status(MethodDescriptor<Q, A> method, String authorization, Q request) {
    try {
      call(method, authorization, request);
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  Stream<LogItem> events(String token, String devEui) {
    return open(
        InternalServiceGrpc.getStreamDeviceEventsMethod(),
        "Bearer " + token,
        StreamDeviceEventsRequest.newBuilder().setDevEui(devEui).build(),
        Integer.MAX_VALUE);
  }

  /**
   * Opens a stream.
   *
   * @param demand how many messages to ask for at first
   */
  public <Q, A> Stream<A> open(
      MethodDescriptor<Q, A> method, String authorization, Q request, int demand) {
    Stream<A> stream = new Stream<>();
    ClientCall<Q, A> call = channel.newCall(method, CallOptions.DEFAULT);
    stream.call = call;
    call.start(stream, headers(authorization));
    call.request(demand);
    call.sendMessage(request);
    call.halfClose();
    return stream;
  }

  static List<String> kinds(Stream<LogItem> stream) {
    return stream.items.stream().map(LogItem::getDescription).toList();
  }

  /** Waits for what another thread brings about. */
  public static void soon(Callable<Boolean> condition) {
    await()
        .atMost(Duration.ofSeconds(15))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(condition);
  }

  private static CallOptions options() {
    return CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static Metadata bearer(String token) {
    return headers("Bearer " + token);
  }

  private static Metadata headers(String authorization) {
    Metadata headers = new Metadata();
    if (authorization != null) {
      headers.put(AUTHORIZATION, authorization);
    }
    return headers;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** What a stream has brought so far. */
  public static final class Stream<A> extends ClientCall.Listener<A> {
    public final List<A> items = new CopyOnWriteArrayList<>();
    public volatile boolean headers;
    public volatile Status status;
    private ClientCall<?, A> call;

    @Override
    public void onHeaders(Metadata headers) {
      this.headers = true;
    }

    @Override
    public void onMessage(A item) {
      items.add(item);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      this.status = status;
    }

    void request(int count) {
      call.request(count);
    }

    public void cancel() {
      call.cancel("the test has seen enough", null);
    }
  }
}
