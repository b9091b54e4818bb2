package io.github.chirpconnect.api.v3;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * Converts how a frame was received or sent: messages of v3's package {@code gw} in v4's form.
 *
 * <p>The meaning of a field is the same, its spelling is not: kilohertz become hertz, {@code 4/5}
 * becomes {@code CR_4_5}. In v4's form an absent scalar has its default; what v3 does not tell is
 * JSON's null.
 */
final class RadioToV4 {
  /** v4's names. Servers wrote others too: {@code 3/4} was seen. */
  private static final Set<String> CODE_RATES =
      Set.of(
          "CR_4_5",
          "CR_4_6",
          "CR_4_7",
          "CR_4_8",
          "CR_3_8",
          "CR_2_6",
          "CR_1_4",
          "CR_1_6",
          "CR_5_6",
          "CR_LI_4_5",
          "CR_LI_4_6",
          "CR_LI_4_8");

  /** Reduced fractions, which v4 reads as the same rates. */
  private static final Map<String, String> SHORTENED =
      Map.of("2/3", "4/6", "1/2", "4/8", "2/4", "4/8", "1/3", "2/6");

  private static final String LONG_INTERLEAVED = "LI";

  private RadioToV4() {}

  static ArrayNode receptions(JsonNode receptions) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    if (receptions != null && !receptions.isArray()) {
      throw JsonFields.unreadable("rxInfo is no list", null);
    }
    if (receptions != null) {
      receptions.forEach(reception -> list.add(reception(reception)));
    }
    return list;
  }

  private static ObjectNode reception(JsonNode v3) {
    JsonFields fields = JsonFields.of(v3, "rxInfo");
    ObjectNode v4 = JsonFields.object();
    fields.moveHex("gatewayID", v4, "gatewayId");
    v4.putNull("uplinkId");
    byte[] uplinkId = fields.bytes("uplinkID");
    if (uplinkId != null) {
      v4.put("uplinkUuid", JsonFields.uuid(uplinkId));
    }
    fields.move("time", v4, "gwTime");
    fields.move("timeSinceGPSEpoch", v4, "timeSinceGpsEpoch");
    fields.move("rssi", v4);
    fields.move("loRaSNR", v4, "snr");
    fields.move("channel", v4);
    fields.move("rfChain", v4);
    fields.move("board", v4);
    fields.move("antenna", v4);
    fields.move("location", v4);
    fields.move("context", v4);
    fields.move("crcStatus", v4);
    fineTimestamp(fields, v4);
    fields.rest(v4);
    return v4;
  }

  private static void fineTimestamp(JsonFields fields, ObjectNode v4) {
    JsonNode type = fields.take("fineTimestampType");
    v4.put("fineTimestampType", type == null ? "NONE" : type.asText());
    JsonNode plain = fields.take("plainFineTimestamp");
    if (plain != null) {
      JsonFields timestamp = JsonFields.of(plain, "plainFineTimestamp");
      timestamp.move("time", v4, "fineTimestamp");
      timestamp.rest(v4);
    }
    JsonNode encrypted = fields.take("encryptedFineTimestamp");
    if (encrypted != null) {
      JsonFields timestamp = JsonFields.of(encrypted, "encryptedFineTimestamp");
      ObjectNode into = v4.putObject("encryptedFineTimestamp");
      timestamp.move("aesKeyIndex", into);
      timestamp.move("encryptedNS", into, "encryptedNs");
      timestamp.move("fpgaID", into, "fpgaId");
      timestamp.rest(into);
    }
  }

  static ObjectNode uplinkTransmission(JsonNode v3) {
    JsonFields fields = JsonFields.of(v3, "txInfo");
    ObjectNode v4 = JsonFields.object();
    fields.move("frequency", v4);
    modulation(fields, v4);
    fields.rest(v4);
    return v4;
  }

  static ObjectNode downlinkTransmission(JsonFields fields) {
    ObjectNode v4 = JsonFields.object();
    fields.move("frequency", v4);
    fields.move("power", v4);
    modulation(fields, v4);
    fields.move("board", v4);
    fields.move("antenna", v4);
    timing(fields, v4);
    fields.move("context", v4);
    fields.rest(v4);
    return v4;
  }

  private static void modulation(JsonFields fields, ObjectNode v4) {
    // It only repeats which of the three is set.
    fields.take("modulation");
    JsonNode lora = fields.take("loRaModulationInfo");
    JsonNode fsk = fields.take("fskModulationInfo");
    JsonNode lrFhss = fields.take("lrFHSSModulationInfo");
    if (lora != null) {
      v4.putObject("modulation").set("lora", lora(JsonFields.of(lora, "loRaModulationInfo")));
    } else if (fsk != null) {
      v4.putObject("modulation").set("fsk", fsk);
    } else if (lrFhss != null) {
      v4.putObject("modulation")
          .set("lrFhss", lrFhss(JsonFields.of(lrFhss, "lrFHSSModulationInfo")));
    }
  }

  private static ObjectNode lora(JsonFields fields) {
    ObjectNode v4 = JsonFields.object();
    JsonNode kilohertz = fields.take("bandwidth");
    if (kilohertz != null) {
      v4.set(
          "bandwidth",
          kilohertz.canConvertToLong()
              ? LongNode.valueOf(kilohertz.longValue() * 1_000)
              : kilohertz);
    }
    fields.move("spreadingFactor", v4);
    codeRate(fields, v4);
    fields.move("polarizationInversion", v4);
    v4.putNull("preamble");
    v4.putNull("noCrc");
    fields.rest(v4);
    return v4;
  }

  private static ObjectNode lrFhss(JsonFields fields) {
    ObjectNode v4 = JsonFields.object();
    fields.move("operatingChannelWidth", v4);
    codeRate(fields, v4);
    fields.move("gridSteps", v4);
    fields.rest(v4);
    return v4;
  }

  /** In v4's words, and in v3's, for which v4's messages have kept a field. */
  private static void codeRate(JsonFields fields, ObjectNode v4) {
    String v3 = fields.text("codeRate");
    if (v3 == null) {
      return;
    }
    v4.put("codeRateLegacy", v3);
    boolean interleaved = v3.endsWith(LONG_INTERLEAVED);
    String rate =
        interleaved ? v3.substring(0, v3.length() - LONG_INTERLEAVED.length()).trim() : v3;
    String full = SHORTENED.getOrDefault(rate, rate);
    String name = (interleaved ? "CR_LI_" : "CR_") + full.replace('/', '_');
    v4.put("codeRate", CODE_RATES.contains(name) ? name : "CR_UNDEFINED");
  }

  private static void timing(JsonFields fields, ObjectNode v4) {
    JsonNode kind = fields.take("timing");
    JsonNode delay = fields.take("delayTimingInfo");
    JsonNode gpsEpoch = fields.take("gpsEpochTimingInfo");
    fields.take("immediatelyTimingInfo");
    ObjectNode timing = v4.putObject("timing");
    switch (kind == null ? "IMMEDIATELY" : kind.asText()) {
      case "DELAY" -> timing.set("delay", delay == null ? JsonFields.object() : delay);
      case "GPS_EPOCH" -> {
        ObjectNode into = timing.putObject("gpsEpoch");
        if (gpsEpoch != null) {
          JsonFields info = JsonFields.of(gpsEpoch, "gpsEpochTimingInfo");
          info.move("timeSinceGPSEpoch", into, "timeSinceGpsEpoch");
          info.rest(into);
        }
      }
      case "IMMEDIATELY" -> timing.putObject("immediately");
      default -> timing.set("timing", kind);
    }
  }
}
