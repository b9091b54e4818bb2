package io.github.chirpconnect.api.v4;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.GroupPayloads;
import io.github.chirpconnect.api.grpc.GroupReceipts;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.proto.v4.EnqueueMulticastGroupQueueItemRequest;
import io.github.chirpconnect.proto.v4.FlushMulticastGroupQueueRequest;
import io.github.chirpconnect.proto.v4.GetMulticastGroupRequest;
import io.github.chirpconnect.proto.v4.GetMulticastGroupResponse;
import io.github.chirpconnect.proto.v4.ListMulticastGroupQueueRequest;
import io.github.chirpconnect.proto.v4.MulticastGroup;
import io.github.chirpconnect.proto.v4.MulticastGroupQueueItem;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

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

  GroupQueues(ClassifiedCalls calls, LongSupplier nanoClock) {
    this.calls = calls;
    this.receipts = new GroupReceipts(nanoClock, this::queue);
    this.payloads = new GroupPayloads(nanoClock, id -> get(id).thenApply(GroupQueues::limit));
  }

  CompletableFuture<Receipt> enqueue(Downlink downlink) {
    return payloads.check(downlink).thenCompose(checked -> enqueueChecked(downlink));
  }

  private static GroupPayloads.Limit limit(MulticastGroup group) {
    String region = group.getRegion().name();
    return new GroupPayloads.Limit(
        LargestPayload.of(region, group.getDr()),
        "region " + region + " at the group's data rate " + group.getDr(),
        true);
  }

  private CompletableFuture<Receipt> enqueueChecked(Downlink downlink) {
    MulticastGroupQueueItem.Builder item =
        MulticastGroupQueueItem.newBuilder()
            .setMulticastGroupId(downlink.target().id())
            .setFPort(downlink.fPort())
            .setData(ByteString.copyFrom(downlink.data()));
    if (downlink.expiresAt() != null) {
      item.setExpiresAt(ProtoMapping.timestamp(downlink.expiresAt()));
    }
    return calls
        .call(
            Operation.enqueue(downlink.target(), false),
            MulticastGroupServiceGrpc.getEnqueueMethod(),
            EnqueueMulticastGroupQueueItemRequest.newBuilder().setQueueItem(item).build())
        .thenCompose(answer -> receipts.of(downlink.target(), answer.getFCnt()));
  }

  CompletableFuture<Void> flush(Target group) {
    return calls
        .call(
            Operation.flush(group),
            MulticastGroupServiceGrpc.getFlushQueueMethod(),
            FlushMulticastGroupQueueRequest.newBuilder().setMulticastGroupId(group.id()).build())
        .thenAccept((Empty flushed) -> {});
  }

  CompletableFuture<List<QueuedDownlink>> queue(Target group) {
    return calls
        .call(
            Operation.read(group),
            MulticastGroupServiceGrpc.getListQueueMethod(),
            ListMulticastGroupQueueRequest.newBuilder().setMulticastGroupId(group.id()).build())
        .thenApply(queue -> queue.getItemsList().stream().map(GroupQueues::queued).toList());
  }

  private static QueuedDownlink queued(MulticastGroupQueueItem item) {
    return new QueuedDownlink(
        null,
        item.getFPort(),
        false,
        item.getData().toByteArray(),
        false,
        Integer.toUnsignedLong(item.getFCnt()),
        item.hasExpiresAt() ? ProtoMapping.instant(item.getExpiresAt()) : null);
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
