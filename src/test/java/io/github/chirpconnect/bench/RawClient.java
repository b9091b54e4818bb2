package io.github.chirpconnect.bench;

import com.google.protobuf.ByteString;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemResponse;
import io.github.chirpconnect.proto.v4.FlushDeviceQueueRequest;
import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.StreamDeviceEventsRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What gRPC alone does: generated stubs on one Netty channel, as it comes. */
final class RawClient implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final ByteString PAYLOAD =
      ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
  private static final long PATIENCE_SECONDS = 120;
  private static final long CLOSE_SECONDS = 5;

  private final ServerProcess.Address server;
  private final ManagedChannel channel;
  private final Metadata headers = new Metadata();

  RawClient(ServerProcess.Address server) {
    this.server = server;
    this.channel = NettyChannelBuilder.forTarget(server.url()).usePlaintext().build();
    headers.put(AUTHORIZATION, "Bearer " + server.token());
  }

  /**
   * Opens the event streams of all devices and drops what comes, until all that the logs hold was
   * there. The streams stay open.
   *
   * @return nanoseconds from the first event to the last
   */
  long readEvents() throws Exception {
    InternalServiceGrpc.InternalServiceStub stub =
        InternalServiceGrpc.newStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    AtomicLong left = new AtomicLong(server.events());
    AtomicLong first = new AtomicLong();
    CompletableFuture<Long> last = new CompletableFuture<>();
    for (String devEui : server.devEuis()) {
      stub.streamDeviceEvents(
          StreamDeviceEventsRequest.newBuilder().setDevEui(devEui).build(),
          new StreamObserver<>() {
            @Override
            public void onNext(LogItem event) {
              if (first.get() == 0) {
                first.compareAndSet(0, System.nanoTime());
              }
              if (left.decrementAndGet() == 0) {
                last.complete(System.nanoTime());
              }
            }

            @Override
            public void onError(Throwable reason) {
              last.completeExceptionally(reason);
            }

            @Override
            public void onCompleted() {
              last.completeExceptionally(new IllegalStateException("a log has no end"));
            }
          });
    }
    return last.get(PATIENCE_SECONDS, TimeUnit.SECONDS) - first.get();
  }

  /**
   * Queues downlinks, to one device after the other; each answer makes room for the next call.
   *
   * @return nanoseconds from the first call to the last answer
   */
  long enqueue(int commands, int inFlight) throws Exception {
    Enqueuing enqueuing = new Enqueuing(commands);
    long start = System.nanoTime();
    for (int i = 0; i < inFlight; i++) {
      enqueuing.next();
    }
    return enqueuing.last.get(PATIENCE_SECONDS, TimeUnit.SECONDS) - start;
  }

  /** Empties the queues of all devices. */
  void flushQueues() {
    DeviceServiceGrpc.DeviceServiceBlockingStub stub =
        DeviceServiceGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    for (String devEui : server.devEuis()) {
      stub.flushQueue(FlushDeviceQueueRequest.newBuilder().setDevEui(devEui).build());
    }
  }

  private final class Enqueuing implements StreamObserver<EnqueueDeviceQueueItemResponse> {
    private final DeviceServiceGrpc.DeviceServiceStub stub =
        DeviceServiceGrpc.newStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    private final int commands;
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final CompletableFuture<Long> last = new CompletableFuture<>();

    Enqueuing(int commands) {
      this.commands = commands;
    }

    void next() {
      int number = made.getAndIncrement();
      if (number < commands) {
        stub.enqueue(
            EnqueueDeviceQueueItemRequest.newBuilder()
                .setQueueItem(
                    DeviceQueueItem.newBuilder()
                        .setDevEui(server.devEuis().get(number % server.devEuis().size()))
                        .setFPort(10)
                        .setData(PAYLOAD))
                .build(),
            this);
      }
    }

    @Override
    public void onNext(EnqueueDeviceQueueItemResponse receipt) {
      if (receipt.getId().isEmpty()) {
        last.completeExceptionally(new IllegalStateException("an answer without an id"));
      }
    }

    @Override
    public void onError(Throwable reason) {
      last.completeExceptionally(reason);
    }

    @Override
    public void onCompleted() {
      if (answered.incrementAndGet() == commands) {
        last.complete(System.nanoTime());
      } else {
        next();
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    channel.shutdownNow();
    channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
