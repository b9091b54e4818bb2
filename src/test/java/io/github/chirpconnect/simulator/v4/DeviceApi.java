package io.github.chirpconnect.simulator.v4;

import com.google.protobuf.Empty;
import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemResponse;
import io.github.chirpconnect.proto.v4.FlushDeviceQueueRequest;
import io.github.chirpconnect.proto.v4.GetDeviceLinkMetricsRequest;
import io.github.chirpconnect.proto.v4.GetDeviceLinkMetricsResponse;
import io.github.chirpconnect.proto.v4.GetDeviceMetricsRequest;
import io.github.chirpconnect.proto.v4.GetDeviceMetricsResponse;
import io.github.chirpconnect.proto.v4.GetDeviceNextFCntDownRequest;
import io.github.chirpconnect.proto.v4.GetDeviceNextFCntDownResponse;
import io.github.chirpconnect.proto.v4.GetDeviceQueueItemsRequest;
import io.github.chirpconnect.proto.v4.GetDeviceQueueItemsResponse;
import io.github.chirpconnect.proto.v4.GetDeviceRequest;
import io.github.chirpconnect.proto.v4.GetDeviceResponse;
import io.github.chirpconnect.proto.v4.ListDevicesRequest;
import io.github.chirpconnect.proto.v4.ListDevicesResponse;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.NetworkGroup;
import io.github.chirpconnect.simulator.network.Enqueues;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.server.Answers;
import io.github.chirpconnect.simulator.server.Refusals;
import io.github.chirpconnect.simulator.time.Moments;
import io.github.chirpconnect.simulator.v4.metrics.DeviceMetrics;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;

/** DeviceService. */
final class DeviceApi extends DeviceServiceGrpc.DeviceServiceImplBase {
  private final Network network;
  private final Access access;
  private final Enqueues enqueues;
  private final DeviceMetrics metrics;

  DeviceApi(Network network, Access access, Enqueues enqueues, DeviceMetrics metrics) {
    this.network = network;
    this.access = access;
    this.enqueues = enqueues;
    this.metrics = metrics;
  }

  @Override
  public void get(GetDeviceRequest request, StreamObserver<GetDeviceResponse> client) {
    Answers.unary(client, () -> get(Arguments.eui(request.getDevEui())));
  }

  private GetDeviceResponse get(String devEui) {
    access.device(Access.Purpose.READ, devEui);
    synchronized (network) {
      NetworkDevice device = network.rows().devices.get(devEui);
      if (device == null) {
        throw Arguments.doesNotExist(devEui);
      }
      GetDeviceResponse.Builder answer =
          GetDeviceResponse.newBuilder()
              .setDevice(device.config)
              .setCreatedAt(device.createdAt)
              .setUpdatedAt(device.updatedAt)
              .setClassEnabled(device.deviceClass);
      if (device.lastSeenAt != null) {
        answer.setLastSeenAt(device.lastSeenAt);
      }
      if (device.status != null) {
        answer.setDeviceStatus(device.status);
      }
      return answer.build();
    }
  }

  @Override
  public void list(ListDevicesRequest request, StreamObserver<ListDevicesResponse> client) {
    Answers.unary(client, () -> list(request));
  }

  private ListDevicesResponse list(ListDevicesRequest request) {
    String applicationId = Arguments.uuid(request.getApplicationId());
    String groupId =
        request.getMulticastGroupId().isEmpty()
            ? ""
            : Arguments.uuid(request.getMulticastGroupId());
    String profileId =
        request.getDeviceProfileId().isEmpty() ? "" : Arguments.uuid(request.getDeviceProfileId());
    access.application(applicationId);
    if (!groupId.isEmpty()) {
      access.group(Access.Purpose.READ, groupId);
    }
    synchronized (network) {
      List<NetworkDevice> found =
          network.rows().devices.values().stream()
              .filter(device -> device.config.getApplicationId().equals(applicationId))
              .filter(device -> groupId.isEmpty() || isMember(groupId, device.devEui()))
              .filter(
                  device ->
                      profileId.isEmpty() || device.config.getDeviceProfileId().equals(profileId))
              .filter(
                  device ->
                      device
                          .config
                          .getTagsMap()
                          .entrySet()
                          .containsAll(request.getTagsMap().entrySet()))
              .filter(Answers.nameContains(request.getSearch(), device -> device.config.getName()))
              .toList();
      return ListDevicesResponse.newBuilder()
          .setTotalCount(count(found, groupId))
          .addAllResult(
              Answers.page(
                  found.stream()
                      .sorted(
                          Answers.directed(order(request.getOrderBy()), request.getOrderByDesc()))
                      .map(this::item),
                  request.getLimit(),
                  request.getOffset()))
          .build();
    }
  }

  /**
   * As ChirpStack counts: a device in several groups counts once for each of them, so that the
   * count can be more than there are rows.
   */
  private int count(List<NetworkDevice> found, String groupId) {
    if (!groupId.isEmpty()) {
      return found.size();
    }
    return found.stream()
        .mapToInt(device -> Math.max(1, network.rows().groupsOf(device.devEui())))
        .sum();
  }

  private boolean isMember(String groupId, String devEui) {
    NetworkGroup group = network.rows().groups.get(groupId);
    return group != null && group.devEuis.contains(devEui);
  }

  private Comparator<NetworkDevice> order(ListDevicesRequest.OrderBy by) {
    return switch (by) {
      case DEV_EUI -> Comparator.comparing(NetworkDevice::devEui);
      case LAST_SEEN_AT ->
          Comparator.comparing(
              device ->
                  device.lastSeenAt == null
                      ? network.rows().neverSeen
                      : Moments.instant(device.lastSeenAt));
      case DEVICE_PROFILE_NAME -> Comparator.comparing(device -> profile(device).getName());
      case NAME, UNRECOGNIZED -> Comparator.comparing(device -> device.config.getName());
    };
  }

  private DeviceProfileListItem profile(NetworkDevice device) {
    return network.rows().profile(device).row();
  }

  private DeviceListItem item(NetworkDevice device) {
    DeviceListItem.Builder item =
        DeviceListItem.newBuilder()
            .setDevEui(device.devEui())
            .setCreatedAt(device.createdAt)
            .setUpdatedAt(device.updatedAt)
            .setName(device.config.getName())
            .setDescription(device.config.getDescription())
            .setDeviceProfileId(device.config.getDeviceProfileId())
            .setDeviceProfileName(profile(device).getName())
            .putAllTags(device.config.getTagsMap());
    if (device.lastSeenAt != null) {
      item.setLastSeenAt(device.lastSeenAt);
    }
    if (device.status != null) {
      item.setDeviceStatus(device.status);
    }
    return item.build();
  }

  @Override
  public void enqueue(
      EnqueueDeviceQueueItemRequest request,
      StreamObserver<EnqueueDeviceQueueItemResponse> client) {
    Answers.unary(client, () -> enqueue(request));
  }

  /** The flush comes first and stays done, whatever becomes of the item. */
  private EnqueueDeviceQueueItemResponse enqueue(EnqueueDeviceQueueItemRequest request) {
    if (!request.hasQueueItem()) {
      throw Refusals.invalid("queue_item is missing");
    }
    String devEui = Arguments.eui(request.getQueueItem().getDevEui());
    access.device(Access.Purpose.WRITE, devEui);
    synchronized (network) {
      if (request.getFlushQueue()) {
        network.queues().flushUnsent(devEui);
      }
      DeviceQueueItem queued = network.queues().enqueue(devEui, request.getQueueItem());
      enqueues.accepted(queued);
      return EnqueueDeviceQueueItemResponse.newBuilder().setId(queued.getId()).build();
    }
  }

  @Override
  public void flushQueue(FlushDeviceQueueRequest request, StreamObserver<Empty> client) {
    Answers.unary(client, () -> flushQueue(Arguments.eui(request.getDevEui())));
  }

  private Empty flushQueue(String devEui) {
    access.device(Access.Purpose.WRITE, devEui);
    synchronized (network) {
      network.queues().flush(devEui);
      return Empty.getDefaultInstance();
    }
  }

  @Override
  public void getQueue(
      GetDeviceQueueItemsRequest request, StreamObserver<GetDeviceQueueItemsResponse> client) {
    Answers.unary(client, () -> getQueue(Arguments.eui(request.getDevEui())));
  }

  private GetDeviceQueueItemsResponse getQueue(String devEui) {
    access.device(Access.Purpose.READ, devEui);
    synchronized (network) {
      NetworkDevice device = network.rows().devices.get(devEui);
      List<DeviceQueueItem> queue = device == null ? List.of() : device.queue;
      return GetDeviceQueueItemsResponse.newBuilder()
          .setTotalCount(queue.size())
          .addAllResult(queue)
          .build();
    }
  }

  @Override
  public void getMetrics(
      GetDeviceMetricsRequest request, StreamObserver<GetDeviceMetricsResponse> client) {
    Answers.unary(client, () -> getMetrics(Arguments.eui(request.getDevEui()), request));
  }

  private GetDeviceMetricsResponse getMetrics(String devEui, GetDeviceMetricsRequest request) {
    access.device(Access.Purpose.READ, devEui);
    DeviceMetrics.period(request);
    synchronized (network) {
      NetworkDevice device = network.rows().devices.get(devEui);
      if (device == null) {
        throw Arguments.doesNotExist(devEui);
      }
      return metrics.measured(devEui, network.rows().profile(device).measurements(), request);
    }
  }

  /** A device that does not exist was never heard, says the server to an admin. */
  @Override
  public void getLinkMetrics(
      GetDeviceLinkMetricsRequest request, StreamObserver<GetDeviceLinkMetricsResponse> client) {
    Answers.unary(
        client,
        () -> {
          String devEui = Arguments.eui(request.getDevEui());
          access.device(Access.Purpose.READ, devEui);
          return metrics.link(devEui, request);
        });
  }

  @Override
  public void getNextFCntDown(
      GetDeviceNextFCntDownRequest request, StreamObserver<GetDeviceNextFCntDownResponse> client) {
    Answers.unary(client, () -> getNextFCntDown(Arguments.eui(request.getDevEui())));
  }

  private GetDeviceNextFCntDownResponse getNextFCntDown(String devEui) {
    access.device(Access.Purpose.READ, devEui);
    synchronized (network) {
      return GetDeviceNextFCntDownResponse.newBuilder()
          .setFCntDown(network.queues().nextFCntDown(devEui))
          .build();
    }
  }
}
