package io.github.chirpconnect.simulator.v3;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.codec.Codec;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.database.Profile;
import io.github.chirpconnect.simulator.database.Rows;
import io.github.chirpconnect.simulator.network.DeviceEvents;
import io.github.chirpconnect.simulator.network.Reception;
import io.github.chirpconnect.simulator.network.Transmission;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.redis.RedisPool;
import io.github.chirpconnect.simulator.rest.GoJson;
import io.github.chirpconnect.simulator.server.Version;
import io.github.chirpconnect.simulator.time.Moments;
import io.github.chirpconnect.simulator.time.Time;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Writes the device events of v3: JSON with all fields, {@code null} for messages that are unset
 * and for empty bytes. Each write takes a Redis connection of the application server; an event that
 * gets none is lost.
 */
final class EventWriterV3 implements DeviceEvents {
  private static final Set<String> ERROR_TYPES =
      Set.of(
          "DOWNLINK_PAYLOAD_SIZE",
          "DOWNLINK_FCNT",
          "UPLINK_CODEC",
          "DOWNLINK_CODEC",
          "OTAA",
          "UPLINK_FCNT_RESET",
          "UPLINK_MIC",
          "UPLINK_FCNT_RETRANSMISSION",
          "DOWNLINK_GATEWAY");

  private final Rows rows;
  private final LogStore logs;
  private final RedisPool pool;
  private final Time time;
  private final Version version;
  private final LongAdder lost;

  /**
   * @param lost counts events that found no Redis connection
   */
  EventWriterV3(
      Rows rows, LogStore logs, RedisPool pool, Time time, LongAdder lost, Version version) {
    this.lost = lost;
    this.version = version;
    this.rows = rows;
    this.logs = logs;
    this.pool = pool;
    this.time = time;
  }

  /** The application server hears of a join with the first uplink after it. */
  @Override
  public void join(NetworkDevice device, String deduplicationId) {
    device.knownToApplicationServer = false;
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
    if (!device.knownToApplicationServer) {
      device.knownToApplicationServer = true;
      device.wasKnownBefore = true;
      writeJoin(device, receptions, sent);
    }
    String object = decoded(device, fPort, data);
    Profile profile = rows.profile(device);
    ObjectNode body = body(device);
    body.set("rxInfo", rxInfo(receptions));
    body.set("txInfo", txInfo(sent));
    body.put("adr", true).put("dr", device.dataRate).put("fCnt", device.fCntUp);
    body.put("fPort", fPort).put("data", GoJson.bytes(data)).put("objectJSON", object);
    Map<String, String> tags = new TreeMap<>(profile.tags());
    tags.putAll(device.config.getTagsMap());
    tags(body, tags).put("confirmedUplink", confirmed);
    body.put("devAddr", GoJson.bytes(hex(device.devAddr)));
    write(
        device,
        "up",
        body,
        after ->
            after
                .put("deviceProfileID", profile.row().getId())
                .put("deviceProfileName", profile.row().getName()));
  }

  private void writeJoin(NetworkDevice device, List<Reception> receptions, Transmission sent) {
    ObjectNode body = body(device).put("devAddr", GoJson.bytes(hex(device.devAddr)));
    body.set("rxInfo", rxInfo(receptions));
    body.set("txInfo", txInfo(sent));
    write(device, "join", tags(body.put("dr", device.dataRate), device));
  }

  /**
   * Without a codec there is no object; a script that fails leaves an event before the uplink's.
   */
  private String decoded(NetworkDevice device, int fPort, byte[] data) {
    Codec codec = rows.profile(device).codec();
    if (codec == null) {
      return "";
    }
    try {
      return GoJson.text(GoJson.ofScript(codec.decode(fPort, data)));
    } catch (Codec.CodecException e) {
      String text = "execute js error: js vm error: " + e.getMessage();
      error(device, "UPLINK_CODEC", text, device.fCntUp);
      return "";
    }
  }

  @Override
  public void ack(
      NetworkDevice device, String deduplicationId, DeviceQueueItem item, boolean acknowledged) {
    ObjectNode body = body(device).put("acknowledged", acknowledged);
    write(device, "ack", tags(body.put("fCnt", item.getFCntDown()), device));
  }

  @Override
  public void txAck(
      NetworkDevice device, long downlinkId, DeviceQueueItem item, Transmission sent) {
    ObjectNode body = tags(body(device).put("fCnt", item.getFCntDown()), device);
    body.put("gatewayID", GoJson.bytes(hex(device.heardBy.get(0))));
    body.set("txInfo", downlinkTxInfo(sent));
    write(device, "txack", body);
  }

  @Override
  public void status(
      NetworkDevice device,
      String deduplicationId,
      int margin,
      boolean externalPower,
      float batteryLevel) {
    boolean unavailable = batteryLevel < 0;
    ObjectNode body = body(device).put("margin", margin).put("externalPowerSource", externalPower);
    body.put("batteryLevelUnavailable", unavailable);
    double level = unavailable || externalPower ? 0 : Math.round(batteryLevel * 100) / 100.0;
    body.set("batteryLevel", GoJson.number(level));
    write(device, "status", tags(body, device));
  }

  /**
   * An {@code error} event: its type is the code, what it says is the description, and a counter
   * may stand in the context as {@code f_cnt}.
   */
  @Override
  public void log(
      NetworkDevice device,
      String level,
      String code,
      String description,
      Map<String, String> context) {
    error(
        device, errorType(code), description, Integer.parseInt(context.getOrDefault("f_cnt", "0")));
  }

  /** v4's code under its name in v3; {@code UNKNOWN} for what v3 has no name for. */
  private static String errorType(String code) {
    return switch (code) {
      case "UPLINK_F_CNT_RESET" -> "UPLINK_FCNT_RESET";
      case "UPLINK_F_CNT_RETRANSMISSION" -> "UPLINK_FCNT_RETRANSMISSION";
      case "F_CNT_DOWN" -> "DOWNLINK_FCNT";
      default -> ERROR_TYPES.contains(code) ? code : "UNKNOWN";
    };
  }

  private void error(NetworkDevice device, String type, String text, int fCnt) {
    ObjectNode body = body(device).put("type", type).put("error", text).put("fCnt", fCnt);
    write(device, "error", tags(body, device));
  }

  @Override
  public void location(NetworkDevice device, String deduplicationId, Location location) {
    ObjectNode body = body(device);
    body.set("location", location(location));
    ArrayNode ids = tags(body, device).putArray("uplinkIDs");
    UUID id = UUID.fromString(deduplicationId);
    ids.add(
        GoJson.bytes(
            ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array()));
    write(device, "location", body.put("fCnt", 0));
  }

  private ObjectNode body(NetworkDevice device) {
    Application application = rows.application(device);
    return JsonNodeFactory.instance
        .objectNode()
        .put("applicationID", application.getId())
        .put("applicationName", application.getName())
        .put("deviceName", device.config.getName())
        .put("devEUI", GoJson.bytes(hex(device.devEui())));
  }

  private static ObjectNode tags(ObjectNode body, NetworkDevice device) {
    return tags(body, new TreeMap<>(device.config.getTagsMap()));
  }

  private static ObjectNode tags(ObjectNode body, Map<String, String> tags) {
    ObjectNode object = body.putObject("tags");
    tags.forEach(object::put);
    return body;
  }

  private static ArrayNode rxInfo(List<Reception> receptions) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Reception reception : receptions) {
      ObjectNode json = list.addObject().put("gatewayID", GoJson.bytes(hex(reception.gatewayId())));
      json.putNull("time").putNull("timeSinceGPSEpoch").put("rssi", reception.rssi());
      json.set("loRaSNR", GoJson.number(Math.round(reception.snr() * 10) / 10.0));
      json.put("channel", reception.channel()).put("rfChain", reception.rfChain());
      json.put("board", 0).put("antenna", 0).set("location", location(reception.location()));
      json.put("fineTimestampType", "NONE").put("context", Reception.context());
      json.put("uplinkID", GoJson.bytes(reception.uplinkUuid())).put("crcStatus", "CRC_OK");
    }
    return list;
  }

  private static ObjectNode location(Location location) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("latitude", GoJson.number(location.getLatitude()));
    json.set("longitude", GoJson.number(location.getLongitude()));
    json.set("altitude", GoJson.number(location.getAltitude()));
    return json.put("source", location.getSource().name())
        .put("accuracy", Math.round(location.getAccuracy()));
  }

  private static ObjectNode txInfo(Transmission sent) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("frequency", sent.hertz());
    lora(json.put("modulation", "LORA"), sent);
    return json;
  }

  private static ObjectNode downlinkTxInfo(Transmission sent) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().putNull("gatewayID");
    json.put("frequency", sent.hertz()).put("power", Transmission.POWER).put("modulation", "LORA");
    lora(json, sent);
    json.put("board", 0).put("antenna", 0);
    if (sent.isImmediate()) {
      json.put("timing", "IMMEDIATELY").putObject("immediatelyTimingInfo");
    } else {
      json.put("timing", "DELAY")
          .putObject("delayTimingInfo")
          .put("delay", sent.delaySeconds() + "s");
    }
    return json.put("context", Reception.context());
  }

  private static void lora(ObjectNode json, Transmission sent) {
    json.putObject("loRaModulationInfo")
        .put("bandwidth", Transmission.BANDWIDTH_KHZ)
        .put("spreadingFactor", sent.spreadingFactor())
        .put("codeRate", "4/5")
        .put("polarizationInversion", sent.down());
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private void write(NetworkDevice device, String type, ObjectNode body) {
    write(device, type, body, after -> {});
  }

  /**
   * @param after adds what stands behind the time
   */
  private void write(
      NetworkDevice device, String type, ObjectNode body, Consumer<ObjectNode> after) {
    Instant now = time.now();
    after.accept(body.put("publishedAt", now.toString()));
    EventFieldsV3.trim(type, body, version);
    LogItem.Builder entry =
        LogItem.newBuilder()
            .setTime(Moments.timestamp(now))
            .setDescription(type)
            .setBody(GoJson.text(body));
    pool.use(
        () -> logs.append(LogStore.Kind.DEVICE_EVENTS, device.devEui(), entry), lost::increment);
  }
}
