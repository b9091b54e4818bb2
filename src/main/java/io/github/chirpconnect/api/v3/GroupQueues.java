package io.github.chirpconnect.api.v3;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.GroupPayloads;
import io.github.chirpconnect.api.grpc.GroupReceipts;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.proto.v3.EnqueueMulticastQueueItemRequest;
import io.github.chirpconnect.proto.v3.FlushMulticastGroupQueueItemsRequest;
import io.github.chirpconnect.proto.v3.GetMulticastGroupRequest;
import io.github.chirpconnect.proto.v3.GetMulticastGroupResponse;
import io.github.chirpconnect.proto.v3.ListMulticastGroupQueueItemsRequest;
import io.github.chirpconnect.proto.v3.MulticastGroup;
import io.github.chirpconnect.proto.v3.MulticastGroupServiceGrpc;
import io.github.chirpconnect.proto.v3.MulticastQueueItem;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The queues of multicast groups. An accepted downlink takes the group's next frame counter, which
 * is all that the server returns.
 *
 * <p>The server queues it for each gateway that reaches the group's devices. If it knows none, it
 * accepts the downlink nevertheless, and drops it. So until a queue was seen to hold a downlink,
 * each one is looked for once it was accepted.
 */
final class GroupQueues {
  private final ClassifiedCalls calls;
  private final GroupReceipts receipts;
  private final GroupPayloads payloads;
  private final Regions regions;

  GroupQueues(ClassifiedCalls calls, LongSupplier nanoClock) {
    this.calls = calls;
    this.receipts = new GroupReceipts(nanoClock, this::queue);
    this.regions = new Regions(calls, nanoClock);
    this.payloads = new GroupPayloads(nanoClock, id -> get(id).thenCompose(this::limit));
  }

  CompletableFuture<Receipt> enqueue(Downlink downlink) {
    return payloads.check(downlink).thenCompose(checked -> enqueueChecked(downlink));
  }

  private CompletableFuture<GroupPayloads.Limit> limit(MulticastGroup group) {
    return regions.of(group).thenApply(region -> limit(region, group));
  }

  private static GroupPayloads.Limit limit(String region, MulticastGroup group) {
    List<Band> bands = Band.of(region, Integer.toUnsignedLong(group.getFrequency()));
    int most =
        bands.stream().mapToInt(band -> band.largestPayload(group.getDr())).max().orElseThrow();
    String where =
        bands.size() == Band.values().length
            ? "the group's data rate " + group.getDr() + ", in whatever region,"
            : "region "
                + bands.stream().map(Band::name).collect(Collectors.joining(" or "))
                + " at the group's data rate "
                + group.getDr();
    return new GroupPayloads.Limit(most, where, !region.equals(Regions.NOT_KNOWN));
  }

  private CompletableFuture<Receipt> enqueueChecked(Downlink downlink) {
    MulticastQueueItem.Builder item =
        MulticastQueueItem.newBuilder()
            .setMulticastGroupId(downlink.target().id())
            .setFPort(downlink.fPort())
            .setData(ByteString.copyFrom(downlink.data()));
    return calls
        .call(
            Operation.enqueue(downlink.target(), false),
            MulticastGroupServiceGrpc.getEnqueueMethod(),
            EnqueueMulticastQueueItemRequest.newBuilder().setMulticastQueueItem(item).build())
        .thenCompose(answer -> receipts.of(downlink.target(), answer.getFCnt()));
  }

  CompletableFuture<Void> flush(Target group) {
    return calls
        .call(
            Operation.flush(group),
            MulticastGroupServiceGrpc.getFlushQueueMethod(),
            FlushMulticastGroupQueueItemsRequest.newBuilder()
                .setMulticastGroupId(group.id())
                .build())
        .thenAccept((Empty flushed) -> {});
  }

  CompletableFuture<List<QueuedDownlink>> queue(Target group) {
    return calls
        .call(
            Operation.read(group),
            MulticastGroupServiceGrpc.getListQueueMethod(),
            ListMulticastGroupQueueItemsRequest.newBuilder()
                .setMulticastGroupId(group.id())
                .build())
        .thenApply(
            queue -> queue.getMulticastQueueItemsList().stream().map(GroupQueues::queued).toList());
  }

  private static QueuedDownlink queued(MulticastQueueItem item) {
    return new QueuedDownlink(
        null,
        item.getFPort(),
        false,
        item.getData().toByteArray(),
        false,
        Integer.toUnsignedLong(item.getFCnt()),
        null);
  }

  /** The frame counter of the next downlink. */
  CompletableFuture<Long> frameCounter(String groupId) {
    return get(groupId).thenApply(group -> Integer.toUnsignedLong(group.getFCnt()));
  }

  private CompletableFuture<MulticastGroup> get(String groupId) {
    return calls
        .call(
            Operation.read(Target.group(groupId)),
            MulticastGroupServiceGrpc.getGetMethod(),
            GetMulticastGroupRequest.newBuilder().setId(groupId).build())
        .thenApply(GetMulticastGroupResponse::getMulticastGroup);
  }
}
