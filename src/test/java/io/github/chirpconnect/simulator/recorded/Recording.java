package io.github.chirpconnect.simulator.recorded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import io.github.chirpconnect.proto.v4.GatewayListItem;
import io.github.chirpconnect.proto.v4.GetApplicationResponse;
import io.github.chirpconnect.proto.v4.GetDeviceQueueItemsResponse;
import io.github.chirpconnect.proto.v4.GetDeviceResponse;
import io.github.chirpconnect.proto.v4.GetGatewayResponse;
import io.github.chirpconnect.proto.v4.GetMulticastGroupResponse;
import io.github.chirpconnect.proto.v4.GetTenantResponse;
import io.github.chirpconnect.proto.v4.ListDeviceProfilesResponse;
import io.github.chirpconnect.proto.v4.ListDevicesResponse;
import io.github.chirpconnect.proto.v4.ListGatewaysResponse;
import io.github.chirpconnect.proto.v4.ListMulticastGroupQueueResponse;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.MulticastGroupQueueItem;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import io.github.chirpconnect.simulator.codec.Codec;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.NetworkGateway;
import io.github.chirpconnect.simulator.database.NetworkGroup;
import io.github.chirpconnect.simulator.database.Profile;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.database.Stored;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.time.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a network out of a recorded walk through a server: what the server answered, this network
 * answers.
 */
public final class Recording {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Golden.Call> calls;

  private Recording(List<Golden.Call> calls) {
    this.calls = calls;
  }

  public static void load(String file, Network network, LogStore logs) {
    synchronized (network) {
      new Recording(Golden.calls(file)).into(network.rows(), logs);
    }
  }

  private void into(Rows rows, LogStore logs) {
    rows.clear();
    logs.clear();
    tenants(rows);
    gateways(rows);
    gatewayDetails(rows);
    profiles(rows);
    applications(rows);
    devices(rows);
    groups(rows);
    streams(rows, logs);
  }

  private void tenants(Rows rows) {
    for (GetTenantResponse answer : answers("TenantService/Get", GetTenantResponse.parser())) {
      rows.tenants.put(
          answer.getTenant().getId(),
          new Stored<>(answer.getTenant(), answer.getCreatedAt(), answer.getUpdatedAt()));
    }
  }

  private void gateways(Rows rows) {
    for (ListGatewaysResponse answer :
        answers("GatewayService/List", ListGatewaysResponse.parser())) {
      for (GatewayListItem row : answer.getResultList()) {
        rows.gateways.put(row.getGatewayId(), new NetworkGateway(row));
      }
    }
  }

  /** Of what the list leaves out, the Get tells. */
  private void gatewayDetails(Rows rows) {
    for (GetGatewayResponse answer : answers("GatewayService/Get", GetGatewayResponse.parser())) {
      NetworkGateway gateway = rows.gateways.get(answer.getGateway().getGatewayId());
      gateway.tags = answer.getGateway().getTagsMap();
      gateway.statsInterval = Duration.ofSeconds(answer.getGateway().getStatsInterval());
    }
  }

  /** The list says what the profile is, its Get whose it is and whether it has a codec. */
  private void profiles(Rows rows) {
    Map<String, JsonNode> details = new HashMap<>();
    calls("DeviceProfileService/Get")
        .forEach(call -> details.put(id(call), json(call).path("device_profile")));
    for (ListDeviceProfilesResponse answer :
        answers("DeviceProfileService/List", ListDeviceProfilesResponse.parser())) {
      for (DeviceProfileListItem row : answer.getResultList()) {
        JsonNode detail = details.get(row.getId());
        Codec codec =
            detail.path("payload_codec_runtime").asText().equals("JS") ? new LabCodec() : null;
        Map<String, String> tags = new LinkedHashMap<>();
        detail
            .path("tags")
            .properties()
            .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
        rows.profiles.put(
            row.getId(),
            new Profile(detail.path("tenant_id").asText(), row, tags, codec)
                .with(Duration.ofSeconds(detail.path("uplink_interval").asInt())));
      }
    }
  }

  private void applications(Rows rows) {
    for (GetApplicationResponse answer :
        answers("ApplicationService/Get", GetApplicationResponse.parser())) {
      Application application = answer.getApplication();
      rows.applications.put(
          application.getId(),
          new Stored<>(application, answer.getCreatedAt(), answer.getUpdatedAt()));
    }
  }

  private void devices(Rows rows) {
    List<GetDeviceResponse> answers =
        new ArrayList<>(answers("DeviceService/Get", GetDeviceResponse.parser()));
    // A database lists what is equal in the order asked for as it was inserted.
    answers.sort(Comparator.comparing(answer -> Moments.instant(answer.getCreatedAt())));
    for (GetDeviceResponse answer : answers) {
      NetworkDevice device = new NetworkDevice(answer.getDevice(), answer.getCreatedAt());
      device.updatedAt = answer.getUpdatedAt();
      device.lastSeenAt = answer.hasLastSeenAt() ? answer.getLastSeenAt() : null;
      device.status = answer.hasDeviceStatus() ? answer.getDeviceStatus() : null;
      device.deviceClass = answer.getClassEnabled();
      // Recorded without GetActivation: what was activated by hand, without a join, is of class C
      // here.
      device.devAddr = device.deviceClass == DeviceClass.CLASS_C ? "01020304" : null;
      rows.devices.put(device.devEui(), device);
    }
    for (GetDeviceQueueItemsResponse answer :
        answers("DeviceService/GetQueue", GetDeviceQueueItemsResponse.parser())) {
      answer.getResultList().forEach(item -> rows.device(item.getDevEui()).queue.add(item));
    }
  }

  private void groups(Rows rows) {
    for (GetMulticastGroupResponse answer :
        answers("MulticastGroupService/Get", GetMulticastGroupResponse.parser())) {
      NetworkGroup group = new NetworkGroup(answer.getMulticastGroup(), answer.getCreatedAt());
      rows.groups.put(group.config.getId(), group);
    }
    for (Golden.Call call : calls("DeviceService/List")) {
      String groupId = call.requestJson().path("multicast_group_id").asText();
      if (!groupId.isEmpty()) {
        parsed(call, ListDevicesResponse.parser()).getResultList().stream()
            .map(DeviceListItem::getDevEui)
            .forEach(rows.groups.get(groupId).devEuis::add);
      }
    }
    for (ListMulticastGroupQueueResponse answer :
        answers("MulticastGroupService/ListQueue", ListMulticastGroupQueueResponse.parser())) {
      String gatewayId = rows.gateways.keySet().iterator().next();
      for (MulticastGroupQueueItem item : answer.getItemsList()) {
        rows.groups
            .get(item.getMulticastGroupId())
            .queue
            .add(new NetworkGroup.Queued(item, gatewayId, Instant.EPOCH));
      }
    }
  }

  private void streams(Rows rows, LogStore logs) {
    for (Golden.Call call : calls("InternalService/StreamDeviceEvents")) {
      String devEui = call.requestJson().path("dev_eui").asText();
      List<LogItem> items = items(call);
      logs.replace(new LogStore.Key(LogStore.Kind.DEVICE_EVENTS, devEui), items);
      items.forEach(item -> session(rows.device(devEui), item));
    }
    for (Golden.Call call : calls("InternalService/StreamDeviceFrames")) {
      String devEui = call.requestJson().path("dev_eui").asText();
      logs.replace(new LogStore.Key(LogStore.Kind.DEVICE_FRAMES, devEui), items(call));
    }
    for (Golden.Call call : calls("InternalService/StreamGatewayFrames")) {
      String gatewayId = call.requestJson().path("gateway_id").asText();
      logs.replace(new LogStore.Key(LogStore.Kind.GATEWAY_FRAMES, gatewayId), items(call));
    }
  }

  /**
   * The session is not in a walk, but it shows in the events: of devices that were truly heard,
   * that is.
   */
  private static void session(NetworkDevice device, LogItem item) {
    if (device.lastSeenAt == null) {
      return;
    }
    JsonNode body = body(item);
    switch (item.getDescription()) {
      case "up" -> {
        device.devAddr = body.path("devAddr").asText();
        device.fCntUp = body.path("fCnt").asInt();
        device.dataRate = body.path("dr").asInt();
        List<String> heardBy = new ArrayList<>();
        body.path("rxInfo").forEach(reception -> heardBy.add(reception.path("gatewayId").asText()));
        device.heardBy = heardBy;
      }
      case "txack" -> device.fCntDown = body.path("fCntDown").asInt() + 1;
      default -> {}
    }
  }

  private List<LogItem> items(Golden.Call call) {
    return call.messages().stream()
        .map(message -> parsed(message.bytes(), LogItem.parser()))
        .toList();
  }

  private <T extends Message> List<T> answers(String method, Parser<T> parser) {
    return calls(method).stream().map(call -> parsed(call, parser)).toList();
  }

  private List<Golden.Call> calls(String method) {
    return calls.stream().filter(call -> call.method().equals("/api." + method)).toList();
  }

  private static String id(Golden.Call call) {
    return call.requestJson().path("id").asText();
  }

  private static JsonNode json(Golden.Call call) {
    return call.messages().get(0).json();
  }

  private static <T extends Message> T parsed(Golden.Call call, Parser<T> parser) {
    return parsed(call.messages().get(0).bytes(), parser);
  }

  private static <T extends Message> T parsed(byte[] bytes, Parser<T> parser) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the recording holds bytes that are no " + parser, e);
    }
  }

  private static JsonNode body(LogItem item) {
    try {
      return JSON.readTree(item.getBody());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the body of entry " + item.getId() + " is no JSON", e);
    }
  }
}
