package io.github.chirpconnect.simulator.network;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * How an up- or downlink is sent (EU868, LoRa).
 *
 * @param hertz the frequency
 * @param down whether a gateway sends it
 * @param delaySeconds after the uplink that it answers; negative: at once, as class C does.
 *     Downlinks only
 */
public record Transmission(int hertz, int dataRate, boolean down, int delaySeconds) {
  public static final int POWER = 29;
  public static final int BANDWIDTH_KHZ = 125;

  private static final int RX2_FREQUENCY = 869_525_000;
  private static final int RX2_DATA_RATE = 0;
  private static final int NOW = -1;

  static Transmission up(int hertz, int dataRate) {
    return new Transmission(hertz, dataRate, false, 0);
  }

  /** In the second receive window after an uplink, or of a join-accept. */
  static Transmission downAfter(int seconds) {
    return new Transmission(RX2_FREQUENCY, RX2_DATA_RATE, true, seconds);
  }

  /** Class C: now. */
  public static Transmission downNow() {
    return new Transmission(RX2_FREQUENCY, RX2_DATA_RATE, true, NOW);
  }

  public boolean isImmediate() {
    return delaySeconds == NOW;
  }

  public int spreadingFactor() {
    return 12 - dataRate;
  }

  /** The {@code txInfo} of v4, in whose JSON what has its default is left out. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("frequency", hertz);
    if (!down) {
      lora(json);
      return json;
    }
    lora(json.put("power", POWER)).put("polarizationInversion", true);
    ObjectNode timing = json.putObject("timing");
    if (isImmediate()) {
      timing.putObject("immediately");
    } else {
      timing.putObject("delay").put("delay", delaySeconds + "s");
    }
    return json.put("context", Reception.context());
  }

  private ObjectNode lora(ObjectNode json) {
    return json.putObject("modulation")
        .putObject("lora")
        .put("bandwidth", BANDWIDTH_KHZ * 1000)
        .put("spreadingFactor", spreadingFactor())
        .put("codeRate", "CR_4_5");
  }
}
