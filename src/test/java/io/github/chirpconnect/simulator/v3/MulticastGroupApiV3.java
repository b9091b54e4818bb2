package io.github.chirpconnect.simulator.v3;

import com.google.protobuf.Empty;
import io.github.chirpconnect.proto.v3.EnqueueMulticastQueueItemRequest;
import io.github.chirpconnect.proto.v3.EnqueueMulticastQueueItemResponse;
import io.github.chirpconnect.proto.v3.FlushMulticastGroupQueueItemsRequest;
import io.github.chirpconnect.proto.v3.GetMulticastGroupRequest;
import io.github.chirpconnect.proto.v3.GetMulticastGroupResponse;
import io.github.chirpconnect.proto.v3.ListMulticastGroupQueueItemsRequest;
import io.github.chirpconnect.proto.v3.ListMulticastGroupQueueItemsResponse;
import io.github.chirpconnect.proto.v3.ListMulticastGroupRequest;
import io.github.chirpconnect.proto.v3.ListMulticastGroupResponse;
import io.github.chirpconnect.proto.v3.MulticastGroup;
import io.github.chirpconnect.proto.v3.MulticastGroupListItem;
import io.github.chirpconnect.proto.v3.MulticastGroupServiceGrpc;
import io.github.chirpconnect.proto.v3.MulticastGroupType;
import io.github.chirpconnect.proto.v3.MulticastQueueItem;
import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.MulticastGroupQueueItem;
import io.github.chirpconnect.simulator.database.NetworkGroup;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.network.Enqueues;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.server.Answers;
import io.github.chirpconnect.simulator.server.Refusals;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;

/** MulticastGroupService of v3. */
final class MulticastGroupApiV3 extends MulticastGroupServiceGrpc.MulticastGroupServiceImplBase {
  private static final Status INVALID = Status.INVALID_ARGUMENT;

  private final Network network;
  private final AccessV3 access;
  private final Enqueues enqueues;

  MulticastGroupApiV3(Network network, AccessV3 access, Enqueues enqueues) {
    this.network = network;
    this.access = access;
    this.enqueues = enqueues;
  }

  @Override
  public void get(
      GetMulticastGroupRequest request, StreamObserver<GetMulticastGroupResponse> client) {
    Answers.unary(
        client,
        () -> get(ArgumentsV3.uuid(INVALID.withDescription("uuid error: "), request.getId())));
  }

  private GetMulticastGroupResponse get(String id) {
    access.group(id);
    synchronized (network) {
      NetworkGroup group = existing(id);
      io.github.chirpconnect.proto.v4.MulticastGroup config = group.config;
      return GetMulticastGroupResponse.newBuilder()
          .setMulticastGroup(
              MulticastGroup.newBuilder()
                  .setId(config.getId())
                  .setName(config.getName())
                  .setMcAddr(config.getMcAddr())
                  .setMcNwkSKey(config.getMcNwkSKey())
                  .setMcAppSKey(config.getMcAppSKey())
                  .setFCnt(config.getFCnt())
                  .setGroupType(MulticastGroupType.valueOf(config.getGroupType().name()))
                  .setDr(config.getDr())
                  .setFrequency(config.getFrequency())
                  .setApplicationId(Long.parseLong(config.getApplicationId())))
          .setCreatedAt(group.createdAt)
          .setUpdatedAt(group.updatedAt)
          .build();
    }
  }

  /** To be called with the network's lock. */
  private NetworkGroup existing(String id) {
    NetworkGroup group = network.rows().groups.get(id);
    if (group == null) {
      throw ArgumentsV3.doesNotExist();
    }
    return group;
  }

  @Override
  public void list(
      ListMulticastGroupRequest request, StreamObserver<ListMulticastGroupResponse> client) {
    Answers.unary(client, () -> list(request));
  }

  private ListMulticastGroupResponse list(ListMulticastGroupRequest request) {
    String organizationId = id(request.getOrganizationId());
    String applicationId = id(request.getApplicationId());
    String devEui =
        request.getDevEui().isEmpty() ? "" : ArgumentsV3.eui("devEUI: ", request.getDevEui());
    checkRights(organizationId, applicationId, devEui);
    synchronized (network) {
      List<MulticastGroupListItem> found =
          network.rows().groups.values().stream()
              .filter(
                  group ->
                      applicationId.isEmpty()
                          || group.config.getApplicationId().equals(applicationId))
              .filter(
                  group ->
                      organizationId.isEmpty()
                          || application(group).getTenantId().equals(organizationId))
              .filter(group -> devEui.isEmpty() || group.devEuis.contains(devEui))
              .filter(Answers.nameContains(request.getSearch(), group -> group.config.getName()))
              .sorted(Comparator.comparing(group -> group.config.getName()))
              .map(this::item)
              .toList();
      return ListMulticastGroupResponse.newBuilder()
          .setTotalCount(found.size())
          .addAllResult(Answers.sqlPage(found, request.getLimit(), request.getOffset()))
          .build();
    }
  }

  private void checkRights(String organizationId, String applicationId, String devEui) {
    if (organizationId.isEmpty() && applicationId.isEmpty() && devEui.isEmpty()) {
      access.unfiltered();
    }
    if (!organizationId.isEmpty()) {
      access.organization(organizationId);
    }
    if (!applicationId.isEmpty()) {
      access.application(applicationId);
    }
    if (!devEui.isEmpty()) {
      // The other word is ChirpStack's.
      access.device(devEui, "authentication error: ");
    }
  }

  private static String id(long number) {
    return number == 0 ? "" : Long.toString(number);
  }

  private Application application(NetworkGroup group) {
    return Rows.existing(network.rows().applications, group.config.getApplicationId()).value();
  }

  private MulticastGroupListItem item(NetworkGroup group) {
    return MulticastGroupListItem.newBuilder()
        .setId(group.config.getId())
        .setName(group.config.getName())
        .setApplicationId(Long.parseLong(group.config.getApplicationId()))
        .setApplicationName(application(group).getName())
        .build();
  }

  @Override
  public void enqueue(
      EnqueueMulticastQueueItemRequest request,
      StreamObserver<EnqueueMulticastQueueItemResponse> client) {
    Answers.unary(client, () -> enqueue(request));
  }

  private EnqueueMulticastQueueItemResponse enqueue(EnqueueMulticastQueueItemRequest request) {
    if (!request.hasMulticastQueueItem()) {
      throw Refusals.invalid("multicast_queue_item must not be nil");
    }
    MulticastQueueItem item = request.getMulticastQueueItem();
    if (item.getFPort() == 0) {
      throw Refusals.invalid("f_port must be > 0");
    }
    String groupId =
        ArgumentsV3.uuid(
            INVALID.withDescription("multicast_group_id: "), item.getMulticastGroupId());
    access.group(groupId);
    synchronized (network) {
      if (!network.rows().groups.containsKey(groupId)) {
        throw refused("get multicast-group error: object does not exist");
      }
      // The server keeps the low 8 bits, so that 257 is port 1.
      int fPort = item.getFPort() & 0xff;
      if (fPort == 0) {
        throw refused(
            "enqueue multicast-queue item error: rpc error: code = InvalidArgument desc ="
                + " invalid fPort (must be > 0)");
      }
      MulticastGroupQueueItem queued =
          network
              .groupQueues()
              .enqueue(
                  groupId,
                  MulticastGroupQueueItem.newBuilder()
                      .setFPort(fPort)
                      .setData(item.getData())
                      .build(),
                  () ->
                      refused(
                          "enqueue multicast-queue item error: rpc error: code = NotFound desc ="
                              + " object does not exist"));
      enqueues.accepted(queued);
      return EnqueueMulticastQueueItemResponse.newBuilder().setFCnt(queued.getFCnt()).build();
    }
  }

  private static RuntimeException refused(String text) {
    return Refusals.internal("enqueue multicast-group queue-item error: " + text);
  }

  @Override
  public void flushQueue(
      FlushMulticastGroupQueueItemsRequest request, StreamObserver<Empty> client) {
    Answers.unary(client, () -> flushQueue(queueOf(request.getMulticastGroupId())));
  }

  private Empty flushQueue(String groupId) {
    synchronized (network) {
      existing(groupId).queue.clear();
      return Empty.getDefaultInstance();
    }
  }

  @Override
  public void listQueue(
      ListMulticastGroupQueueItemsRequest request,
      StreamObserver<ListMulticastGroupQueueItemsResponse> client) {
    Answers.unary(client, () -> listQueue(queueOf(request.getMulticastGroupId())));
  }

  private ListMulticastGroupQueueItemsResponse listQueue(String groupId) {
    synchronized (network) {
      return ListMulticastGroupQueueItemsResponse.newBuilder()
          .addAllMulticastQueueItems(
              existing(groupId).items().stream().map(MulticastGroupApiV3::queueItem).toList())
          .build();
    }
  }

  private String queueOf(String text) {
    String groupId = ArgumentsV3.uuid(INVALID.withDescription("multicast_group_id: "), text);
    access.group(groupId);
    return groupId;
  }

  private static MulticastQueueItem queueItem(MulticastGroupQueueItem queued) {
    return MulticastQueueItem.newBuilder()
        .setMulticastGroupId(queued.getMulticastGroupId())
        .setFCnt(queued.getFCnt())
        .setFPort(queued.getFPort())
        .setData(queued.getData())
        .build();
  }
}
