package io.github.chirpconnect.api.v4;

import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.GroupReceipts;
import io.github.chirpconnect.api.grpc.LargestPayload;
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
  private static final int LIMITS_MAX = 10_000;

  private final ClassifiedCalls calls;
  private final GroupReceipts receipts;
  private final AnswerCache<Limit> limits;

  GroupQueues(ClassifiedCalls calls, LongSupplier nanoClock) {
    this.calls = calls;
    this.receipts = new GroupReceipts(nanoClock, this::queue);
    this.limits = new AnswerCache<>(LIMITS_MAX, nanoClock, limit -> Codecs.BELIEVED);
  }

  /**
   * Refuses a payload that is too long for the group's data rate: the server would take it, and
   * drop it without an event.
   */
  CompletableFuture<Receipt> enqueue(Downlink downlink) {
    int bytes = downlink.data().length;
    if (bytes <= LargestPayload.OF_ANY) {
      return enqueueShort(downlink);
    }
    return limits
        .get(downlink.target().id(), this::limit)
        .thenCompose(
            limit ->
                bytes > limit.most()
                    ? CompletableFuture.failedFuture(
                        LargestPayload.exceeded(
                            downlink.target(), bytes, limit.most(), limit.where()))
                    : enqueueShort(downlink));
  }

  /**
   * The longest payload that the group can be sent.
   *
   * @param where its region and data rate; null if the key may not see the group
   */
  private record Limit(int most, String where) {}

  private static final Limit NOT_KNOWN = new Limit(Integer.MAX_VALUE, null);

  private CompletableFuture<Limit> limit(String groupId) {
    return Codecs.shown(get(groupId), GroupQueues::limit, NOT_KNOWN);
  }

  private static Limit limit(MulticastGroup group) {
    String region = group.getRegion().name();
    return new Limit(
        LargestPayload.of(region, group.getDr()),
        "region " + region + " at the group's data rate " + group.getDr());
  }

  private CompletableFuture<Receipt> enqueueShort(Downlink downlink) {
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
