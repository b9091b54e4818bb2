package io.github.chirpconnect.simulator.v3;

import io.github.chirpconnect.proto.v3.Device;
import io.github.chirpconnect.proto.v3.DeviceListItem;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceStats;
import io.github.chirpconnect.proto.v3.GetDeviceRequest;
import io.github.chirpconnect.proto.v3.GetDeviceResponse;
import io.github.chirpconnect.proto.v3.GetDeviceStatsRequest;
import io.github.chirpconnect.proto.v3.GetDeviceStatsResponse;
import io.github.chirpconnect.proto.v3.ListDeviceRequest;
import io.github.chirpconnect.proto.v3.ListDeviceResponse;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsResponse;
import io.github.chirpconnect.proto.v4.DeviceStatus;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.NetworkGroup;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.redis.MetricNames;
import io.github.chirpconnect.simulator.redis.MetricStore.Bucket;
import io.github.chirpconnect.simulator.server.Answers;
import io.github.chirpconnect.simulator.time.Moments;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;

/** DeviceService of v3, with the streams of devices. Rights are checked when one is opened. */
final class DeviceApiV3 extends DeviceServiceGrpc.DeviceServiceImplBase {
  private static final String DEV_EUI = "devEUI: ";

  /** What stands where a device never told. */
  private static final int NO_BATTERY = 255;

  private static final int NONE = 256;

  private final Network network;
  private final AccessV3 access;
  private final StreamsV3 streams;
  private final StatsV3 stats;

  DeviceApiV3(Network network, AccessV3 access, StreamsV3 streams, StatsV3 stats) {
    this.network = network;
    this.access = access;
    this.streams = streams;
    this.stats = stats;
  }

  @Override
  public void get(GetDeviceRequest request, StreamObserver<GetDeviceResponse> client) {
    Answers.unary(client, () -> get(ArgumentsV3.eui("", request.getDevEui())));
  }

  private GetDeviceResponse get(String devEui) {
    access.device(devEui);
    synchronized (network) {
      NetworkDevice device = network.rows().devices.get(devEui);
      if (device == null) {
        throw ArgumentsV3.doesNotExist();
      }
      GetDeviceResponse.Builder answer =
          GetDeviceResponse.newBuilder()
              .setDevice(device(device.config))
              .setDeviceStatusBattery(NONE)
              .setDeviceStatusMargin(NONE);
      if (device.lastSeenAt != null) {
        answer.setLastSeenAt(device.lastSeenAt);
      }
      if (device.status != null) {
        answer.setDeviceStatusMargin(device.status.getMargin());
        if (hasLevel(device.status)) {
          answer.setDeviceStatusBattery((int) device.status.getBatteryLevel());
        }
      }
      if (device.location != null) {
        answer.setLocation(place(device.location));
      }
      return answer.build();
    }
  }

  private static boolean hasLevel(DeviceStatus status) {
    return !status.getExternalPowerSource() && status.getBatteryLevel() >= 0;
  }

  /** Of where a place was known from, and how well, nothing is kept. */
  static io.github.chirpconnect.proto.v3.common.Location place(
      io.github.chirpconnect.proto.v4.common.Location location) {
    return FrameWriterV3.location(location).toBuilder().clearSource().clearAccuracy().build();
  }

  private static Device device(io.github.chirpconnect.proto.v4.Device config) {
    return Device.newBuilder()
        .setDevEui(config.getDevEui())
        .setName(config.getName())
        .setApplicationId(Long.parseLong(config.getApplicationId()))
        .setDescription(config.getDescription())
        .setDeviceProfileId(config.getDeviceProfileId())
        .setSkipFCntCheck(config.getSkipFcntCheck())
        .putAllVariables(config.getVariablesMap())
        .putAllTags(config.getTagsMap())
        .setIsDisabled(config.getIsDisabled())
        .build();
  }

  @Override
  public void list(ListDeviceRequest request, StreamObserver<ListDeviceResponse> client) {
    Answers.unary(client, () -> list(request));
  }

  private ListDeviceResponse list(ListDeviceRequest request) {
    String applicationId =
        request.getApplicationId() == 0 ? "" : Long.toString(request.getApplicationId());
    String groupId = filter(request.getMulticastGroupId());
    String profileId = filter(request.getServiceProfileId());
    if (applicationId.isEmpty() && groupId.isEmpty() && profileId.isEmpty()) {
      access.unfiltered();
    }
    if (!applicationId.isEmpty()) {
      access.application(applicationId);
    }
    if (!groupId.isEmpty()) {
      access.group(groupId);
    }
    if (!profileId.isEmpty()) {
      access.serviceProfile(profileId);
    }
    synchronized (network) {
      List<NetworkDevice> found =
          network.rows().devices.values().stream()
              .filter(
                  device ->
                      applicationId.isEmpty()
                          || device.config.getApplicationId().equals(applicationId))
              .filter(device -> groupId.isEmpty() || isMember(groupId, device.devEui()))
              .filter(device -> profileId.isEmpty() || serviceProfile(device).equals(profileId))
              .filter(
                  device ->
                      device
                          .config
                          .getTagsMap()
                          .entrySet()
                          .containsAll(request.getTagsMap().entrySet()))
              .filter(
                  Answers.<NetworkDevice>nameContains(
                          request.getSearch(), device -> device.config.getName())
                      .or(Answers.nameContains(request.getSearch(), NetworkDevice::devEui)))
              .sorted(Comparator.comparing(device -> device.config.getName()))
              .toList();
      return ListDeviceResponse.newBuilder()
          .setTotalCount(found.size())
          .addAllResult(
              Answers.sqlPage(found, request.getLimit(), request.getOffset()).stream()
                  .map(this::item)
                  .toList())
          .build();
    }
  }

  private static String filter(String id) {
    return id.isEmpty() ? "" : ArgumentsV3.uuid(Status.UNKNOWN, id);
  }

  private boolean isMember(String groupId, String devEui) {
    NetworkGroup group = network.rows().groups.get(groupId);
    return group != null && group.devEuis.contains(devEui);
  }

  private String serviceProfile(NetworkDevice device) {
    return network.rows().serviceProfile(network.rows().application(device).getTenantId()).id();
  }

  private DeviceListItem item(NetworkDevice device) {
    DeviceListItem.Builder item =
        DeviceListItem.newBuilder()
            .setDevEui(device.devEui())
            .setName(device.config.getName())
            .setApplicationId(Long.parseLong(device.config.getApplicationId()))
            .setDescription(device.config.getDescription())
            .setDeviceProfileId(device.config.getDeviceProfileId())
            .setDeviceProfileName(network.rows().profile(device).row().getName());
    if (device.lastSeenAt != null) {
      item.setLastSeenAt(device.lastSeenAt);
    }
    return status(item, device.status).build();
  }

  private static DeviceListItem.Builder status(DeviceListItem.Builder item, DeviceStatus status) {
    if (status == null) {
      return item.setDeviceStatusBattery(NO_BATTERY)
          .setDeviceStatusMargin(NONE)
          .setDeviceStatusBatteryLevelUnavailable(true);
    }
    item.setDeviceStatusMargin(status.getMargin())
        .setDeviceStatusExternalPowerSource(status.getExternalPowerSource());
    if (status.getExternalPowerSource()) {
      return item;
    }
    return hasLevel(status)
        ? item.setDeviceStatusBattery((int) status.getBatteryLevel())
            .setDeviceStatusBatteryLevel(status.getBatteryLevel())
        : item.setDeviceStatusBattery(NO_BATTERY).setDeviceStatusBatteryLevelUnavailable(true);
  }

  @Override
  public void getStats(
      GetDeviceStatsRequest request, StreamObserver<GetDeviceStatsResponse> client) {
    Answers.later(
        client,
        () -> {
          String devEui = ArgumentsV3.eui("bad dev_eui: ", request.getDevEui());
          access.device(devEui);
          StatsV3.Query query =
              StatsV3.query(
                  request.hasStartTimestamp(),
                  request.getStartTimestamp(),
                  request.hasEndTimestamp(),
                  request.getEndTimestamp(),
                  request.getInterval());
          stats.answer(client, MetricNames.device(devEui), query, DeviceApiV3::stats);
        });
  }

  private static GetDeviceStatsResponse stats(List<Bucket> buckets) {
    GetDeviceStatsResponse.Builder answer = GetDeviceStatsResponse.newBuilder();
    for (Bucket bucket : buckets) {
      answer.addResult(
          DeviceStats.newBuilder()
              .setTimestamp(Moments.timestamp(bucket.start()))
              .setRxPackets(StatsV3.whole(bucket, "rx_count"))
              .setGwRssi(StatsV3.mean(bucket, "gw_rssi_sum"))
              .setGwSnr(StatsV3.mean(bucket, "gw_snr_sum"))
              .putAllRxPacketsPerFrequency(StatsV3.numbered(bucket, "rx_freq_"))
              .putAllRxPacketsPerDr(StatsV3.numbered(bucket, "rx_dr_"))
              .putAllErrors(StatsV3.split(bucket, MetricNames.ERROR)));
    }
    return answer.build();
  }

  /** A device that does not exist is silent for ever to an administrator. */
  @Override
  public void streamEventLogs(
      StreamDeviceEventLogsRequest request, StreamObserver<StreamDeviceEventLogsResponse> client) {
    Answers.stream(
        client,
        () -> {
          String devEui = ArgumentsV3.eui(DEV_EUI, request.getDevEui());
          access.device(devEui);
          streams.events(devEui, client);
        });
  }

  @Override
  public void streamFrameLogs(
      StreamDeviceFrameLogsRequest request, StreamObserver<StreamDeviceFrameLogsResponse> client) {
    Answers.stream(
        client,
        () -> {
          String devEui = ArgumentsV3.eui(DEV_EUI, request.getDevEui());
          access.device(devEui);
          if (!network.hasDevice(devEui)) {
            throw ArgumentsV3.doesNotExist();
          }
          streams.frames(
              new LogStore.Key(LogStore.Kind.DEVICE_FRAMES, devEui),
              StreamDeviceFrameLogsResponse::newBuilder,
              client);
        });
  }
}
