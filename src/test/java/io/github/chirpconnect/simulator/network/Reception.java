package io.github.chirpconnect.simulator.network;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.proto.v4.common.LocationSource;
import io.github.chirpconnect.simulator.time.Moments;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * How one gateway heard an uplink: an {@code rxInfo}, in whose JSON what has its default is left
 * out.
 */
public record Reception(
    String gatewayId,
    long uplinkId,
    Instant time,
    int rssi,
    float snr,
    int channel,
    int rfChain,
    Location location) {
  private static final byte[] CONTEXT = {1, 2, 3, 4};

  /**
   * What an uplink adds to its device's metrics, of whichever generation: of the gateways that
   * heard it the best counts.
   */
  public static Map<String, Double> link(List<Reception> receptions, Transmission sent) {
    return Map.of(
        "rx_count",
        1.0,
        "gw_rssi_sum",
        receptions.stream().mapToDouble(Reception::rssi).max().orElse(0),
        "gw_snr_sum",
        receptions.stream().mapToDouble(Reception::snr).max().orElse(0),
        "rx_freq_" + sent.hertz(),
        1.0,
        "rx_dr_" + sent.dataRate(),
        1.0);
  }

  public static String context() {
    return Base64.getEncoder().encodeToString(CONTEXT);
  }

  /** The UUID that v3 has in place of the number. */
  public byte[] uplinkUuid() {
    return ByteBuffer.allocate(16).putLong(uplinkId).putLong(time.toEpochMilli()).array();
  }

  /** As in events. */
  public static ArrayNode inEvent(List<Reception> receptions) {
    return list(receptions, false);
  }

  /**
   * As in frames, which pass through a generic JSON value: 32-bit floats come out with the digits
   * of 64 bits.
   */
  public static ArrayNode inFrame(List<Reception> receptions) {
    return list(receptions, true);
  }

  private static ArrayNode list(List<Reception> receptions, boolean widened) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    receptions.forEach(reception -> list.add(reception.json(widened)));
    return list;
  }

  private ObjectNode json(boolean widened) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("gatewayId", gatewayId)
        .put("uplinkId", uplinkId)
        .put("nsTime", Moments.text(time))
        .put("rssi", rssi);
    if (snr != 0) {
      putFloat(json, "snr", snr, widened);
    }
    if (channel != 0) {
      json.put("channel", channel);
    }
    if (rfChain != 0) {
      json.put("rfChain", rfChain);
    }
    json.set("location", location(location, widened));
    return json.put("context", context()).put("crcStatus", "CRC_OK");
  }

  public static ObjectNode location(Location location, boolean widened) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (location.getLatitude() != 0) {
      json.put("latitude", location.getLatitude());
    }
    if (location.getLongitude() != 0) {
      json.put("longitude", location.getLongitude());
    }
    if (location.getAltitude() != 0) {
      json.put("altitude", location.getAltitude());
    }
    if (location.getSource() != LocationSource.UNKNOWN) {
      json.put("source", location.getSource().name());
    }
    if (location.getAccuracy() != 0) {
      putFloat(json, "accuracy", location.getAccuracy(), widened);
    }
    return json;
  }

  private static void putFloat(ObjectNode json, String name, float value, boolean widened) {
    if (widened) {
      json.put(name, (double) value);
    } else {
      json.put(name, value);
    }
  }
}
