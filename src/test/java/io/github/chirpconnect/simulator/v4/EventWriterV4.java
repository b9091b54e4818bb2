package io.github.chirpconnect.simulator.v4;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.Tenant;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.codec.Codec;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.Profile;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.network.DeviceEvents;
import io.github.chirpconnect.simulator.network.Reception;
import io.github.chirpconnect.simulator.network.Transmission;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.server.Version;
import io.github.chirpconnect.simulator.time.Moments;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the device events of v4: the JSON of ChirpStack's integration messages, where scalars are
 * there also when they have their default, and the entry's properties.
 */
final class EventWriterV4 implements DeviceEvents {
  private final Rows rows;
  private final LogStore logs;
  private final Time time;
  private final Version version;

  EventWriterV4(Rows rows, LogStore logs, Time time, Version version) {
    this.rows = rows;
    this.logs = logs;
    this.time = time;
    this.version = version;
  }

  @Override
  public void join(NetworkDevice device, String deduplicationId) {
    ObjectNode body = caused(device, deduplicationId).put("devAddr", device.devAddr);
    write(device, "join", body.put("regionConfigId", "eu868"), Map.of("DevAddr", device.devAddr));
  }

  @Override
  public void up(
      NetworkDevice device,
      String deduplicationId,
      int fPort,
      byte[] data,
      boolean confirmed,
      List<Reception> receptions,
      Transmission sent) {
    ObjectNode body = caused(device, deduplicationId);
    body.put("devAddr", device.devAddr)
        .put("adr", true)
        .put("dr", device.dataRate)
        .put("fCnt", device.fCntUp);
    body.put("fPort", fPort)
        .put("confirmed", confirmed)
        .put("data", Base64.getEncoder().encodeToString(data));
    Codec codec = rows.profile(device).codec();
    if (codec != null) {
      body.set("object", codec.decode(fPort, data));
    }
    body.set("rxInfo", Reception.inEvent(receptions));
    body.set("txInfo", sent.json());
    body.put("regionConfigId", "eu868");
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("DR", Integer.toString(device.dataRate));
    properties.put("FPort", Integer.toString(fPort));
    properties.put("FCnt", Integer.toString(device.fCntUp));
    properties.put("Data", HexFormat.of().formatHex(data));
    write(device, "up", body, properties);
  }

  @Override
  public void ack(
      NetworkDevice device, String deduplicationId, DeviceQueueItem item, boolean acknowledged) {
    ObjectNode body = caused(device, deduplicationId).put("queueItemId", item.getId());
    body.put("acknowledged", acknowledged).put("fCntDown", item.getFCntDown());
    write(device, "ack", body, Map.of());
  }

  @Override
  public void txAck(
      NetworkDevice device, long downlinkId, DeviceQueueItem item, Transmission sent) {
    ObjectNode body =
        JsonNodeFactory.instance.objectNode().put("downlinkId", downlinkId).put("time", now());
    // Unlike the other events, this one leaves the application's tags out.
    body.set("deviceInfo", deviceInfo(device, false));
    body.put("queueItemId", item.getId()).put("fCntDown", item.getFCntDown());
    body.put("gatewayId", device.heardBy.get(0)).set("txInfo", sent.json());
    write(device, "txack", body, Map.of());
  }

  @Override
  public void status(
      NetworkDevice device,
      String deduplicationId,
      int margin,
      boolean externalPower,
      float batteryLevel) {
    boolean unavailable = batteryLevel < 0;
    float level = unavailable || externalPower ? 0 : batteryLevel;
    ObjectNode body = caused(device, deduplicationId).put("margin", margin);
    body.put("externalPowerSource", externalPower)
        .put("batteryLevelUnavailable", unavailable)
        .put("batteryLevel", level);
    write(
        device,
        "status",
        body,
        Map.of(
            "Margin", Integer.toString(margin),
            "Battery level", String.format(Locale.ROOT, "%.0f%%", level),
            "Battery level unavailable", Boolean.toString(unavailable),
            "External power source", Boolean.toString(externalPower)));
  }

  @Override
  public void log(
      NetworkDevice device,
      String level,
      String code,
      String description,
      Map<String, String> context) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("time", now());
    body.set("deviceInfo", deviceInfo(device, true));
    body.put("level", level).put("code", code).put("description", description);
    ObjectNode entries = body.putObject("context");
    context.forEach(entries::put);
    write(device, "log", body, Map.of("Level", level, "Code", code));
  }

  @Override
  public void location(NetworkDevice device, String deduplicationId, Location location) {
    ObjectNode body = caused(device, deduplicationId);
    body.set("location", Reception.location(location, false));
    write(device, "location", body, Map.of());
  }

  private ObjectNode caused(NetworkDevice device, String deduplicationId) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("deduplicationId", deduplicationId);
    body.put("time", now()).set("deviceInfo", deviceInfo(device, true));
    return body;
  }

  private ObjectNode deviceInfo(NetworkDevice device, boolean applicationTags) {
    Application application = rows.application(device);
    Tenant tenant = rows.tenant(device);
    Profile profile = rows.profile(device);
    Map<String, String> tags =
        new LinkedHashMap<>(applicationTags ? application.getTagsMap() : Map.of());
    tags.putAll(profile.tags());
    tags.putAll(device.config.getTagsMap());
    ObjectNode info = JsonNodeFactory.instance.objectNode();
    info.put("tenantId", tenant.getId()).put("tenantName", tenant.getName());
    info.put("applicationId", application.getId()).put("applicationName", application.getName());
    info.put("deviceProfileId", profile.row().getId())
        .put("deviceProfileName", profile.row().getName());
    info.put("deviceName", device.config.getName()).put("devEui", device.devEui());
    info.put("deviceClassEnabled", device.deviceClass.name());
    ObjectNode json = info.putObject("tags");
    tags.forEach(json::put);
    return info;
  }

  private void write(
      NetworkDevice device, String kind, ObjectNode body, Map<String, String> properties) {
    LogFieldsV4.trimEvent(body, version);
    Instant event = Instant.parse(body.path("time").asText().replace("+00:00", "Z"));
    logs.append(
        LogStore.Kind.DEVICE_EVENTS,
        device.devEui(),
        LogItem.newBuilder()
            .setTime(Moments.timestamp(event))
            .setDescription(kind)
            .setBody(body.toString())
            .putAllProperties(properties));
  }

  private String now() {
    return Moments.text(time.now());
  }
}
