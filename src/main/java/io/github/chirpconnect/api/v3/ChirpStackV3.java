package io.github.chirpconnect.api.v3;

import static io.github.chirpconnect.api.grpc.Futures.unwrapped;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Empty;
import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import io.github.chirpconnect.api.MetricPoint;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.SeenDevice;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.Connections;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.Remembered;
import io.github.chirpconnect.api.grpc.UnaryCalls;
import io.github.chirpconnect.api.inventory.Inventory;
import io.github.chirpconnect.api.inventory.PageSizes;
import io.github.chirpconnect.api.v3.inventory.Listers;
import io.github.chirpconnect.api.v3.inventory.TenantsAndApplications;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v3.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceQueueItem;
import io.github.chirpconnect.proto.v3.DeviceQueueServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v3.FlushDeviceQueueRequest;
import io.github.chirpconnect.proto.v3.GetDeviceProfileRequest;
import io.github.chirpconnect.proto.v3.GetDeviceRequest;
import io.github.chirpconnect.proto.v3.GetDeviceResponse;
import io.github.chirpconnect.proto.v3.ListDeviceQueueItemsRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * ChirpStack v3: the Application Server from 3.10, the first release with API keys. Its event log
 * has a history from 3.16 and ids from 3.17.2.
 *
 * <p>It supports none of the {@link Feature}s. Flushing the queue first would be a second call, and
 * if the downlink then failed, the queue would have been emptied for nothing. A receipt is a frame
 * counter; the server gives it to another downlink when the queue is renumbered or flushed.
 */
public final class ChirpStackV3 implements ChirpStack {
  /** A device can be deleted and created again. */
  private static final Duration HEARD_BELIEVED = Duration.ofMinutes(10);

  private final Connections connections;
  private final ClassifiedCalls calls;
  private final Inventory inventory;
  private final LogStreams logs;
  private final Series series;
  private final GroupQueues groups;

  /** Devices that are known to have sent an uplink. */
  private final Remembered heard;

  ChirpStackV3(Connections connections, PageSizes sizes, LongSupplier nanoClock) {
    this.connections = connections;
    this.calls = new ClassifiedCalls(new UnaryCalls(connections::unary), connections::tokenRefused);
    this.inventory =
        new Inventory(calls, new TenantsAndApplications(calls, sizes.firstList()), sizes);
    this.logs = new LogStreams(connections, calls, nanoClock);
    this.series = new Series(calls);
    this.groups = new GroupQueues(calls, nanoClock);
    this.heard = new Remembered(nanoClock, HEARD_BELIEVED);
  }

  /** Makes no call: the server may be down. Closing it closes the connections. */
  public static ChirpStackV3 over(Connections connections) {
    return new ChirpStackV3(connections, PageSizes.DEFAULT, System::nanoTime);
  }

  @Override
  public Generation generation() {
    return Generation.V3;
  }

  @Override
  public void inventory(Scope scope, Set<Feed> kinds, InventoryWalk walk)
      throws InterruptedException {
    inventory.walk(TenantsAndApplications.canonical(scope), kinds, Listers.of(kinds), false, walk);
  }

  @Override
  public LogStream open(LogKind log, String owner, LogListener listener) {
    return logs.open(log, owner, listener);
  }

  /**
   * Refuses downlinks for a device that was never heard, as {@link FailureKind#NOT_PERMITTED}:
   * between its first join and its first uplink the server accepts downlinks and encrypts them with
   * a key of zeros. This check takes one more call for each device, repeated every ten minutes.
   */
  @Override
  public CompletionStage<Receipt> enqueue(Downlink downlink) {
    Operation operation = Operation.enqueue(downlink.target(), downlink.objectJson() != null);
    if (asksForMore(downlink)) {
      return CompletableFuture.failedFuture(
          new ApiException(
              FailureKind.BAD_REQUEST,
              operation.subject()
                  + ": ChirpStack v3 knows no expiry, no encrypted payload and no flush_queue, and would ignore them"));
    }
    if (downlink.target().isGroup()) {
      return unwrapped(groups.enqueue(downlink));
    }
    EnqueueDeviceQueueItemRequest request;
    try {
      request = ProtoMapping.enqueue(downlink);
    } catch (ApiException e) {
      return CompletableFuture.failedFuture(e);
    }
    return unwrapped(
        heard(operation)
            .thenCompose(
                remark ->
                    calls
                        .call(operation, DeviceQueueServiceGrpc.getEnqueueMethod(), request)
                        .thenApply(
                            answer ->
                                new Receipt(
                                    null, Integer.toUnsignedLong(answer.getFCnt()), remark))));
  }

  private static boolean asksForMore(Downlink downlink) {
    return downlink.expiresAt() != null
        || downlink.encryptedFCntDown() != null
        || downlink.flushQueue();
  }

  /** Completes with a remark about the device; null for none. */
  private CompletableFuture<String> heard(Operation operation) {
    if (heard.contains(operation.target().id())) {
      return CompletableFuture.completedFuture(null);
    }
    return device(operation.target().id())
        .thenApply(
            device -> {
              if (!device.hasLastSeenAt()) {
                throw ErrorClassifier.neverHeard(operation).exception(null);
              }
              if (device.getDevice().getIsDisabled()) {
                return ErrorClassifier.DISABLED;
              }
              heard.add(operation.target().id());
              return null;
            });
  }

  @Override
  public CompletionStage<Void> flush(Target target) {
    if (target.isGroup()) {
      return unwrapped(groups.flush(target));
    }
    String devEui = target.id();
    return unwrapped(
        calls
            .call(
                Operation.flush(target),
                DeviceQueueServiceGrpc.getFlushMethod(),
                FlushDeviceQueueRequest.newBuilder().setDevEui(devEui).build())
            .thenAccept((Empty flushed) -> {}));
  }

  @Override
  public CompletionStage<List<QueuedDownlink>> queue(Target target) {
    return target.isGroup()
        ? unwrapped(groups.queue(target))
        : queue(target.id(), ProtoMapping::queued);
  }

  @Override
  public CompletionStage<Long> frameCounter(String multicastGroupId) {
    return unwrapped(groups.frameCounter(multicastGroupId));
  }

  @Override
  public CompletionStage<List<ObjectNode>> queueItems(String devEui) {
    return queue(devEui, ProtoMapping::queueItem);
  }

  private <R> CompletableFuture<List<R>> queue(
      String devEui, Function<DeviceQueueItem, R> mapping) {
    return unwrapped(
        calls
            .call(
                Operation.readDevice(devEui),
                DeviceQueueServiceGrpc.getListMethod(),
                ListDeviceQueueItemsRequest.newBuilder().setDevEui(devEui).build())
            .thenApply(queue -> queue.getDeviceQueueItemsList().stream().map(mapping).toList()));
  }

  @Override
  public CompletionStage<List<MetricPoint>> metrics(
      Feed feed, String id, Instant start, Instant end, Aggregation aggregation) {
    return unwrapped(series.points(feed, id, start, end, aggregation));
  }

  @Override
  public CompletionStage<DeviceState> state(String devEui) {
    return unwrapped(device(devEui).thenApply(ProtoMapping::state));
  }

  private CompletableFuture<GetDeviceResponse> device(String devEui) {
    return calls.call(
        Operation.readDevice(devEui),
        DeviceServiceGrpc.getGetMethod(),
        GetDeviceRequest.newBuilder().setDevEui(devEui).build());
  }

  @Override
  public CompletionStage<Optional<List<SeenDevice>>> lastSeen(
      String applicationId, int limit, int offset) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public CompletionStage<Optional<Duration>> uplinkInterval(String profileId) {
    return unwrapped(
        calls
            .call(
                Operation.read(Subject.other("device profile " + profileId)),
                DeviceProfileServiceGrpc.getGetMethod(),
                GetDeviceProfileRequest.newBuilder().setId(profileId).build())
            .thenApply(ProtoMapping::uplinkInterval));
  }

  @Override
  public CompletionStage<Boolean> supports(Feature feature) {
    return CompletableFuture.completedFuture(false);
  }

  @Override
  public CompletionStage<Void> probe() {
    return calls.probe();
  }

  /** v3 has no read-only keys. */
  @Override
  public CompletionStage<Void> probeWriting() {
    return probe();
  }

  @Override
  public void close() {
    connections.close();
  }
}
