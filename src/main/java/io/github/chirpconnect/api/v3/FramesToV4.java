package io.github.chirpconnect.api.v3;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.ApiException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Converts an entry of v3's frame log, in protobuf's JSON form, to the form of v4's frame log:
 * {@code phy_payload}, {@code tx_info} and, for an uplink, {@code rx_info}.
 *
 * <p>v3's {@code phyPayloadJSON} is the same frame with other names: {@code fhdr.devAddr} for
 * {@code devaddr}, the MIC as hexadecimal text instead of a list of bytes, a payload as a list of
 * base64 pieces instead of hexadecimal text. MAC commands that v3 has decoded keep v3's form. The
 * frame counter has its lower 16 bits only, as on the air.
 */
final class FramesToV4 {
  static final String UNKNOWN_TYPE = "Unknown";

  private static final Pattern WORD_END = Pattern.compile("([a-z0-9])([A-Z])");

  private static final Map<String, String> NAMES =
      Map.of("mType", "f_type", "macPayload", "payload", "devAddr", "devaddr");

  private FramesToV4() {}

  static JsonNode parse(String text) {
    JsonFields entry = JsonFields.parse(text, "frame");
    JsonNode uplink = entry.take("uplinkFrame");
    JsonNode downlink = entry.take("downlinkFrame");
    ObjectNode v4 = JsonFields.object();
    if (uplink != null) {
      JsonFields frame = JsonFields.of(uplink, "uplinkFrame");
      common(frame, v4);
      JsonNode txInfo = frame.take("txInfo");
      if (txInfo != null) {
        v4.set("tx_info", RadioToV4.uplinkTransmission(txInfo));
      }
      v4.set("rx_info", RadioToV4.receptions(frame.take("rxInfo")));
      frame.rest(v4);
    } else if (downlink != null) {
      JsonFields frame = JsonFields.of(downlink, "downlinkFrame");
      common(frame, v4);
      // A property of the entry.
      frame.take("gatewayID");
      JsonNode txInfo = frame.take("txInfo");
      if (txInfo != null) {
        JsonFields fields = JsonFields.of(txInfo, "txInfo");
        // 3.17 names the gateway beside this message and leaves the field empty.
        fields.take("gatewayID");
        v4.set("tx_info", RadioToV4.downlinkTransmission(fields));
      }
      frame.rest(v4);
    }
    entry.rest(v4);
    return v4;
  }

  /**
   * The frame's type, such as {@code UnconfirmedDataUp}. Both generations use the same names.
   *
   * @param phyPayloadJson empty for none. If it is no JSON, the record will say so; here it must
   *     not end the stream, which would begin with the same frame again
   */
  static String type(String phyPayloadJson) {
    if (phyPayloadJson.isEmpty()) {
      return UNKNOWN_TYPE;
    }
    try {
      JsonNode type = JsonFields.read(phyPayloadJson, "phyPayloadJSON").path("mhdr").path("mType");
      return type.isTextual() ? type.textValue() : UNKNOWN_TYPE;
    } catch (ApiException e) {
      return UNKNOWN_TYPE;
    }
  }

  private static void common(JsonFields frame, ObjectNode v4) {
    // The entry's time.
    frame.take("publishedAt");
    String phy = frame.text("phyPayloadJSON");
    if (phy != null && !phy.isEmpty()) {
      v4.set("phy_payload", phyPayload(JsonFields.parse(phy, "phyPayloadJSON")));
    }
  }

  private static ObjectNode phyPayload(JsonFields v3) {
    ObjectNode v4 = JsonFields.object();
    JsonNode header = v3.take("mhdr");
    JsonNode payload = v3.take("macPayload");
    String mic = v3.text("mic");
    JsonFields.put(v4, "mhdr", header == null ? null : renamed(header));
    JsonFields.put(v4, "payload", payload == null ? null : payload(payload));
    if (mic != null) {
      ArrayNode bytes = v4.putArray("mic");
      for (byte b : octets(mic)) {
        bytes.add(b & 0xff);
      }
    }
    v3.rest(v4);
    return v4;
  }

  private static byte[] octets(String hex) {
    try {
      return HexFormat.of().parseHex(hex);
    } catch (IllegalArgumentException e) {
      throw JsonFields.unreadable("mic: expected hexadecimal digits, found " + hex, e);
    }
  }

  private static JsonNode payload(JsonNode v3) {
    String opaque = pieceInHex(v3);
    if (opaque != null) {
      return JsonFields.object().textNode(opaque);
    }
    if (!v3.isObject()) {
      return v3;
    }
    ObjectNode v4 = JsonFields.object();
    for (Map.Entry<String, JsonNode> field : v3.properties()) {
      v4.set(
          renamed(field.getKey()),
          switch (field.getKey()) {
            case "frmPayload" -> framePayload(field.getValue());
            case "fhdr" -> frameHeader(field.getValue());
            default -> renamed(field.getValue());
          });
    }
    return v4;
  }

  private static JsonNode frameHeader(JsonNode v3) {
    if (!v3.isObject()) {
      return v3;
    }
    ObjectNode v4 = JsonFields.object();
    for (Map.Entry<String, JsonNode> field : v3.properties()) {
      boolean commands = field.getKey().equals("fOpts");
      JsonNode value = commands ? field.getValue() : renamed(field.getValue());
      v4.set(renamed(field.getKey()), commands && value.isNull() ? v4.arrayNode() : value);
    }
    return v4;
  }

  /** Pieces of bytes as hexadecimal digits. A list with MAC commands stays as it is. */
  private static JsonNode framePayload(JsonNode pieces) {
    if (!pieces.isArray()) {
      return pieces;
    }
    StringBuilder hex = new StringBuilder();
    for (JsonNode piece : pieces) {
      String bytes = pieceInHex(piece);
      if (bytes == null) {
        return pieces;
      }
      hex.append(bytes);
    }
    return JsonFields.object().textNode(hex.toString());
  }

  /** Null if it is not {@code {"bytes":"…"}}. */
  private static String pieceInHex(JsonNode piece) {
    if (piece.size() != 1 || !piece.has("bytes")) {
      return null;
    }
    byte[] bytes = JsonFields.of(piece, "payload").bytes("bytes");
    return bytes == null ? "" : HexFormat.of().formatHex(bytes);
  }

  private static JsonNode renamed(JsonNode v3) {
    if (!v3.isObject()) {
      return v3;
    }
    ObjectNode v4 = JsonFields.object();
    v3.properties().forEach(field -> v4.set(renamed(field.getKey()), renamed(field.getValue())));
    return v4;
  }

  /** {@code adrAckReq} to {@code adr_ack_req}, {@code joinEUI} to {@code join_eui}. */
  private static String renamed(String name) {
    String known = NAMES.get(name);
    return known != null
        ? known
        : WORD_END.matcher(name).replaceAll("$1_$2").toLowerCase(java.util.Locale.ROOT);
  }
}
