package io.github.chirpconnect.simulator.recorded;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.proto.v3.ApplicationListItem;
import io.github.chirpconnect.proto.v3.DeviceListItem;
import io.github.chirpconnect.proto.v3.DeviceProfile;
import io.github.chirpconnect.proto.v3.DeviceQueueItem;
import io.github.chirpconnect.proto.v3.GatewayListItem;
import io.github.chirpconnect.proto.v3.GetDeviceProfileResponse;
import io.github.chirpconnect.proto.v3.GetDeviceResponse;
import io.github.chirpconnect.proto.v3.GetGatewayResponse;
import io.github.chirpconnect.proto.v3.GetMulticastGroupResponse;
import io.github.chirpconnect.proto.v3.ListApplicationResponse;
import io.github.chirpconnect.proto.v3.ListDeviceQueueItemsResponse;
import io.github.chirpconnect.proto.v3.ListDeviceResponse;
import io.github.chirpconnect.proto.v3.ListGatewayResponse;
import io.github.chirpconnect.proto.v3.ListOrganizationResponse;
import io.github.chirpconnect.proto.v3.MulticastGroup;
import io.github.chirpconnect.proto.v3.OrganizationListItem;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsResponse;
import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.Device;
import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import io.github.chirpconnect.proto.v4.DeviceStatus;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.MulticastGroupType;
import io.github.chirpconnect.proto.v4.Tenant;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.proto.v4.common.MacVersion;
import io.github.chirpconnect.proto.v4.common.RegParamsRevision;
import io.github.chirpconnect.proto.v4.common.Region;
import io.github.chirpconnect.simulator.codec.Codec;
import io.github.chirpconnect.simulator.codec.MeterCodec;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.NetworkGateway;
import io.github.chirpconnect.simulator.database.NetworkGroup;
import io.github.chirpconnect.simulator.database.Profile;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.database.ServiceProfile;
import io.github.chirpconnect.simulator.database.Stored;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.v3.FrameWriterV3;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Makes a network out of a recorded walk through a server of v3. */
public final class RecordingV3 {
  private static final int NEVER_TOLD = 256;

  private final List<Golden.Call> calls;
  private final Rows rows;

  private RecordingV3(List<Golden.Call> calls, Rows rows) {
    this.calls = calls;
    this.rows = rows;
  }

  public static void load(String file, Network network, LogStore logs) {
    synchronized (network) {
      network.rows().clear();
      logs.clear();
      new RecordingV3(Golden.calls(file), network.rows()).load(logs);
    }
  }

  private void load(LogStore logs) {
    answers("OrganizationService/List", ListOrganizationResponse.parser())
        .forEach(answer -> answer.getResultList().forEach(this::organization));
    profiles();
    answers("GatewayService/List", ListGatewayResponse.parser())
        .forEach(answer -> answer.getResultList().forEach(this::gateway));
    gatewayDetails();
    answers("ApplicationService/List", ListApplicationResponse.parser())
        .forEach(answer -> answer.getResultList().forEach(this::application));
    devices();
    answers("MulticastGroupService/Get", GetMulticastGroupResponse.parser()).forEach(this::group);
    members();
    streams(logs);
  }

  private void organization(OrganizationListItem row) {
    Tenant tenant =
        Tenant.newBuilder()
            .setId(Long.toString(row.getId()))
            .setName(row.getDisplayName())
            .setCanHaveGateways(row.getCanHaveGateways())
            .build();
    rows.tenants.put(tenant.getId(), new Stored<>(tenant, row.getCreatedAt(), row.getUpdatedAt()));
  }

  private void profiles() {
    for (GetDeviceProfileResponse answer :
        answers("DeviceProfileService/Get", GetDeviceProfileResponse.parser())) {
      DeviceProfile profile = answer.getDeviceProfile();
      DeviceProfileListItem row =
          DeviceProfileListItem.newBuilder()
              .setId(profile.getId())
              .setName(profile.getName())
              .setCreatedAt(answer.getCreatedAt())
              .setUpdatedAt(answer.getUpdatedAt())
              .setMacVersion(
                  MacVersion.valueOf("LORAWAN_" + profile.getMacVersion().replace('.', '_')))
              .setRegParamsRevision(RegParamsRevision.valueOf(profile.getRegParamsRevision()))
              .setRegion(Region.valueOf(profile.getRfRegion()))
              .setSupportsOtaa(profile.getSupportsJoin())
              .setSupportsClassB(profile.getSupportsClassB())
              .setSupportsClassC(profile.getSupportsClassC())
              .build();
      Codec codec = profile.getPayloadCodec().equals("CUSTOM_JS") ? new MeterCodec() : null;
      rows.profiles.put(
          row.getId(),
          new Profile(Long.toString(profile.getOrganizationId()), row, profile.getTagsMap(), codec)
              .with(Duration.ofSeconds(profile.getUplinkInterval().getSeconds())));
    }
  }

  /** Of what the list leaves out, the Get tells. */
  private void gatewayDetails() {
    for (GetGatewayResponse answer : answers("GatewayService/Get", GetGatewayResponse.parser())) {
      NetworkGateway gateway = rows.gateways.get(answer.getGateway().getId());
      gateway.tags = answer.getGateway().getTagsMap();
      gateway.row =
          gateway.row.toBuilder().putAllProperties(answer.getGateway().getMetadataMap()).build();
    }
  }

  private void gateway(GatewayListItem row) {
    var builder =
        io.github.chirpconnect.proto.v4.GatewayListItem.newBuilder()
            .setGatewayId(row.getId())
            .setTenantId(Long.toString(row.getOrganizationId()))
            .setName(row.getName())
            .setDescription(row.getDescription())
            .setLocation(location(row.getLocation()))
            .setCreatedAt(row.getCreatedAt())
            .setUpdatedAt(row.getUpdatedAt());
    if (row.hasLastSeenAt()) {
      builder.setLastSeenAt(row.getLastSeenAt());
    }
    NetworkGateway gateway = new NetworkGateway(builder.build());
    gateway.firstSeenAt = row.hasFirstSeenAt() ? row.getFirstSeenAt() : null;
    rows.gateways.put(row.getId(), gateway);
  }

  private static Location location(io.github.chirpconnect.proto.v3.common.Location location) {
    return Location.newBuilder()
        .setLatitude(location.getLatitude())
        .setLongitude(location.getLongitude())
        .setAltitude(location.getAltitude())
        .build();
  }

  private void application(ApplicationListItem row) {
    Application application =
        Application.newBuilder()
            .setId(Long.toString(row.getId()))
            .setTenantId(Long.toString(row.getOrganizationId()))
            .setName(row.getName())
            .setDescription(row.getDescription())
            .build();
    var now = rows.tenants.get(application.getTenantId()).createdAt();
    rows.applications.put(application.getId(), new Stored<>(application, now, now));
    rows.serviceProfiles.put(
        application.getTenantId(),
        new ServiceProfile(row.getServiceProfileId(), row.getServiceProfileName()));
  }

  private void devices() {
    Map<String, DeviceListItem> listed = new HashMap<>();
    answers("DeviceService/List", ListDeviceResponse.parser())
        .forEach(
            answer -> answer.getResultList().forEach(item -> listed.put(item.getDevEui(), item)));
    for (GetDeviceResponse answer : answers("DeviceService/Get", GetDeviceResponse.parser())) {
      NetworkDevice device = device(answer.getDevice());
      device.lastSeenAt = answer.hasLastSeenAt() ? answer.getLastSeenAt() : null;
      device.location = answer.hasLocation() ? location(answer.getLocation()) : null;
      device.status = status(listed.get(device.devEui()));
      rows.devices.put(device.devEui(), device);
    }
    for (ListDeviceQueueItemsResponse answer :
        answers("DeviceQueueService/List", ListDeviceQueueItemsResponse.parser())) {
      answer.getDeviceQueueItemsList().forEach(this::queued);
    }
  }

  private NetworkDevice device(io.github.chirpconnect.proto.v3.Device row) {
    String applicationId = Long.toString(row.getApplicationId());
    Device config =
        Device.newBuilder()
            .setDevEui(row.getDevEui())
            .setName(row.getName())
            .setDescription(row.getDescription())
            .setApplicationId(applicationId)
            .setDeviceProfileId(row.getDeviceProfileId())
            .setJoinEui("0000000000000000")
            .setSkipFcntCheck(row.getSkipFCntCheck())
            .setIsDisabled(row.getIsDisabled())
            .putAllVariables(row.getVariablesMap())
            .putAllTags(row.getTagsMap())
            .build();
    return new NetworkDevice(config, rows.applications.get(applicationId).createdAt());
  }

  private static DeviceStatus status(DeviceListItem item) {
    if (item.getDeviceStatusMargin() == NEVER_TOLD) {
      return null;
    }
    return DeviceStatus.newBuilder()
        .setMargin(item.getDeviceStatusMargin())
        .setExternalPowerSource(item.getDeviceStatusExternalPowerSource())
        .setBatteryLevel(
            item.getDeviceStatusBatteryLevelUnavailable() ? -1 : item.getDeviceStatusBatteryLevel())
        .build();
  }

  private void queued(DeviceQueueItem item) {
    rows.device(item.getDevEui())
        .queue
        .add(
            io.github.chirpconnect.proto.v4.DeviceQueueItem.newBuilder()
                .setDevEui(item.getDevEui())
                .setConfirmed(item.getConfirmed())
                .setFPort(item.getFPort())
                .setFCntDown(item.getFCnt())
                .setData(item.getData())
                .build());
  }

  private void group(GetMulticastGroupResponse answer) {
    MulticastGroup row = answer.getMulticastGroup();
    var config =
        io.github.chirpconnect.proto.v4.MulticastGroup.newBuilder()
            .setId(row.getId())
            .setName(row.getName())
            .setApplicationId(Long.toString(row.getApplicationId()))
            .setMcAddr(row.getMcAddr())
            .setMcNwkSKey(row.getMcNwkSKey())
            .setMcAppSKey(row.getMcAppSKey())
            .setFCnt(row.getFCnt())
            .setGroupType(MulticastGroupType.valueOf(row.getGroupType().name()))
            .setDr(row.getDr())
            .setFrequency(row.getFrequency())
            .build();
    rows.groups.put(config.getId(), new NetworkGroup(config, answer.getCreatedAt()));
  }

  private void members() {
    for (Golden.Call call : calls("DeviceService/List")) {
      String groupId = call.requestJson().path("multicast_group_id").asText();
      if (!groupId.isEmpty()) {
        parsed(call.messages().get(0).bytes(), ListDeviceResponse.parser()).getResultList().stream()
            .map(DeviceListItem::getDevEui)
            .forEach(rows.groups.get(groupId).devEuis::add);
      }
    }
  }

  private void streams(LogStore logs) {
    for (Golden.Call call : calls("DeviceService/StreamEventLogs")) {
      String devEui = call.requestJson().path("dev_eui").asText();
      List<LogItem> items =
          call.messages().stream().map(message -> event(message.bytes())).toList();
      logs.replace(new LogStore.Key(LogStore.Kind.DEVICE_EVENTS, devEui), items);
      items.forEach(item -> session(rows.device(devEui), item));
    }
    for (Golden.Call call : calls("DeviceService/StreamFrameLogs")) {
      String devEui = call.requestJson().path("dev_eui").asText();
      logs.replace(new LogStore.Key(LogStore.Kind.DEVICE_FRAMES, devEui), frames(call));
    }
    for (Golden.Call call : calls("GatewayService/StreamFrameLogs")) {
      String gatewayId = call.requestJson().path("gateway_id").asText();
      logs.replace(new LogStore.Key(LogStore.Kind.GATEWAY_FRAMES, gatewayId), frames(call));
    }
  }

  /** A streamed event as the entry that it was in the log. */
  static LogItem event(byte[] message) {
    StreamDeviceEventLogsResponse event = parsed(message, StreamDeviceEventLogsResponse.parser());
    LogItem.Builder item =
        LogItem.newBuilder()
            .setId(event.getStreamId())
            .setDescription(event.getType())
            .setBody(event.getPayloadJson());
    return event.hasPublishedAt() ? item.setTime(event.getPublishedAt()).build() : item.build();
  }

  /** Frames have no ids, and get some: of either stream, whose messages have the same fields. */
  static List<LogItem> frames(Golden.Call call) {
    List<LogItem> items = new ArrayList<>();
    for (Golden.Message message : call.messages()) {
      StreamDeviceFrameLogsResponse frame =
          parsed(message.bytes(), StreamDeviceFrameLogsResponse.parser());
      items.add(FrameWriterV3.entry("frame", frame).setId((items.size() + 1) + "-0").build());
    }
    return items;
  }

  /** The session is not in a walk, but it shows in the events of devices that were truly heard. */
  private static void session(NetworkDevice device, LogItem item) {
    if (device.lastSeenAt == null) {
      return;
    }
    JsonNode body = Json.read(item.getBody());
    switch (item.getDescription()) {
      case "up" -> {
        device.devAddr = hex(body.path("devAddr"));
        device.knownToApplicationServer = true;
        device.wasKnownBefore = true;
        device.fCntUp = body.path("fCnt").asInt();
        device.dataRate = body.path("dr").asInt();
        List<String> heardBy = new ArrayList<>();
        body.path("rxInfo").forEach(reception -> heardBy.add(hex(reception.path("gatewayID"))));
        device.heardBy = heardBy;
      }
      case "txack" -> device.fCntDown = body.path("fCnt").asInt() + 1;
      default -> {}
    }
  }

  private static String hex(JsonNode base64) {
    return HexFormat.of().formatHex(Base64.getDecoder().decode(base64.asText()));
  }

  private <T extends Message> List<T> answers(String method, Parser<T> parser) {
    return calls(method).stream()
        .map(call -> parsed(call.messages().get(0).bytes(), parser))
        .toList();
  }

  private List<Golden.Call> calls(String method) {
    return calls.stream().filter(call -> call.method().equals("/api." + method)).toList();
  }

  private static <T extends Message> T parsed(byte[] bytes, Parser<T> parser) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the recording holds bytes that are no " + parser, e);
    }
  }
}
