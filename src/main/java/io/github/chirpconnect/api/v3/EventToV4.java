package io.github.chirpconnect.api.v3;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.chirpconnect.api.LogEntry.BodyFormat;
import java.util.Map;

/**
 * Converts v3's {@code payload_json} to v4's integration JSON.
 *
 * <p>v3 writes its protobuf with defaults, so a field is absent only if the release does not have
 * it. Bytes are base64 (EUIs too) and null if empty; what is not set is null; the codec's object is
 * text that contains JSON. Fields that v4's events lack keep names of their own: {@code
 * uplinkUuid}, a join's {@code rxInfo}, {@code txInfo} and {@code dr}, an error's {@code fCnt}, a
 * location's {@code uplinkUuids} and {@code fCnt}.
 */
final class EventToV4 {
  /** Errors for which v4 has another name. */
  private static final Map<String, String> ERRORS =
      Map.of(
          "UPLINK_FCNT_RESET", "UPLINK_F_CNT_RESET",
          "UPLINK_FCNT_RETRANSMISSION", "UPLINK_F_CNT_RETRANSMISSION",
          "DOWNLINK_FCNT", "F_CNT_DOWN");

  private EventToV4() {}

  /** The kind of v4's event. */
  static String kind(String type) {
    return type.equals("error") ? "log" : type;
  }

  /**
   * @param type v3's name
   */
  static BodyFormat of(String type) {
    return switch (type) {
      case "up" -> EventToV4::up;
      case "join" -> EventToV4::join;
      case "ack" -> EventToV4::ack;
      case "txack" -> EventToV4::txAck;
      case "error" -> EventToV4::error;
      case "location" -> EventToV4::location;
      case "status" -> EventToV4::status;
      default -> EventToV4::other;
    };
  }

  private static JsonNode up(String text) {
    JsonFields v3 = JsonFields.parse(text, "body");
    ObjectNode v4 = causedByUplink(v3);
    v3.tellHex("devAddr", v4, "devAddr");
    v3.tell("adr", v4);
    v3.tell("dr", v4);
    v3.tell("fCnt", v4);
    v3.tell("fPort", v4);
    v3.tell("confirmedUplink", v4, "confirmed");
    JsonNode data = v3.take("data");
    v4.set("data", data == null ? TextNode.valueOf("") : data);
    object(v3, v4);
    reception(v3, v4);
    v3.rest(v4);
    return v4;
  }

  private static JsonNode join(String text) {
    JsonFields v3 = JsonFields.parse(text, "body");
    ObjectNode v4 = causedByUplink(v3);
    v3.tellHex("devAddr", v4, "devAddr");
    v3.tell("dr", v4);
    reception(v3, v4);
    v3.rest(v4);
    return v4;
  }

  private static JsonNode ack(String text) {
    JsonFields v3 = JsonFields.parse(text, "body");
    ObjectNode v4 = causedByUplink(v3);
    v4.putNull("queueItemId");
    v3.tell("acknowledged", v4);
    v3.tell("fCnt", v4, "fCntDown");
    v3.rest(v4);
    return v4;
  }

  private static JsonNode txAck(String text) {
    JsonFields v3 = JsonFields.parse(text, "body");
    ObjectNode v4 = common(v3);
    v4.putNull("downlinkId").putNull("queueItemId");
    v3.tell("fCnt", v4, "fCntDown");
    JsonNode gateway = v3.hex("gatewayID");
    JsonNode transmission = v3.take("txInfo");
    if (transmission != null) {
      JsonFields fields = JsonFields.of(transmission, "txInfo");
      JsonNode inner = fields.hex("gatewayID");
      gateway = gateway == null ? inner : gateway;
      ObjectNode txInfo = RadioToV4.downlinkTransmission(fields);
      if (inner != null && !inner.equals(gateway)) {
        txInfo.set("gatewayId", inner);
      }
      v4.set("txInfo", txInfo);
    }
    v4.set("gatewayId", gateway);
    v3.rest(v4);
    return v4;
  }

  private static JsonNode error(String text) {
    JsonFields v3 = JsonFields.parse(text, "body");
    ObjectNode v4 = common(v3);
    v4.put("level", "ERROR");
    // One of a newer server is a number.
    JsonNode type = v3.take("type");
    v4.put("code", type == null ? null : ERRORS.getOrDefault(type.asText(), type.asText()));
    v3.tell("error", v4, "description");
    v3.tell("fCnt", v4);
    v3.rest(v4);
    return v4;
  }

  private static JsonNode location(String text) {
    JsonFields v3 = JsonFields.parse(text, "body");
    ObjectNode v4 = causedByUplink(v3);
    v3.move("location", v4);
    v3.tell("fCnt", v4);
    JsonNode uplinks = v3.take("uplinkIDs");
    if (uplinks != null) {
      var list = v4.putArray("uplinkUuids");
      for (JsonNode uplink : uplinks) {
        ObjectNode one = JsonFields.object();
        one.set("uplinkIDs", uplink);
        byte[] id = JsonFields.of(one, "uplinkIDs").bytes("uplinkIDs");
        list.add(id == null ? "" : JsonFields.uuid(id));
      }
    }
    v3.rest(v4);
    return v4;
  }

  /** Both generations use the same field names. */
  private static JsonNode status(String text) {
    JsonFields v3 = JsonFields.parse(text, "body");
    ObjectNode v4 = causedByUplink(v3);
    v3.tell("margin", v4);
    v3.tell("externalPowerSource", v4);
    v3.tell("batteryLevelUnavailable", v4);
    v3.tell("batteryLevel", v4);
    v3.rest(v4);
    return v4;
  }

  /** For kinds that v4 lacks. */
  private static JsonNode other(String text) {
    JsonFields v3 = JsonFields.parse(text, "body");
    ObjectNode v4 = common(v3);
    object(v3, v4);
    v3.rest(v4);
    return v4;
  }

  /** In v4 an event names the uplink that caused it. */
  private static ObjectNode causedByUplink(JsonFields v3) {
    return common(v3).putNull("deduplicationId");
  }

  private static ObjectNode common(JsonFields v3) {
    ObjectNode v4 = JsonFields.object();
    v3.move("publishedAt", v4, "time");
    ObjectNode device = v4.putObject("deviceInfo").putNull("tenantId").putNull("tenantName");
    v3.tell("applicationID", device, "applicationId");
    v3.tell("applicationName", device);
    v3.tell("deviceProfileID", device, "deviceProfileId");
    v3.tell("deviceProfileName", device);
    v3.tell("deviceName", device);
    v3.tellHex("devEUI", device, "devEui");
    v3.move("tags", device);
    return v4;
  }

  private static void object(JsonFields v3, ObjectNode v4) {
    String json = v3.text("objectJSON");
    if (json != null && !json.isEmpty()) {
      v4.set("object", JsonFields.read(json, "objectJSON"));
    }
  }

  private static void reception(JsonFields v3, ObjectNode v4) {
    JsonNode rxInfo = v3.take("rxInfo");
    if (rxInfo != null) {
      v4.set("rxInfo", RadioToV4.receptions(rxInfo));
    }
    JsonNode txInfo = v3.take("txInfo");
    if (txInfo != null) {
      v4.set("txInfo", RadioToV4.uplinkTransmission(txInfo));
    }
  }
}
