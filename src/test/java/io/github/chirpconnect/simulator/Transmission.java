package io.github.chirpconnect.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The {@code txInfo} of up- and downlinks (EU868, LoRa), in whose JSON what has its default is left
 * out.
 */
final class Transmission {
  private static final int BANDWIDTH = 125_000;
  private static final int RX2_FREQUENCY = 869_525_000;
  private static final int RX2_DATA_RATE = 0;
  private static final int RX2_POWER = 29;

  private Transmission() {}

  static ObjectNode up(int frequency, int dataRate) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("frequency", frequency);
    lora(json, dataRate);
    return json;
  }

  /** In the second receive window after an uplink, or of a join-accept. */
  static ObjectNode downAfter(String delay) {
    ObjectNode json = down();
    json.putObject("timing").putObject("delay").put("delay", delay);
    return json.put("context", Reception.context());
  }

  /** Class C: now. */
  static ObjectNode downNow() {
    ObjectNode json = down();
    json.putObject("timing").putObject("immediately");
    return json.put("context", Reception.context());
  }

  private static ObjectNode down() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("frequency", RX2_FREQUENCY).put("power", RX2_POWER);
    lora(json, RX2_DATA_RATE).put("polarizationInversion", true);
    return json;
  }

  private static ObjectNode lora(ObjectNode json, int dataRate) {
    return json.putObject("modulation")
        .putObject("lora")
        .put("bandwidth", BANDWIDTH)
        .put("spreadingFactor", 12 - dataRate)
        .put("codeRate", "CR_4_5");
  }
}
