package io.github.chirpconnect.simulator.v4;

import com.google.protobuf.Empty;
import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.EnqueueMulticastGroupQueueItemRequest;
import io.github.chirpconnect.proto.v4.EnqueueMulticastGroupQueueItemResponse;
import io.github.chirpconnect.proto.v4.FlushMulticastGroupQueueRequest;
import io.github.chirpconnect.proto.v4.GetMulticastGroupRequest;
import io.github.chirpconnect.proto.v4.GetMulticastGroupResponse;
import io.github.chirpconnect.proto.v4.ListMulticastGroupQueueRequest;
import io.github.chirpconnect.proto.v4.ListMulticastGroupQueueResponse;
import io.github.chirpconnect.proto.v4.ListMulticastGroupsRequest;
import io.github.chirpconnect.proto.v4.ListMulticastGroupsResponse;
import io.github.chirpconnect.proto.v4.MulticastGroup;
import io.github.chirpconnect.proto.v4.MulticastGroupListItem;
import io.github.chirpconnect.proto.v4.MulticastGroupQueueItem;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;
import io.github.chirpconnect.simulator.database.NetworkGroup;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.network.Enqueues;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.server.Answers;
import io.github.chirpconnect.simulator.server.Refusals;
import io.github.chirpconnect.simulator.server.Version;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;

/** MulticastGroupService. */
final class MulticastGroupApi extends MulticastGroupServiceGrpc.MulticastGroupServiceImplBase {
  private final Network network;
  private final Access access;
  private final Enqueues enqueues;
  private final Version version;

  MulticastGroupApi(Network network, Access access, Enqueues enqueues, Version version) {
    this.network = network;
    this.access = access;
    this.enqueues = enqueues;
    this.version = version;
  }

  @Override
  public void get(
      GetMulticastGroupRequest request, StreamObserver<GetMulticastGroupResponse> client) {
    Answers.unary(client, () -> get(Arguments.uuid(request.getId())));
  }

  private GetMulticastGroupResponse get(String id) {
    access.group(Access.Purpose.READ, id);
    synchronized (network) {
      NetworkGroup group = network.rows().groups.get(id);
      if (group == null) {
        throw Arguments.doesNotExist(id);
      }
      return GetMulticastGroupResponse.newBuilder()
          .setMulticastGroup(group.config)
          .setCreatedAt(group.createdAt)
          .setUpdatedAt(group.updatedAt)
          .build();
    }
  }

  @Override
  public void list(
      ListMulticastGroupsRequest request, StreamObserver<ListMulticastGroupsResponse> client) {
    Answers.unary(client, () -> list(request));
  }

  private ListMulticastGroupsResponse list(ListMulticastGroupsRequest request) {
    boolean optional = version.has("4.18") && request.getApplicationId().isEmpty();
    String applicationId = optional ? "" : Arguments.uuid(request.getApplicationId());
    String tenantId = request.getTenantId().isEmpty() ? "" : Arguments.uuid(request.getTenantId());
    String devEui = request.getDevEui().isEmpty() ? "" : Arguments.eui(request.getDevEui());
    if (applicationId.isEmpty()) {
      access.groupsOfTenant(tenantId);
    } else {
      access.application(applicationId);
    }
    synchronized (network) {
      // The tenant is checked and then not filtered by, as in 4.18 and 4.19.
      List<NetworkGroup> found =
          network.rows().groups.values().stream()
              .filter(
                  group ->
                      applicationId.isEmpty()
                          || group.config.getApplicationId().equals(applicationId))
              .filter(group -> devEui.isEmpty() || group.devEuis.contains(devEui))
              .filter(Answers.nameContains(request.getSearch(), group -> group.config.getName()))
              .sorted(Comparator.comparing(group -> group.config.getName()))
              .toList();
      return ListMulticastGroupsResponse.newBuilder()
          .setTotalCount(found.size())
          .addAllResult(
              Answers.page(found.stream().map(this::item), request.getLimit(), request.getOffset()))
          .build();
    }
  }

  private MulticastGroupListItem item(NetworkGroup group) {
    MulticastGroup config = group.config;
    Application application =
        Rows.existing(network.rows().applications, config.getApplicationId()).value();
    return MulticastGroupListItem.newBuilder()
        .setId(config.getId())
        .setCreatedAt(group.createdAt)
        .setUpdatedAt(group.updatedAt)
        .setName(config.getName())
        .setRegion(config.getRegion())
        .setGroupType(config.getGroupType())
        .setApplicationId(application.getId())
        .setApplicationName(application.getName())
        .build();
  }

  @Override
  public void enqueue(
      EnqueueMulticastGroupQueueItemRequest request,
      StreamObserver<EnqueueMulticastGroupQueueItemResponse> client) {
    Answers.unary(client, () -> enqueue(request));
  }

  private EnqueueMulticastGroupQueueItemResponse enqueue(
      EnqueueMulticastGroupQueueItemRequest request) {
    if (!request.hasQueueItem()) {
      throw Refusals.invalid("queue_item is missing");
    }
    String groupId = Arguments.uuid(request.getQueueItem().getMulticastGroupId());
    access.group(Access.Purpose.WRITE, groupId);
    synchronized (network) {
      MulticastGroupQueueItem queued =
          network
              .groupQueues()
              .enqueue(
                  groupId,
                  request.getQueueItem(),
                  () -> Refusals.internal("FOREIGN KEY constraint failed"));
      enqueues.accepted(queued);
      return EnqueueMulticastGroupQueueItemResponse.newBuilder().setFCnt(queued.getFCnt()).build();
    }
  }

  @Override
  public void flushQueue(FlushMulticastGroupQueueRequest request, StreamObserver<Empty> client) {
    Answers.unary(client, () -> flushQueue(Arguments.uuid(request.getMulticastGroupId())));
  }

  private Empty flushQueue(String groupId) {
    access.group(Access.Purpose.WRITE, groupId);
    synchronized (network) {
      NetworkGroup group = network.rows().groups.get(groupId);
      if (group != null) {
        group.queue.clear();
      }
      return Empty.getDefaultInstance();
    }
  }

  @Override
  public void listQueue(
      ListMulticastGroupQueueRequest request,
      StreamObserver<ListMulticastGroupQueueResponse> client) {
    Answers.unary(client, () -> listQueue(Arguments.uuid(request.getMulticastGroupId())));
  }

  private ListMulticastGroupQueueResponse listQueue(String groupId) {
    access.group(Access.Purpose.READ, groupId);
    synchronized (network) {
      NetworkGroup group = network.rows().groups.get(groupId);
      ListMulticastGroupQueueResponse.Builder answer = ListMulticastGroupQueueResponse.newBuilder();
      return group == null ? answer.build() : answer.addAllItems(group.items()).build();
    }
  }
}
