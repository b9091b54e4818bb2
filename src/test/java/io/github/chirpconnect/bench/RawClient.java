package io.github.chirpconnect.bench;

import com.google.protobuf.ByteString;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemResponse;
import io.github.chirpconnect.proto.v4.FlushDeviceQueueRequest;
import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.ListApplicationsRequest;
import io.github.chirpconnect.proto.v4.ListDevicesRequest;
import io.github.chirpconnect.proto.v4.ListTenantsRequest;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.StreamDeviceEventsRequest;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.lang.management.ManagementFactory;
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
  private static final int MESSAGE_BYTES = 32 << 20;
  private static final long PATIENCE_SECONDS = 120;
  private static final long CLOSE_SECONDS = 5;
  private static final double NANOS = 1e9;

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

  /** As {@link #enqueue}, with the CPU that this process used meanwhile. */
  Throughput measureEnqueue(int commands, int inFlight) throws Exception {
    long cpu = ownCpu();
    double perSecond = commands * NANOS / enqueue(commands, inFlight);
    return new Throughput(perSecond, (ownCpu() - cpu) / 1e3 / commands);
  }

  /** CPU that this process has used, in nanoseconds. */
  static long ownCpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /**
   * Lists all devices of an application, page by page in a unique order.
   *
   * @return nanoseconds
   */
  long listDevices(String applicationId, int page) {
    DeviceServiceGrpc.DeviceServiceBlockingStub stub =
        DeviceServiceGrpc.newBlockingStub(channel)
            .withMaxInboundMessageSize(MESSAGE_BYTES)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    long start = System.nanoTime();
    int listed = 0;
    for (int rows = page; rows == page; listed += rows) {
      rows =
          stub.list(
                  ListDevicesRequest.newBuilder()
                      .setApplicationId(applicationId)
                      .setOrderBy(ListDevicesRequest.OrderBy.DEV_EUI)
                      .setLimit(page)
                      .setOffset(listed)
                      .build())
              .getResultCount();
    }
    if (listed != server.devEuis().size()) {
      throw new IllegalStateException(listed + " devices were listed");
    }
    return System.nanoTime() - start;
  }

  /** The one application that the server has. */
  String applicationId() {
    var intercepted = MetadataUtils.newAttachHeadersInterceptor(headers);
    String tenant =
        TenantServiceGrpc.newBlockingStub(channel)
            .withInterceptors(intercepted)
            .list(ListTenantsRequest.newBuilder().setLimit(1).build())
            .getResult(0)
            .getId();
    return ApplicationServiceGrpc.newBlockingStub(channel)
        .withInterceptors(intercepted)
        .list(ListApplicationsRequest.newBuilder().setTenantId(tenant).setLimit(1).build())
        .getResult(0)
        .getId();
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
