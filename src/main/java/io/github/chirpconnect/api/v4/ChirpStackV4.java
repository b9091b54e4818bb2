package io.github.chirpconnect.api.v4;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Empty;
import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.Downlink;
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
import io.github.chirpconnect.api.grpc.Futures;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.UnaryCalls;
import io.github.chirpconnect.api.inventory.Inventory;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.api.inventory.PageSizes;
import io.github.chirpconnect.api.v4.Capabilities.Capability;
import io.github.chirpconnect.api.v4.inventory.Listers;
import io.github.chirpconnect.api.v4.inventory.RecentDevices;
import io.github.chirpconnect.api.v4.inventory.Release;
import io.github.chirpconnect.api.v4.inventory.TenantsAndApplications;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v4.FlushDeviceQueueRequest;
import io.github.chirpconnect.proto.v4.GetDeviceProfileRequest;
import io.github.chirpconnect.proto.v4.GetDeviceQueueItemsRequest;
import io.github.chirpconnect.proto.v4.GetDeviceRequest;
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
 * ChirpStack v4, from 4.3 on. In earlier releases an API key has no way to check whether it is
 * valid.
 */
public final class ChirpStackV4 implements ChirpStack {
  private final Connections connections;
  private final ClassifiedCalls calls;
  private final Capabilities capabilities;
  private final Codecs codecs;
  private final Existence existence;
  private final Inventory inventory;
  private final LogStreams logs;
  private final Series series;
  private final GroupQueues groups;

  ChirpStackV4(Connections connections, PageSizes sizes, LongSupplier nanoClock) {
    this.connections = connections;
    UnaryCalls unary = new UnaryCalls(connections::unary);
    this.calls = new ClassifiedCalls(unary, connections::tokenRefused);
    this.capabilities = new Capabilities(unary);
    this.codecs = new Codecs(calls, nanoClock);
    this.existence = new Existence(calls, nanoClock);
    this.inventory =
        new Inventory(calls, new TenantsAndApplications(calls, sizes.firstList()), sizes);
    this.logs = new LogStreams(connections, calls);
    this.series = new Series(calls);
    this.groups = new GroupQueues(calls, nanoClock);
  }

  /** Makes no call: the server may be down. Closing it closes the connections. */
  public static ChirpStackV4 over(Connections connections) {
    return new ChirpStackV4(connections, PageSizes.DEFAULT, System::nanoTime);
  }

  @Override
  public Generation generation() {
    return Generation.V4;
  }

  @Override
  public void inventory(Scope scope, Set<Feed> kinds, InventoryWalk walk)
      throws InterruptedException {
    boolean byId = Futures.await(capabilities.has(Capability.LIST_BY_ID));
    List<Lister<?, ?, ?>> listers = Listers.of(kinds, release -> Futures.await(has(release)));
    inventory.walk(scope, kinds, listers, byId, walk);
  }

  private CompletableFuture<Boolean> has(Release release) {
    return capabilities.has(
        switch (release) {
          case V4_9 -> Capability.RELAY_GATEWAYS;
          case V4_16 -> Capability.GLOBAL_PROFILES;
        });
  }

  @Override
  public CompletionStage<Optional<List<SeenDevice>>> lastSeen(
      String applicationId, int limit, int offset) {
    return Futures.unwrapped(
        capabilities
            .has(Capability.LIST_BY_ID)
            .thenCompose(
                has ->
                    has
                        ? new RecentDevices(calls).list(applicationId, limit, offset)
                        : CompletableFuture.completedFuture(Optional.empty())));
  }

  @Override
  public LogStream open(LogKind log, String owner, LogListener listener) {
    return logs.open(log, owner, listener);
  }

  @Override
  public CompletionStage<Receipt> enqueue(Downlink downlink) {
    if (downlink.target().isGroup()) {
      return Futures.unwrapped(groups.enqueue(downlink));
    }
    EnqueueDeviceQueueItemRequest request;
    try {
      request = ProtoMapping.enqueue(downlink);
    } catch (ApiException e) {
      return CompletableFuture.failedFuture(e);
    }
    return downlink.objectJson() == null
        ? call(downlink, request)
        : Futures.unwrapped(
            codecs
                .of(downlink.target().id())
                .thenCompose(finding -> withObject(downlink, request, finding)));
  }

  private CompletableFuture<Receipt> call(
      Downlink downlink, EnqueueDeviceQueueItemRequest request) {
    return mapped(
        calls.call(
            Operation.enqueue(downlink.target(), downlink.objectJson() != null),
            DeviceServiceGrpc.getEnqueueMethod(),
            request),
        answer -> new Receipt(answer.getId(), null));
  }

  private CompletableFuture<Receipt> withObject(
      Downlink downlink, EnqueueDeviceQueueItemRequest request, Codecs.Finding finding) {
    String devEui = downlink.target().id();
    if (finding.codec() == Codecs.Codec.MISSING) {
      return CompletableFuture.failedFuture(ErrorClassifier.noCodec(devEui, finding.profile()));
    }
    CompletableFuture<Receipt> queued =
        call(downlink, request)
            .thenApply(
                receipt -> receipt.with(finding.disabled() ? ErrorClassifier.DISABLED : null));
    return finding.codec() == Codecs.Codec.THERE
        ? queued
        : queued.thenCompose(receipt -> readBack(devEui, receipt));
  }

  /**
   * Adds a remark on what became of an object if it is not known whether the device has a codec.
   */
  private CompletableFuture<Receipt> readBack(String devEui, Receipt receipt) {
    return queue(devEui, ProtoMapping::queued)
        .handle(
            (queue, e) -> {
              Optional<QueuedDownlink> item =
                  e == null
                      ? queue.stream()
                          .filter(queued -> queued.id().equals(receipt.queueItemId()))
                          .findFirst()
                      : Optional.empty();
              if (item.isEmpty()) {
                return receipt.with(ErrorClassifier.CODEC_NOT_SHOWN);
              }
              return receipt.with(
                  item.get().data().length == 0 ? ErrorClassifier.EMPTY_PAYLOAD : null);
            });
  }

  /** Fails, unlike the server, if there is no such device or group. */
  @Override
  public CompletionStage<Void> flush(Target target) {
    return Futures.unwrapped(
        existence
            .check(target)
            .thenCompose(checked -> target.isGroup() ? groups.flush(target) : flushDevice(target)));
  }

  private CompletableFuture<Void> flushDevice(Target device) {
    return calls
        .call(
            Operation.flush(device),
            DeviceServiceGrpc.getFlushQueueMethod(),
            FlushDeviceQueueRequest.newBuilder().setDevEui(device.id()).build())
        .thenAccept((Empty flushed) -> {});
  }

  @Override
  public CompletionStage<List<QueuedDownlink>> queue(Target target) {
    return target.isGroup()
        ? Futures.unwrapped(groups.queue(target))
        : queue(target.id(), ProtoMapping::queued);
  }

  @Override
  public CompletionStage<Long> frameCounter(String multicastGroupId) {
    return Futures.unwrapped(groups.frameCounter(multicastGroupId));
  }

  @Override
  public CompletionStage<List<ObjectNode>> queueItems(String devEui) {
    return queue(devEui, ProtoMapping::queueItem);
  }

  private <R> CompletableFuture<List<R>> queue(
      String devEui, Function<DeviceQueueItem, R> mapping) {
    return mapped(
        calls.call(
            Operation.readDevice(devEui),
            DeviceServiceGrpc.getGetQueueMethod(),
            GetDeviceQueueItemsRequest.newBuilder().setDevEui(devEui).build()),
        answer -> answer.getResultList().stream().map(mapping).toList());
  }

  @Override
  public CompletionStage<List<MetricPoint>> metrics(
      Feed feed, String id, Instant start, Instant end, Aggregation aggregation) {
    return Futures.unwrapped(series.points(feed, id, start, end, aggregation));
  }

  @Override
  public CompletionStage<DeviceState> state(String devEui) {
    return Futures.unwrapped(
        capabilities
            .has(Capability.DEVICE_CLASS)
            .thenCompose(
                withClass ->
                    calls
                        .call(
                            Operation.readDevice(devEui),
                            DeviceServiceGrpc.getGetMethod(),
                            GetDeviceRequest.newBuilder().setDevEui(devEui).build())
                        .thenApply(device -> ProtoMapping.state(device, withClass))));
  }

  @Override
  public CompletionStage<Optional<Duration>> uplinkInterval(String profileId) {
    return mapped(
        calls.call(
            Operation.read(Subject.other("device profile " + profileId)),
            DeviceProfileServiceGrpc.getGetMethod(),
            GetDeviceProfileRequest.newBuilder().setId(profileId).build()),
        ProtoMapping::uplinkInterval);
  }

  @Override
  public CompletionStage<Boolean> supports(Feature feature) {
    return capabilities.has(
        switch (feature) {
          case EXPIRES_AT -> Capability.EXPIRES_AT;
          case FLUSH_QUEUE -> Capability.FLUSH_QUEUE;
          case ENCRYPTED -> Capability.ENCRYPTED;
        });
  }

  @Override
  public CompletionStage<Void> probe() {
    return calls.probe();
  }

  @Override
  public CompletionStage<Void> probeWriting() {
    return calls.probeWriting();
  }

  @Override
  public void close() {
    connections.close();
  }

  private static <A, R> CompletableFuture<R> mapped(
      CompletableFuture<A> call, Function<? super A, R> mapping) {
    return Futures.unwrapped(call.thenApply(mapping));
  }
}
